import type { Incident, IncidentSeverity, IncidentStatus, Person } from './incident.ts'
import { IncidentTimesError } from './incident.ts'
import { moved } from './status.ts'

/** What somebody wants an incident to be; what is left out stays. */
export interface IncidentPatch {
  title?: string | undefined
  description?: string | undefined
  severity?: IncidentSeverity | undefined
  status?: IncidentStatus | undefined
  assigned?: Person | null | undefined
  rootCause?: string | null | undefined
  startedAt?: Date | undefined
}

/** A member that is another than it was. */
export interface FieldChange {
  field: string
  before: string | null
  after: string | null
}

/** An incident after a change, and what it changed. */
export interface ChangedIncident {
  incident: Incident
  /** Without any nothing is to be written. */
  fields: readonly FieldChange[]
}

/** Members that are told of, in this order, with their values as text. */
const told: readonly [field: string, value: (incident: Incident) => string | null][] = [
  ['status', ({ status }) => status],
  ['severity', ({ severity }) => severity],
  ['assigned_to', ({ assignedTo }) => assignedTo],
  ['title', ({ title }) => title],
  ['description', ({ description }) => description],
  ['root_cause', ({ rootCause }) => rootCause],
  ['started_at', ({ startedAt }) => startedAt.toISOString()],
]

/** The incident as it is wanted. Pure. Throws IncidentStatusError or IncidentTimesError. */
export function changed(
  before: Incident,
  patch: IncidentPatch,
  { at, seesAll }: { at: Date; seesAll: boolean },
): ChangedIncident {
  const times = moved(before, patch.status ?? before.status, { at, seesAll })
  const { assigned } = patch
  const incident: Incident = {
    ...before,
    ...times,
    title: patch.title ?? before.title,
    description: patch.description ?? before.description,
    severity: patch.severity ?? before.severity,
    rootCause: patch.rootCause === undefined ? before.rootCause : patch.rootCause,
    startedAt: patch.startedAt ?? before.startedAt,
    ...(assigned === undefined
      ? {}
      : { assignedTo: assigned?.name ?? null, assignedToId: assigned?.id ?? null }),
  }
  checkBegin(incident, at)
  const fields = told.flatMap(([field, value]): FieldChange[] => {
    const pair = { before: value(before), after: value(incident) }
    // A name that was given again is another user.
    const other = field === 'assigned_to' && incident.assignedToId !== before.assignedToId
    return pair.before === pair.after && !other ? [] : [{ field, ...pair }]
  })
  if (fields.length === 0) return { incident: before, fields }
  return { incident: { ...incident, updatedAt: at, version: before.version + 1 }, fields }
}

/** Nothing begins in the future, or after it is over. Throws IncidentTimesError. */
export function checkBegin(
  { startedAt, resolvedAt }: Pick<Incident, 'startedAt' | 'resolvedAt'>,
  now: Date,
): void {
  if (startedAt > now) throw new IncidentTimesError('started_at must not be in the future')
  if (resolvedAt !== null && startedAt > resolvedAt) {
    throw new IncidentTimesError('started_at must not be after resolved_at')
  }
}

/** A sentence about a change, for people. Long texts are only said to be other. Pure. */
export function changeText(fields: readonly FieldChange[]): string {
  return fields.map(fieldText).join('; ')
}

function fieldText({ field, before, after }: FieldChange): string {
  if (field === 'status') return `${before} → ${after}`
  if (field === 'assigned_to') {
    return after === null ? `taken from ${before}` : `assigned to ${after}`
  }
  if (field === 'severity') return `severity ${before} → ${after}`
  if (field === 'root_cause')
    return after === null ? 'root cause withdrawn' : `root cause: ${after}`
  if (field === 'started_at') return `began at ${after}`
  return `${field} changed`
}
