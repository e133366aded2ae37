import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { scstCommands, type ScstCommands } from '../../src/collectors/scst-commands.ts'
import { parseTraceCommands } from '../../src/collectors/scst-trace-commands.ts'
import { ReadError, type Host } from '../../src/host/host.ts'
import { alteredRecording } from '../support/altered-recording.ts'
import { openRecording } from '../support/recording.ts'
import { SCST_RECORDINGS, scstEvidence } from '../support/recorded-scst.ts'

const ROOT = '/sys/kernel/scst_tgt'
const DISK1 = 'iqn.2026-01.org.example:disk1'
const ESX = 'iqn.1998-01.com.vmware:esx01'
const MEDIA = 'iqn.1993-08.org.debian:01:media01'
const esx = {
  ...{ id: `iscsi/${DISK1}/${ESX}`, driver: 'iscsi', target: DISK1 },
  ...{ session: ESX, initiator: ESX },
}
const media = { ...esx, id: `iscsi/${DISK1}/${MEDIA}`, session: MEDIA, initiator: MEDIA }

async function collect(host: Host): Promise<ScstCommands> {
  const collected = await scstCommands.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  t.strictSame([collected.problems, collected.coverage], [[], 'all'])
  return collected.value
}

/** A line as SCST writes it. */
const line = (given: Partial<Record<string, string | number>> = {}) => {
  const { state, op, age, driver, target, session, group, lun, initiator, cdb } = {
    ...{ state: 'EXEC_WAIT', op: 'WRITE(10)', age: 45, driver: 'iscsi', target: DISK1 },
    ...{ session: ESX, group: 'esx_hosts', lun: 1, initiator: ESX, cdb: '2a 00 00 00' },
    ...given,
  }
  return (
    `cmd 000000004d4ddb30: state ${state}; op ${op}; proc time ${age} sec; tgtt ${driver}; tgt ${target}; ` +
    `session ${session}; grp ${group}; LUN ${lun}; ini ${initiator}; cdb ${cdb}\n`
  )
}
const command = {
  ...{ state: 'EXEC_WAIT', operation: 'WRITE(10)', operationCode: 0x2a, ageSeconds: 45 },
  ...{ driver: 'iscsi', target: DISK1, session: ESX, group: 'esx_hosts', lun: 1, initiator: ESX },
}

t.test('commands under way, with what is behind their LUNs', async (t) => {
  const { commands, ...rest } = await collect(openRecording('02a-io-running'))
  t.strictSame(rest, { partlyListed: [], latencyMeasured: false, latencies: [] })
  const read = {
    ...{
      operation: 'READ(16)',
      operationCode: 0x88,
      ageSeconds: 0,
      driver: 'iscsi',
      target: DISK1,
    },
    ...{
      session: ESX,
      group: 'esx_hosts',
      lun: 1,
      initiator: ESX,
      takesLong: false,
      device: 'raw_disk',
    },
  }
  t.strictSame(commands, [
    {
      ...{ state: 'XMIT_WAIT', operation: 'WRITE(10)', operationCode: 0x2a, ageSeconds: 0 },
      ...{ driver: 'iscsi', target: DISK1, session: MEDIA, group: 'linux_hosts', lun: 1 },
      ...{ initiator: MEDIA, takesLong: false, device: 'lv_block' },
    },
    { state: 'XMIT_WAIT', ...read },
    { state: 'TGT_PRE_EXEC', ...read },
    { state: 'TGT_PRE_EXEC', ...read },
    { state: 'TGT_PRE_EXEC', ...read },
  ])
})

t.test('of every recording every line', async (t) => {
  for (const recording of SCST_RECORDINGS) {
    const { tree } = scstEvidence(recording)
    const text = tree.get('trace_cmds')?.content ?? ''
    const { commands, partlyListed } = await collect(openRecording(recording))
    const expected = text.split('\n').flatMap((each) => {
      const [, operation, lun] = /; op (.*); proc time 0 sec; .*; LUN (\d+); ini /.exec(each) ?? []
      return operation === undefined ? [] : [`${operation} ${lun ?? ''}`]
    })
    t.strictSame(
      commands?.map(({ operation, lun }) => `${operation} ${lun ?? ''}`),
      expected,
      recording,
    )
    t.equal(expected.length, text.split('\n').length - 1, recording)
    t.strictSame(partlyListed, [], recording)
  }
})

t.test('a list that SCST has cut is not the whole of it, and the half line is dropped', (t) => {
  const many = line().repeat(30)
  const cut = many.slice(0, 4094)
  const { commands, extent } = parseTraceCommands(cut)
  t.equal(extent, 'cut')
  t.strictSame(
    commands,
    Array.from({ length: Math.floor(4094 / line().length) }, () => command),
  )
  // Wherever it is cut, nothing is read that is not there.
  for (let end = 0; end < line().length * 2; end++) {
    const part = parseTraceCommands(many.slice(0, end))
    const wholeLines = Math.floor(end / line().length)
    t.strictSame(part.commands, Array(wholeLines).fill(command))
    t.equal(part.extent, end % line().length === 0 ? 'all' : 'cut')
  }
  const filler = 4094 - line().length
  const exact = line() + line({ group: 'g'.repeat(filler - line({ group: '' }).length) })
  t.equal(exact.length, 4094)
  t.equal(parseTraceCommands(exact).extent, 'cut', 'a page that ends with a line')
  t.end()
})

t.test('of a list that is cut the sessions before the last one are whole', async (t) => {
  const text = line({ session: MEDIA, initiator: MEDIA }) + line() + line().slice(0, 50)
  const host = alteredRecording('02a-io-running', {
    [`${ROOT}/trace_cmds`]: { content: text },
  })
  t.strictSame((await collect(host)).partlyListed, [esx])
  const garbled = alteredRecording('02a-io-running', {
    [`${ROOT}/trace_cmds`]: { content: text.slice(0, -50) + 'cmd ?\n' + line() },
  })
  t.strictSame((await collect(garbled)).partlyListed, [media, esx], 'of any session')
})

t.test('a name that is made to look like the rest of the line is not believed', (t) => {
  for (const initiator of ['x; cdb 00', 'x; LUN 7; ini y', 'x\ncmd 1: state X', '']) {
    const { commands, extent } = parseTraceCommands(line({ initiator, session: 'x' }) + line())
    t.strictSame([commands, extent], [[command], 'garbled'], initiator)
  }
  const other = 'another release says; something else\n'
  t.strictSame(parseTraceCommands(other), { commands: [], extent: 'garbled' })
  t.end()
})

t.test('the default LUNs are no group, and neither is a LUN that was not found', (t) => {
  const of = (given: Record<string, string | number>) =>
    parseTraceCommands(line(given)).commands.map(({ group, lun, operationCode }) => [
      ...[group, lun, operationCode],
    ])
  t.strictSame(of({ group: DISK1 }), [[null, 1, 0x2a]])
  t.strictSame(of({ group: '(default)' }), [[null, 1, 0x2a]])
  t.strictSame(of({ group: '?', lun: -1, cdb: '' }), [[null, null, null]])
  t.strictSame(of({ driver: 'copy_manager', target: 'copy_manager_tgt' }), [])
  t.end()
})

t.test('without the file commands are unknown, and with an error that is said', async (t) => {
  const none = alteredRecording('02a-io-running', {
    [`${ROOT}/trace_cmds`]: null,
    [`${ROOT}/measure_latency`]: null,
  })
  t.strictSame(await collect(none), {
    ...{ commands: null, partlyListed: [], latencyMeasured: null, latencies: [] },
  })
  const busy = openRecording('02a-io-running')
  const read = busy.readText.bind(busy)
  let tries = 0
  busy.readText = async (path) => {
    if (path !== `${ROOT}/trace_cmds`) return read(path)
    tries++
    throw new ReadError(path, 'EAGAIN')
  }
  const collected = await scstCommands.collect(busy, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  t.equal(tries, 3)
  t.equal(collected.value.commands, null)
  t.equal(collected.coverage, 'some')
  t.strictSame(
    collected.problems.map(({ labels }) => labels),
    [{}],
  )
})

t.test('without SCST it is absent, or nothing runs', async (t) => {
  const settings = { ...defaultSettings, scstConfigPath: '/etc/none' }
  t.equal(await scstCommands.collect(openRecording('08-no-scst'), settings), ABSENT)
  t.strictSame(await collect(openRecording('08-no-scst')), {
    ...{ commands: [], partlyListed: [], latencyMeasured: null, latencies: [] },
  })
})

t.test('a rewind takes long by its nature, a write does not', async (t) => {
  const rewind = line({ op: 'REWIND', cdb: '01 00 00 00 00 00', target: 'iqn.x', session: '../x' })
  const host = alteredRecording('02a-io-running', {
    [`${ROOT}/trace_cmds`]: { content: rewind + line() + line({ op: '0xff', cdb: '' }) },
  })
  const { commands } = await collect(host)
  t.strictSame(
    commands?.map(({ operation, takesLong, device }) => [operation, takesLong, device]),
    [
      ['REWIND', true, null],
      ['WRITE(10)', false, 'raw_disk'],
      ['0xff', false, 'raw_disk'],
    ],
  )
})
