import { Type } from 'typebox'
import type { ScstCommand, ScstCommands } from '../../collectors/scst-commands.ts'
import type { Snapshot } from '../../snapshot.ts'
import { valueOf } from '../../snapshot.ts'
import { flag, integer, nullable, number, text } from '../schemas.ts'

/** The oldest command under way somewhere, as it goes out. */
export const oldestCommandSchema = Type.Object({
  age_seconds: number,
  operation: text,
  /** Whether it may take minutes by its nature, like a rewind. */
  takes_long: flag,
  /** Where it is, as SCST calls it, e.g. EXEC_WAIT. */
  state: text,
  initiator: text,
  lun: nullable(integer),
  device: nullable(text),
})

const direction = nullable(
  Type.Object({
    commands: integer,
    mean_seconds: number,
    longest_state_seconds: number,
    longest_state: text,
  }),
)

/** How long commands of a session take, as it goes out; null of a direction in which there were none. */
export const latencySchema = Type.Object({ read: direction, write: direction })

interface OfSession {
  oldestCommand: object | null
  commandsComplete: boolean
  latencyMeasured: boolean | null
  latency: object | null
}

/** What is known of the commands of a session. Without a reading nothing is: null, and not complete. */
export function commandsOfSession(id: string, { readings }: Snapshot): OfSession {
  const all = valueOf(readings.scst_commands)
  const of = (one: { driver: string; target: string; session: string }) =>
    `${one.driver}/${one.target}/${one.session}` === id
  const latency = all?.latencies.find(of)
  return {
    oldestCommand: oldestOf(all, of),
    commandsComplete: all?.commands != null && !all.partlyListed.some(of),
    latencyMeasured: all?.latencyMeasured ?? null,
    latency: latency ? { read: latency.read, write: latency.write } : null,
  }
}

/** The oldest command of all sessions of a target, and whether all are known. */
export function commandsOfTarget(
  target: { driver: string; name: string },
  { readings }: Snapshot,
): Pick<OfSession, 'oldestCommand' | 'commandsComplete'> {
  const all = valueOf(readings.scst_commands)
  const of = (one: { driver: string; target: string }) =>
    one.driver === target.driver && one.target === target.name
  return {
    oldestCommand: oldestOf(all, of),
    commandsComplete: all?.commands != null && !all.partlyListed.some(of),
  }
}

function oldestOf(all: ScstCommands | null, of: (command: ScstCommand) => boolean): object | null {
  const oldest = (all?.commands ?? [])
    .filter(of)
    .reduce<ScstCommand | null>(
      (old, one) => (old === null || one.ageSeconds > old.ageSeconds ? one : old),
      null,
    )
  if (oldest === null) return null
  const { ageSeconds, operation, takesLong, state, initiator, lun, device } = oldest
  return { ageSeconds, operation, takesLong, state, initiator, lun, device }
}
