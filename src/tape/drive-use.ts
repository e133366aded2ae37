import type { Holder } from '../host/device-holders.ts'

/** Something that was asked, or why it is not known. */
export type Known<T> = { known: true; value: T } | { known: false; reason: string }

/** What a drive says of itself (log page 11h, SSC-5 8.2.8); null where it has no such page. */
export type Activity = {
  activity: string
  inTransition: boolean
  /** PAMR: somebody has seen to it that the medium is not taken out. */
  removalPrevented: boolean
} | null

/** Who has reserved a drive; null when nobody has. */
export type Reserved = { how: string } | null

/** An initiator that is logged in where the drive is exported. */
export interface Session {
  initiator: string
  /** Target driver and target. */
  target: string
  lun: number
}

/** Everything that tells whether a drive is in use. */
export interface DriveFacts {
  /** The drive, for people. */
  drive: string
  activity: Known<Activity>
  /** Commands of others that it has not answered yet. */
  inFlight: Known<number>
  reserved: Known<Reserved>
  holders: Known<readonly Holder[]>
  sessions: Known<readonly Session[]>
}

/** A reason not to touch a drive. */
export interface Objection {
  /** `unknown`: it may be free, and nobody can tell. */
  kind: 'in-use' | 'unknown'
  reason: string
}

/** A drive is in use, or may be. */
export class DriveInUseError extends Error {
  readonly code = 'ERR_DRIVE_IN_USE'
  readonly objections: readonly Objection[]

  constructor(drive: string, objections: readonly Objection[]) {
    super(`${drive}: ${objections.map(({ reason }) => reason).join('; ')}`)
    this.name = 'DriveInUseError'
    this.objections = objections
  }
}

/** Why a drive must not be touched; nothing when it is free. What is not known is not free. */
export function objectionsTo(facts: DriveFacts): readonly Objection[] {
  const { activity, inFlight, reserved, holders, sessions } = facts
  return [
    ...judge('what it does', activity, activityObjections),
    ...judge('whether it has commands under way', inFlight, (count) =>
      count > 0 ? [`${count} ${count === 1 ? 'command is' : 'commands are'} under way`] : [],
    ),
    ...judge('whether it is reserved', reserved, (by) =>
      by === null ? [] : [`it is reserved: ${by.how}`],
    ),
    ...judge('who has it open', holders, (found) => found.map(holderText)),
    ...judge('which initiators have it', sessions, (found) => found.map(sessionText)),
  ]
}

function judge<T>(
  what: string,
  fact: Known<T>,
  reasons: (value: T) => readonly string[],
): Objection[] {
  if (!fact.known) return [{ kind: 'unknown', reason: `it is not known ${what}: ${fact.reason}` }]
  return reasons(fact.value).map((reason) => ({ kind: 'in-use', reason }))
}

function activityObjections(said: Activity): string[] {
  if (said === null) return []
  const { activity, inTransition, removalPrevented } = said
  return [
    ...(activity === 'no-activity' ? [] : [`it is ${activity.replaceAll('-', ' ')}`]),
    ...(inTransition && activity === 'no-activity' ? ['it is in transition'] : []),
    ...(removalPrevented ? ['somebody has locked its medium in'] : []),
  ]
}

function holderText({ node, pid, command }: Holder): string {
  return `${command} (process ${pid}) has ${node} open`
}

function sessionText({ initiator, target, lun }: Session): string {
  return `${initiator} is logged in to ${target}, which exports it as LUN ${lun}`
}
