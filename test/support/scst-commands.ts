import type { ScstCommand, ScstCommands } from '../../src/collectors/scst-commands.ts'

/** A write of a session that is under way. */
export function commandOf(given: Partial<ScstCommand> = {}): ScstCommand {
  return {
    ...{ state: 'EXEC_WAIT', operation: 'WRITE(10)', operationCode: 0x2a, ageSeconds: 45 },
    ...{ driver: 'iscsi', target: 'iqn.2026-01.org.example:disk1', session: 'esx01', group: 'esx' },
    ...{ lun: 1, initiator: 'esx01', takesLong: false, device: 'disk1' },
    ...given,
  }
}

/** What SCST says of its commands: nothing but what is given. */
export function commandsOf(
  commands: readonly ScstCommand[] | null,
  given: Partial<ScstCommands> = {},
): ScstCommands {
  return { commands, partlyListed: [], latencyMeasured: false, latencies: [], ...given }
}

/** The name of the session of a command. */
export function sessionOf({ driver, target, session, initiator }: ScstCommand) {
  return { id: `${driver}/${target}/${session}`, driver, target, session, initiator }
}

const latency = {
  ...{ commands: 100, meanSeconds: 0.002, longestStateSeconds: 0.5, longestState: 'EXEC_WAIT' },
}

/** A command under way and latencies, of one session. */
export const busyCommands = commandsOf([commandOf()], {
  latencyMeasured: true,
  latencies: [{ ...sessionOf(commandOf()), read: latency, write: latency }],
})
