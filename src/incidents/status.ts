import type { IncidentStatus } from './incident.ts'

/** What an incident can become. What is closed was looked at to the end: it is not for everybody to begin anew. */
const transitions: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  open: ['investigating', 'resolved'],
  investigating: ['open', 'resolved'],
  resolved: ['investigating', 'closed'],
  closed: ['investigating'],
}

/** An incident does not go from one state to the other, or not by this hand. */
export class IncidentStatusError extends Error {
  readonly code = 'ERR_INCIDENT_STATUS'
  readonly from: IncidentStatus
  readonly allowed: readonly IncidentStatus[]

  constructor(from: IncidentStatus, to: IncidentStatus, allowed: readonly IncidentStatus[]) {
    const others = allowed.length === 0 ? 'nothing; an operator can reopen it' : allowed.join(', ')
    super(`an incident that is ${from} cannot become ${to}: allowed is ${others}`)
    this.name = 'IncidentStatusError'
    this.from = from
    this.allowed = allowed
  }
}

/** What an incident of this state can become; closed ones are reopened by those who see all incidents. Pure. */
export function allowedFrom(
  status: IncidentStatus,
  { seesAll }: { seesAll: boolean },
): readonly IncidentStatus[] {
  return status === 'closed' && !seesAll ? [] : transitions[status]
}

/** The times that belong to the states. */
export interface StatusTimes {
  status: IncidentStatus
  resolvedAt: Date | null
  closedAt: Date | null
}

/**
 * The state after a step, with its times: a reopened incident is not resolved any more. To the state that it has
 * an incident goes without anything changing. Pure. Throws IncidentStatusError.
 */
export function moved(
  now: StatusTimes,
  to: IncidentStatus,
  { at, seesAll }: { at: Date; seesAll: boolean },
): StatusTimes {
  const { status, resolvedAt, closedAt } = now
  if (to === status) return { status, resolvedAt, closedAt }
  const allowed = allowedFrom(status, { seesAll })
  if (!allowed.includes(to)) throw new IncidentStatusError(status, to, allowed)
  if (to === 'resolved') return { status: to, resolvedAt: at, closedAt: null }
  if (to === 'closed') return { status: to, resolvedAt, closedAt: at }
  return { status: to, resolvedAt: null, closedAt: null }
}
