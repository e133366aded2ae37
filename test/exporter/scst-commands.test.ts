import t from 'tap'
import type { ScstCommands } from '../../src/collectors/scst-commands.ts'
import { scstCommandFamilies } from '../../src/exporter/scst-commands.ts'
import { read, snapshotOf } from '../support/readings.ts'
import { commandOf, commandsOf, sessionOf } from '../support/scst-commands.ts'

/** Samples a line each, with the labels that tell them apart here. */
function samples(value: ScstCommands): string[] {
  const snapshot = snapshotOf({ scst_commands: read(value) })
  return scstCommandFamilies.flatMap(({ name, samplesOf }) =>
    samplesOf(snapshot).map(({ labels, value }) =>
      [
        ...[name.replace('storwarden_scst_', ''), labels.initiator, labels.direction, value].filter(
          (word) => word !== undefined,
        ),
      ].join(' '),
    ),
  )
}

t.test('the oldest command of each initiator, and of those that should end soon', (t) => {
  const rewind = { operation: 'REWIND', takesLong: true, ageSeconds: 200 }
  const value = commandsOf([
    commandOf(),
    commandOf({ ageSeconds: 50, session: 'esx01_1' }),
    commandOf(rewind),
    commandOf({ ...rewind, initiator: 'media01', session: 'media01' }),
  ])
  t.strictSame(samples(value), [
    'commands_complete 1',
    'latency_measured 0',
    'oldest_command_seconds esx01 200',
    'oldest_command_seconds media01 200',
    'oldest_short_command_seconds esx01 50',
  ])
  t.strictSame(samples(commandsOf([])), ['commands_complete 1', 'latency_measured 0'])
  t.end()
})

t.test('what is not known has no sample, and a list that is cut says so', (t) => {
  t.strictSame(samples(commandsOf(null, { latencyMeasured: null })), [])
  const cut = commandsOf([commandOf()], { partlyListed: [sessionOf(commandOf())] })
  t.strictSame(samples(cut), [
    'commands_complete 0',
    'latency_measured 0',
    'oldest_command_seconds esx01 45',
    'oldest_short_command_seconds esx01 45',
  ])
  t.end()
})

t.test('latencies by direction, in seconds', (t) => {
  const write = {
    ...{ commands: 12, meanSeconds: 0.002, longestStateSeconds: 0.5, longestState: 'EXEC_WAIT' },
  }
  const latencies = [{ ...sessionOf(commandOf()), read: null, write }]
  t.strictSame(samples(commandsOf([], { latencyMeasured: true, latencies })), [
    'commands_complete 1',
    'latency_measured 1',
    'session_latency_seconds esx01 write 0.002',
    'session_latency_longest_state_seconds esx01 write 0.5',
    'session_latency_commands_total esx01 write 12',
  ])
  t.end()
})
