/** How bad it is, the least first. */
export const incidentSeverities = ['low', 'medium', 'high', 'critical'] as const
/** How bad an incident is. */
export type IncidentSeverity = (typeof incidentSeverities)[number]

/** The states of an incident, in the order it goes through them. */
export const incidentStatuses = ['open', 'investigating', 'resolved', 'closed'] as const
/** `resolved`: the trouble is over; `closed`: and so is the work on it. */
export type IncidentStatus = (typeof incidentStatuses)[number]

/** Trouble that people look after. */
export interface Incident {
  id: string
  title: string
  description: string
  severity: IncidentSeverity
  status: IncidentStatus
  /** Null while nobody has said it. */
  rootCause: string | null
  /** The user, or `storwardend` for one that opened by itself. */
  createdBy: string
  /** Null when the daemon did it. */
  createdById: string | null
  assignedTo: string | null
  assignedToId: string | null
  /** The place whose alerts opened it, e.g. `library=L1`; null when a user did. */
  place: string | null
  /** When the trouble began. */
  startedAt: Date
  createdAt: Date
  updatedAt: Date
  resolvedAt: Date | null
  closedAt: Date | null
  /** Since when none of its alerts is active; null while one is, and without any. */
  calmSince: Date | null
  /** Grows with each change. */
  version: number
}

/** Somebody who can be assigned: the id and the name of a user. */
export interface Person {
  id: string
  name: string
}

/** Who asks: as a user, and whether those of others are his to see and to reopen. */
export interface Reader {
  userId: string
  /** Has `incidents:read-all`. */
  seesAll: boolean
  /** May read the audit trail. */
  seesAudit: boolean
}

/** Who the daemon is when it opens, changes or resolves incidents by itself. */
export const DAEMON = 'storwardend'

/** Whether an incident is one of the reader's to see and to change: his own, or any. Pure. */
export function isVisible(
  { createdById, assignedToId }: Pick<Incident, 'createdById' | 'assignedToId'>,
  { userId, seesAll }: Pick<Reader, 'userId' | 'seesAll'>,
): boolean {
  return seesAll || createdById === userId || assignedToId === userId
}

/** Whether the trouble lasts. Pure. */
export function isActive({ status }: Pick<Incident, 'status'>): boolean {
  return status === 'open' || status === 'investigating'
}

/** The incident as it goes out. */
export function incidentToJson(incident: Incident) {
  return {
    id: incident.id,
    title: incident.title,
    description: incident.description,
    severity: incident.severity,
    status: incident.status,
    assigned_to: incident.assignedTo,
    root_cause: incident.rootCause,
    created_by: incident.createdBy,
    place: incident.place,
    started_at: incident.startedAt.toISOString(),
    created_at: incident.createdAt.toISOString(),
    updated_at: incident.updatedAt.toISOString(),
    resolved_at: incident.resolvedAt?.toISOString() ?? null,
    closed_at: incident.closedAt?.toISOString() ?? null,
    alerts_over_since: incident.calmSince?.toISOString() ?? null,
    version: incident.version,
  }
}

/** There is no incident with this id, or none that the reader may know of. */
export class IncidentNotFoundError extends Error {
  readonly code = 'ERR_INCIDENT_NOT_FOUND'

  constructor(id: string) {
    super(`incident ${id}: not found`)
    this.name = 'IncidentNotFoundError'
  }
}

/** Somebody else has changed it since it was read. */
export class IncidentChangedError extends Error {
  readonly code = 'ERR_INCIDENT_CHANGED'
  /** That it has now. */
  readonly version: number

  constructor(id: string, { given, version }: { given: number; version: number }) {
    super(`incident ${id}: was changed meanwhile: version ${version}, not ${given}`)
    this.name = 'IncidentChangedError'
    this.version = version
  }
}

/** Nobody has this name or id. */
export class UnknownPersonError extends Error {
  readonly code = 'ERR_UNKNOWN_PERSON'

  constructor(name: string) {
    super(`${name}: there is no such user`)
    this.name = 'UnknownPersonError'
  }
}

/** The trouble cannot have begun then. */
export class IncidentTimesError extends Error {
  readonly code = 'ERR_INCIDENT_TIMES'

  constructor(reason: string) {
    super(reason)
    this.name = 'IncidentTimesError'
  }
}
