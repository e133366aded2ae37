import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { scstCommands } from '../../src/collectors/scst-commands.ts'
import { joinLatencies, parseLatency } from '../../src/collectors/scst-latency.ts'
import { alteredRecording } from '../support/altered-recording.ts'

const ROOT = '/sys/kernel/scst_tgt'
const DISK1 = 'iqn.2026-01.org.example:disk1'
const ESX = 'iqn.1998-01.com.vmware:esx01'
const HEADER = 'state count min max avg stddev\n'
const SMALL =
  HEADER +
  'PARSE 100 0.1 9.0 0.5 0.1 us\n' +
  'EXEC_WAIT 100 80.2 250000.0 400.0 12.5 us\n' +
  'total 100 - - 400.5 20.1 us\n'
const LARGE = HEADER + 'XMIT_WAIT 300 1.0 1000000.5 799.5 1.0 us\ntotal 300 - - 799.5 1.0 us\n'

t.test('a file says how many commands, what they took together and where one took longest', (t) => {
  t.strictSame(parseLatency('r512', SMALL), {
    ...{ commands: 100, totalMicroseconds: 40_050 },
    longest: { state: 'EXEC_WAIT', seconds: 0.25 },
  })
  t.strictSame(parseLatency('r512', HEADER), { commands: 0, totalMicroseconds: 0, longest: null })
  const cycles =
    HEADER +
    'EXEC_WAIT 2 1.0 3.0 2.0 1.0 us\nEXEC_WAIT 2 1.0 3.1 2.1 1.0 cc -> us\ntotal 2 - - 2.1 1.0 cc -> us\n'
  t.strictSame(parseLatency('r512', cycles), {
    ...{ commands: 2, totalMicroseconds: 4.2 },
    longest: { state: 'EXEC_WAIT', seconds: 3e-6 },
  })
  t.end()
})

t.test('what is cut short, or says something else, is refused', (t) => {
  const parse = (text: string) => () => parseLatency('r512', text)
  t.throws(parse(''), { code: 'ERR_PARSE' })
  t.throws(parse(SMALL.slice(0, SMALL.indexOf('total'))), { message: 'r512: no total: cut short' })
  t.throws(parse(SMALL.slice(0, SMALL.indexOf('total') - 4)), { code: 'ERR_PARSE' })
  // More than 2^31 commands: SCST prints their number as a signed one.
  t.throws(parse(HEADER + 'PARSE -2147483648 0.1 9.0 0.5 0.1 us\n'), { code: 'ERR_PARSE' })
  t.end()
})

t.test('a direction is the mean of all sizes by their commands', (t) => {
  const files = [SMALL, LARGE, HEADER].map((text) => parseLatency('r512', text))
  t.strictSame(joinLatencies(files), {
    commands: 400,
    meanSeconds: 0.00069975,
    longestStateSeconds: 1.0000005,
    longestState: 'XMIT_WAIT',
  })
  t.equal(joinLatencies([parseLatency('r512', HEADER)]), null)
  t.equal(joinLatencies([]), null)
  t.end()
})

t.test('latencies are read of each session while SCST measures them', async (t) => {
  const latency = `${ROOT}/targets/iscsi/${DISK1}/sessions/${ESX}/latency`
  const host = alteredRecording('02a-io-running', {
    [`${ROOT}/measure_latency`]: { content: '1\n' },
    [`${latency}/r512`]: { content: SMALL },
    [`${latency}/r4096`]: { content: LARGE },
    [`${latency}/n512`]: { content: 'of no interest' },
  })
  const collected = await scstCommands.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  t.strictSame([collected.value.latencyMeasured, collected.problems], [true, []])
  t.strictSame(
    collected.value.latencies.map(({ id, initiator, read, write }) => [
      ...[id, initiator, read?.commands, write],
    ]),
    [
      [
        `iscsi/${DISK1}/iqn.1993-08.org.debian:01:media01`,
        'iqn.1993-08.org.debian:01:media01',
        ...[undefined, null],
      ],
      [`iscsi/${DISK1}/${ESX}`, ESX, 400, null],
    ],
  )

  const broken = alteredRecording('02a-io-running', {
    [`${ROOT}/measure_latency`]: { content: '1\n' },
    [`${latency}/w512`]: { content: 'what is this\n' },
  })
  const partly = await scstCommands.collect(broken, defaultSettings)
  if (partly === ABSENT) throw new Error('absent')
  t.equal(partly.value.latencies.length, 1)
  t.strictSame(
    [partly.value.commands?.length, partly.coverage, partly.problems],
    [
      ...[5, 'some'],
      [
        {
          labels: { driver: 'iscsi', target: DISK1, initiator: ESX },
          error: `${latency}: ${latency}/w512: not a table of latencies`,
        },
      ],
    ],
  )
})
