import t from 'tap'
import { ABSENT, defaultSettings, type Collector } from '../../src/collectors/collector.ts'
import { scst } from '../../src/collectors/scst.ts'
import { scstCommands } from '../../src/collectors/scst-commands.ts'
import { accumulateTotals } from '../../src/collectors/scst-session-totals.ts'
import { scstSessions } from '../../src/collectors/scst-sessions.ts'
import { ReadError, type Host } from '../../src/host/host.ts'
import type { RecordedFile } from '../../src/host/recording.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { readingTogether } from '../support/reading-together.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

const ROOT = '/sys/kernel/scst_tgt'
const DISK1 = `${ROOT}/targets/iscsi/iqn.2026-01.org.example:disk1`
const ESX = 'iqn.1998-01.com.vmware:esx01'

async function valueOf<T>(collector: Collector<T>, host: Host): Promise<T> {
  const collected = await collector.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  t.strictSame(collected.problems, [])
  return collected.value
}

/** What a machine says that reads together, of a recording with other lines in it. */
function machine(changes: Record<string, RecordedFile | null> = {}, recording = '02a-io-running') {
  return readingTogether(alteredRecording(recording, changes))
}

t.test('what is read together is what is read one by one', async (t) => {
  for (const recording of RECORDINGS) {
    for (const collector of [scst, scstSessions, scstCommands] as Collector<unknown>[]) {
      t.strictSame(
        await collector.collect(readingTogether(openRecording(recording)), defaultSettings),
        await collector.collect(openRecording(recording), defaultSettings),
        `${collector.name} of ${recording}`,
      )
    }
  }
})

t.test('one attribute that cannot be read is unknown, and a problem of its place', async (t) => {
  for (const host of [openRecording('01-steady'), readingTogether(openRecording('01-steady'))]) {
    const read = host.readText.bind(host)
    host.readText = async (path) => {
      if (path === `${DISK1}/comment`) throw new ReadError(path, 'EIO')
      if (path === `${DISK1}/luns/0/read_only`) throw new ReadError(path, 'EINVAL')
      return read(path)
    }
    const collected = await scst.collect(host, defaultSettings)
    if (collected === ABSENT) throw new Error('absent')
    const target = { driver: 'iscsi', target: 'iqn.2026-01.org.example:disk1' }
    const problems = [...collected.problems].sort((a, b) => (a.error < b.error ? -1 : 1))
    t.strictSame(problems, [
      {
        labels: { ...target, lun: '0' },
        error: `${DISK1}/luns/0: ${DISK1}/luns/0/read_only: EINVAL`,
      },
      { labels: target, error: `${DISK1}: ${DISK1}/comment: EIO` },
    ])
    const [disk1] = collected.value.targets
    t.match(disk1, { comment: null, enabled: true, relativeTargetId: 1 })
    t.match(disk1?.luns[0], { lun: 0, readOnly: null })
  }
})

t.test('an attribute that is queued is asked for again, three times in all', async (t) => {
  const path = `${DISK1}/enabled`
  for (const [refusals, enabled] of [
    [2, true],
    [3, null],
  ] as const) {
    const host = readingTogether(openRecording('01-steady'))
    const read = host.readText.bind(host)
    let asked = 0
    host.readText = async (at) => {
      if (at === path && (asked += 1) <= refusals) throw new ReadError(at, 'EAGAIN')
      return read(at)
    }
    const collected = await scst.collect(host, defaultSettings)
    if (collected === ABSENT) throw new Error('absent')
    t.equal(collected.value.targets[0]?.enabled, enabled)
    t.equal(asked, 3)
  }
})

t.test(
  'files are asked for in a call for each handler, and no more once the queue is stuck',
  async (t) => {
    const host = readingTogether(openRecording('01-steady'))
    const { readAttributes } = host
    const calls: number[] = []
    let asked = 0
    let isStuck = false
    host.readAttributes = async (directory, names) => {
      const files = names.texts.filter((name) => name.endsWith('/filename'))
      if (files.length > 0) calls.push(files.length)
      return readAttributes(directory, names)
    }
    const read = host.readText.bind(host)
    host.readText = async (path) => {
      if (!path.endsWith('/filename')) return read(path)
      asked += 1
      if (isStuck) throw new ReadError(path, 'EAGAIN')
      return read(path)
    }
    const before = await valueOf(scst, host)
    t.strictSame([calls.length > 1, asked], [true, calls.reduce((sum, count) => sum + count, 0)])
    t.equal(before.devices.find(({ name }) => name === 'cd0')?.filename, '/srv/luns/cd.iso')

    const first = calls[0] ?? 0
    calls.length = 0
    asked = 0
    isStuck = true
    const collected = await scst.collect(host, defaultSettings)
    if (collected === ABSENT) throw new Error('absent')
    t.strictSame([calls, asked], [[first], first + 3], 'the first is tried three times more')
    t.strictSame(
      collected.value.devices.map((device) => ({ ...device, filename: null, fileExists: null })),
      before.devices.map((device) => ({ ...device, filename: null, fileExists: null })),
      'the rest of them is known',
    )
    t.ok(collected.value.devices.every(({ filename }) => filename === null))
  },
)

t.test('what changed since the cycle before is what is read', async (t) => {
  const before = await valueOf(scst, machine())
  const lun = before.targets[0]?.luns[0]
  t.match(lun, { lun: 0, device: 'backup_lun0', readOnly: false })
  const device = before.devices.find(({ name }) => name === 'backup_lun0')

  const replaced = await valueOf(
    scst,
    machine({
      [`${DISK1}/luns/0/device`]: { link: '../../../../../devices/null0' },
      [`${DISK1}/luns/0/read_only`]: { content: '1\n' },
    }),
  )
  t.strictSame(replaced.targets[0]?.luns[0], { lun: 0, device: 'null0', readOnly: true })

  const reopened = await valueOf(
    scst,
    machine({
      [`${ROOT}/devices/backup_lun0/blocksize`]: { content: '4096\n[key]\n' },
      [`${ROOT}/devices/backup_lun0/size`]: { content: '8192\n' },
    }),
  )
  t.strictSame(
    reopened.devices.find(({ name }) => name === 'backup_lun0'),
    { ...device, blockSizeBytes: 4096, sizeBytes: 8192 },
  )
})

t.test('a target that was made again under another name is another', async (t) => {
  const host = machine()
  const { files } = host.recording
  const renamed = DISK1.replace('disk1', 'disk9')
  for (const [path, file] of [...files]) {
    if (!path.startsWith(DISK1)) continue
    files.delete(path)
    files.set(path.replace(DISK1, renamed), file)
  }
  const driver = files.get(`${ROOT}/targets/iscsi`)
  if (driver?.names) {
    driver.names = driver.names.map((name) => name.replace(/:disk1$/, ':disk9'))
  }
  const [before] = (await valueOf(scst, machine())).targets
  const after = (await valueOf(scst, host)).targets.find(({ name }) => /:disk[19]$/.test(name))
  const name = 'iqn.2026-01.org.example:disk9'
  t.strictSame(after, { ...before, id: `iscsi/${name}`, name })
})

t.test('a session that is gone and back within a cycle is counted on', async (t) => {
  const session = `${DISK1}/sessions/${ESX}`
  const before = await valueOf(scstSessions, machine())
  const known = before.sessions.find(({ initiator }) => initiator === ESX)
  const again = await valueOf(
    scstSessions,
    machine({
      [`${session}/sid`]: { content: '9900023d000001\n' },
      [`${session}/read_cmd_count`]: { content: '5\n' },
      [`${session}/read_io_count_kb`]: { content: '7\n' },
    }),
  )
  const { totals } = accumulateTotals(before, again, new Date('2026-11-20T21:34:00Z'))
  const counters = totals.find(({ initiator }) => initiator === ESX)?.counters
  t.ok(known?.login !== '9900023d000001')
  t.strictSame(
    [counters?.readCommands, counters?.readBytes],
    [(known?.counters.readCommands ?? 0) + 5, (known?.counters.readBytes ?? 0) + 7 * 1024],
  )
})
