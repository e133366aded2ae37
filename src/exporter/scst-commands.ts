import type { ScstCommand, ScstCommands } from '../collectors/scst-commands.ts'
import { familiesOf, type Family } from './family.ts'

/** What SCST is doing for its initiators, and how long that takes. */
export const scstCommandFamilies: Family[] = [
  ...familiesOf(
    {
      subject: 'scst_commands',
      prefix: 'storwarden_scst',
      items: (all) => [all],
      labels: () => ({}),
    },
    {
      commands_complete: [
        'gauge',
        'Whether all commands under way are known: SCST lists some twenty of all sessions.',
        ({ commands, partlyListed }) => (commands === null ? null : partlyListed.length === 0),
      ],
      latency_measured: [
        'gauge',
        'Whether SCST measures how long commands take.',
        ({ latencyMeasured }) => latencyMeasured,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'scst_commands',
      prefix: 'storwarden_scst_oldest',
      items: oldestByInitiator(() => true),
      labels: initiatorOf,
    },
    {
      command_seconds: [
        'gauge',
        'Age of the oldest command under way of the initiator; no sample when it has none.',
        ({ ageSeconds }) => ageSeconds,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'scst_commands',
      prefix: 'storwarden_scst_oldest_short',
      items: oldestByInitiator(({ takesLong }) => !takesLong),
      labels: initiatorOf,
    },
    {
      command_seconds: [
        'gauge',
        'The same without commands that take minutes by their nature: that move, position, load, erase or flush.',
        ({ ageSeconds }) => ageSeconds,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'scst_commands',
      prefix: 'storwarden_scst_session_latency',
      items: directionsOf,
      labels: ({ driver, target, initiator, session, direction }) => ({
        ...{ driver, target, initiator, session, direction },
      }),
    },
    {
      seconds: [
        'gauge',
        'Mean time of a command since SCST began to measure; no sample while it does not.',
        ({ latency }) => latency.meanSeconds,
      ],
      longest_state_seconds: [
        'gauge',
        'The longest that one command was in one state since SCST began to measure.',
        ({ latency }) => latency.longestStateSeconds,
      ],
      commands_total: [
        'counter',
        'Commands whose time SCST has measured.',
        ({ latency }) => latency.commands,
      ],
    },
  ),
]

function initiatorOf({ driver, target, initiator }: ScstCommand) {
  return { driver, target, initiator }
}

/** The oldest command of each initiator at each target, of those that count. */
function oldestByInitiator(counts: (command: ScstCommand) => boolean) {
  return ({ commands }: ScstCommands): readonly ScstCommand[] => {
    const oldest = new Map<string, ScstCommand>()
    for (const command of (commands ?? []).filter(counts)) {
      const key = JSON.stringify(initiatorOf(command))
      if ((oldest.get(key)?.ageSeconds ?? -1) < command.ageSeconds) oldest.set(key, command)
    }
    return [...oldest.values()]
  }
}

function directionsOf({ latencies }: ScstCommands) {
  return latencies.flatMap(({ read, write, ...session }) =>
    Object.entries({ read, write }).flatMap(([direction, latency]) =>
      latency === null ? [] : [{ ...session, direction, latency }],
    ),
  )
}
