import t from 'tap'
import { commandsOfSession, commandsOfTarget } from '../../src/api/hardware/scst-commands.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { failed, read, snapshotOf } from '../support/readings.ts'
import { commandOf, commandsOf, sessionOf } from '../support/scst-commands.ts'

const esx = sessionOf(commandOf())
const target = { driver: esx.driver, name: esx.target }
const shown = (scst_commands: Snapshot['readings']['scst_commands']) => {
  const snapshot = snapshotOf(scst_commands === undefined ? {} : { scst_commands })
  return [commandsOfSession(esx.id, snapshot), commandsOfTarget(target, snapshot)]
}
const none = { oldestCommand: null, commandsComplete: false }

t.test('without a reading nothing is known of commands, and that is no zero', (t) => {
  const unknown = [{ ...none, latencyMeasured: null, latency: null }, none]
  t.strictSame(shown(undefined), unknown)
  t.strictSame(shown(failed()), unknown)
  t.strictSame(shown(read(commandsOf(null, { latencyMeasured: null }))), unknown)
  t.end()
})

t.test('the oldest command of a session, and of all sessions of a target', (t) => {
  const older = commandOf({ ageSeconds: 90, session: 'media01', initiator: 'media01', lun: null })
  const latency = {
    ...{ commands: 3, meanSeconds: 0.01, longestStateSeconds: 0.2, longestState: 'EXEC_WAIT' },
  }
  const value = commandsOf([commandOf({ ageSeconds: 3 }), commandOf(), older], {
    partlyListed: [sessionOf(older)],
    latencyMeasured: true,
    latencies: [{ ...esx, read: latency, write: null }],
  })
  t.strictSame(shown(read(value)), [
    {
      oldestCommand: {
        ...{ ageSeconds: 45, operation: 'WRITE(10)', takesLong: false, state: 'EXEC_WAIT' },
        ...{ initiator: 'esx01', lun: 1, device: 'disk1' },
      },
      commandsComplete: true,
      latencyMeasured: true,
      latency: { read: latency, write: null },
    },
    {
      oldestCommand: {
        ...{ ageSeconds: 90, operation: 'WRITE(10)', takesLong: false, state: 'EXEC_WAIT' },
        ...{ initiator: 'media01', lun: null, device: 'disk1' },
      },
      commandsComplete: false,
    },
  ])
  t.strictSame(shown(read(commandsOf([])))[1], { oldestCommand: null, commandsComplete: true })
  t.end()
})
