import fc from 'fast-check'
import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { kernelLog, parseDmesg, type KernelLog } from '../../src/collectors/kernel-log.ts'
import { kernelHappenings } from '../../src/happenings/kernel-log.ts'
import { CommandError, NotFoundError, type Host } from '../../src/host/host.ts'
import { collected } from '../support/collected.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'
import { said } from '../support/said.ts'

const brief = ({ messages }: KernelLog) =>
  messages.map(({ seconds, subject, level, text }) => `${seconds} ${subject} ${level} ${text}`)

/** A host that answers dmesg so. */
const host = (answer: string | Error): Host =>
  ({
    run: async () => {
      if (answer instanceof Error) throw answer
      return { exitCode: 0, stdout: answer, stderr: '' }
    },
  }) as unknown as Host

t.test('what is about storage is found, with whom it is about', (t) => {
  const log = parseDmesg(
    [
      '[    0.000000] Linux version 6.1.0-56-amd64',
      '[    3.123456] sd 2:0:0:0: [sda] Attached SCSI disk',
      '[   12.000001] md/raid1:md0: Disk failure on sdb, disabling device.',
      '               md/raid1:md0: Operation continuing on 1 devices.',
      '[   12.000002] [ T123] md0: detected capacity change from 0 to 100',
      '<3>[   13.500000] blk_update_request: critical medium error, dev sdc, sector 8 op 0x0',
      '[   13.600000] st 3:0:1:0: [st0] Sense Key : Medium Error [current]',
      '[   14.000000] [1234]: iscsi-scst: ***ERROR***: Connection with initiator iqn.x lost',
      '[   14.100000] ch 3:0:0:0: [ch0] INITIALIZE ELEMENT STATUS, may take some time ...',
      '[   14.200000] mhvtl: _mhvtl_queuecommand_lck(): (1361) 6 bytes 12 00 00 00 f0 00',
      '[   14.300000] mhvtl: mhvtl_abort(): Abort called',
      '[   15.000000] mpt3sas_cm0: log_info(0x31111000): originator(PL), code(0x11)',
      '[   15.100000] qla2xxx [0000:05:00.0]-801c:7: Abort command issued nexus=7:0:0',
      '[   15.200000] INFO: task st0:123 blocked for more than 120 seconds.',
      '[   15.300000] systemd[1]: mdmonitor.service: started',
      '[   16.000000] audit: type=1400 sd 2:0:0:0: no',
      '',
    ].join('\n'),
  )
  t.strictSame(brief(log), [
    '3.123456 disk info sd 2:0:0:0: [sda] Attached SCSI disk',
    '12.000001 array error md/raid1:md0: Disk failure on sdb, disabling device. md/raid1:md0: Operation continuing on 1 devices.',
    '12.000002 array info md0: detected capacity change from 0 to 100',
    '13.5 disk error blk_update_request: critical medium error, dev sdc, sector 8 op 0x0',
    '13.6 tape error st 3:0:1:0: [st0] Sense Key : Medium Error [current]',
    '14 scst warning [1234]: iscsi-scst: ***ERROR***: Connection with initiator iqn.x lost',
    '14.1 tape info ch 3:0:0:0: [ch0] INITIALIZE ELEMENT STATUS, may take some time ...',
    '14.3 vtl warning mhvtl: mhvtl_abort(): Abort called',
    '15 adapter info mpt3sas_cm0: log_info(0x31111000): originator(PL), code(0x11)',
    '15.1 adapter warning qla2xxx [0000:05:00.0]-801c:7: Abort command issued nexus=7:0:0',
    '15.2 task warning INFO: task st0:123 blocked for more than 120 seconds.',
  ])
  t.match(log, { permitted: true, beginsAtSeconds: 0, endsAtSeconds: 16 })
  t.end()
})

t.test('every recorded log is read, to its last line', async (t) => {
  for (const name of RECORDINGS) {
    const text = await said(openRecording(name), 'dmesg')
    if (text === null) continue
    const { value } = await collected(kernelLog, openRecording(name))
    const times = [...text.matchAll(/^\[ *(\d+\.\d+)\]/gm)].map(([, time]) => Number(time))
    t.equal(value.beginsAtSeconds, times[0], name)
    t.equal(value.endsAtSeconds, Math.max(...times), name)
    const failures = [...text.matchAll(/Disk failure on (\w+), disabling/g)].map(([, disk]) => disk)
    t.strictSame(
      value.messages.flatMap((one) => /Disk failure on (\w+),/.exec(one.text)?.[1] ?? []),
      failures,
      name,
    )
    const lines = text.split('\n')
    const of = (part: string) => lines.filter((line) => line.includes(part)).length
    const found = (part: string) => value.messages.filter((one) => one.text.includes(part)).length
    if (value.messages.length < 1000) {
      for (const part of ['mhvtl_abort()', ']: scst: ', ' st 3:', 'Attached SCSI tape']) {
        t.equal(found(part.trim()), of(part), `${name}: ${part}`)
      }
    }
    t.notOk(
      value.messages.some((one) => one.text.includes('queuecommand')),
      name,
    )
  }
})

t.test('no dmesg, none that may be read and one without times are three things', async (t) => {
  const collect = (answer: string | Error) => kernelLog.collect(host(answer), defaultSettings)
  t.equal(await collect(new NotFoundError('dmesg')), ABSENT)
  const refusal = 'dmesg: read kernel buffer failed: Operation not permitted\n'
  const refused = new CommandError(['dmesg'], 1, refusal)
  t.match(await collect(refused), {
    ...{ value: { permitted: false, messages: [] }, coverage: 'some' },
    problems: [{ error: /^dmesg: not permitted/ }],
  })
  t.match(await collect(''), { value: { permitted: true, endsAtSeconds: null }, coverage: 'all' })
  await t.rejects(collect('sd 2:0:0:0: no time\n'), { code: 'ERR_PARSE' })
  await t.rejects(collect(new Error('else')), { message: 'else' })
})

const line = (seconds: number, text: string) => `[${seconds.toFixed(6).padStart(12)}] ${text}`
const logOf = (...lines: string[]) => parseDmesg(`${lines.join('\n')}\n`)
const toldOf = (before: KernelLog, after: KernelLog) =>
  kernelHappenings(before, after).map(({ level, message }) => `${level} ${message}`)

t.test('what the kernel said since is told once, the gravest of many', (t) => {
  const old = Array.from({ length: 5 }, (_, index) => line(10 + index, `sd 2:0:0:0: old ${index}`))
  const before = logOf(...old)
  t.strictSame(toldOf(before, logOf(...old)), [])
  t.strictSame(
    toldOf(
      before,
      logOf(
        ...old,
        line(13.9, 'st 3:0:0:0: a line of another processor'),
        ...[1, 2, 3].map((index) => line(20 + index, 'mhvtl: mhvtl_abort(): Abort called')),
        line(30, 'md/raid1:md0: Disk failure on sdb'),
      ),
    ),
    [
      'info kernel: st 3:0:0:0: a line of another processor',
      'warning kernel: mhvtl: mhvtl_abort(): Abort called (3 times)',
      'error kernel: md/raid1:md0: Disk failure on sdb',
    ],
  )
  const storm = Array.from({ length: 900 }, (_, index) =>
    line(40 + index / 1000, `sd 2:0:0:0: [sda] line ${index}`),
  )
  const told = toldOf(before, logOf(...old, ...storm, line(41, 'blk_update_request: I/O error')))
  t.equal(told.length, 21)
  t.strictSame(told.slice(-2), [
    'error kernel: blk_update_request: I/O error',
    'info kernel: 881 more about storage; dmesg has them.',
  ])
  t.end()
})

t.test('a boot, a cleared log, one that ran over and one that may not be read are no news', (t) => {
  const before = logOf(line(100, 'sd 2:0:0:0: one'), line(200, 'sd 2:0:0:0: two'))
  const cleared = parseDmesg('')
  t.strictSame(toldOf(before, logOf(line(3, 'sd 2:0:0:0: [sda] of the next boot'))), [])
  t.strictSame(toldOf(before, cleared), [])
  t.strictSame(toldOf(cleared, logOf(line(3, 'sd 2:0:0:0: x'))), ['info kernel: sd 2:0:0:0: x'])
  t.strictSame(toldOf(before, logOf(line(300, 'sd 2:0:0:0: x'))), [
    'warning What the kernel said between 200 s and 300 s after its boot was overwritten or cleared before it was read.',
    'info kernel: sd 2:0:0:0: x',
  ])
  t.strictSame(toldOf({ ...before, permitted: false }, before), [])
  t.end()
})

t.test('however the log is cut, a message is told once and none is left out', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('sd 2:0:0:0: a', 'st 3:0:0:0: b', 'random: c'), { maxLength: 15 }),
      fc.nat({ max: 15 }),
      fc.nat({ max: 15 }),
      (texts, cut, lost) => {
        const lines = texts.map((text, index) => line(index + 1, `${text}${index}`))
        const seen = Math.min(cut, lines.length)
        const before = logOf(...lines.slice(0, seen))
        const after = logOf(...lines.slice(Math.min(lost, seen)))
        const told = kernelHappenings(before, after).flatMap(({ event, data }) =>
          event === 'kernel_message' ? [data.text] : [],
        )
        const expected = texts
          .map((text, index) => `${text}${index}`)
          .slice(seen)
          .filter((text) => !text.startsWith('random'))
        t.strictSame(told, expected)
      },
    ),
  )
  t.end()
})
