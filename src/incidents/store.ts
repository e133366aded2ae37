import type { Queryable } from '../db/database.ts'
import { storable } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import type { Incident, IncidentSeverity, IncidentStatus, Person } from './incident.ts'

/** The columns of `incidents`, named as the fields of Incident. */
export const incidentColumns = `
  id, title, description, severity, status, root_cause as "rootCause",
  created_by as "createdBy", created_by_id as "createdById",
  assigned_to as "assignedTo", assigned_to_id as "assignedToId", place,
  started_at as "startedAt", created_at as "createdAt", updated_at as "updatedAt",
  resolved_at as "resolvedAt", closed_at as "closedAt", calm_since as "calmSince", version`

/** One incident; null when there is none with the id. */
export async function findIncident(database: Queryable, id: string): Promise<Incident | null> {
  if (!isUuid(id)) return null
  const [row] = await database.query<Incident>(
    `select ${incidentColumns} from incidents where id = $1`,
    [id],
  )
  return row ?? null
}

/** The same, which nobody else changes until the transaction ends. */
export async function lockIncident(transaction: Queryable, id: string): Promise<Incident | null> {
  if (!isUuid(id)) return null
  const [row] = await transaction.query<Incident>(
    `select ${incidentColumns} from incidents where id = $1 for update`,
    [id],
  )
  return row ?? null
}

/** Those that last, the oldest first, which nobody else changes until the transaction ends. */
export async function lockActiveIncidents(transaction: Queryable): Promise<Incident[]> {
  return transaction.query<Incident>(
    `select ${incidentColumns} from incidents
     where status in ('open', 'investigating')
     order by created_at, id
     for update`,
  )
}

/** How many have opened by themselves since `since`. */
export async function countOpenedSince(database: Queryable, since: Date): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    'select count(*) as count from incidents where place is not null and created_at > $1',
    [since],
  )
  return row?.count ?? 0
}

/** Inserts an incident, or overwrites the one with its id; who made it, when and for which place stays. */
export async function saveIncident(transaction: Queryable, incident: Incident): Promise<void> {
  const { id, title, description, severity, status, rootCause, place, version } = incident
  await transaction.query(
    `insert into incidents (
       id, title, description, severity, status, root_cause, created_by, created_by_id,
       assigned_to, assigned_to_id, place, started_at, created_at, updated_at, resolved_at,
       closed_at, calm_since, version
     )
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
     on conflict (id) do update set
       title = excluded.title,
       description = excluded.description,
       severity = excluded.severity,
       status = excluded.status,
       root_cause = excluded.root_cause,
       assigned_to = excluded.assigned_to,
       assigned_to_id = excluded.assigned_to_id,
       started_at = excluded.started_at,
       updated_at = excluded.updated_at,
       resolved_at = excluded.resolved_at,
       closed_at = excluded.closed_at,
       calm_since = excluded.calm_since,
       version = excluded.version`,
    [
      ...[id, storable(title), storable(description), severity, status],
      ...[rootCause === null ? null : storable(rootCause), incident.createdBy],
      ...[incident.createdById, incident.assignedTo, incident.assignedToId],
      ...[place === null ? null : storable(place), incident.startedAt, incident.createdAt],
      ...[incident.updatedAt, incident.resolvedAt, incident.closedAt, incident.calmSince, version],
    ],
  )
}

/** A user by name, in whatever case, or by id; null when there is none. */
export async function findPerson(database: Queryable, name: string): Promise<Person | null> {
  const [row] = await database.query<{ id: string; name: string }>(
    'select id, username as name from users where lower(username) = lower($1) or id = $2',
    [storable(name), isUuid(name) ? name : null],
  )
  return row ?? null
}

/** How many incidents there are of a state and severity. */
export interface IncidentCount {
  status: IncidentStatus
  severity: IncidentSeverity
  count: number
}

/** How many there are, by state and severity; what was closed before `archivedBefore` is not counted. */
export async function countIncidents(
  database: Queryable,
  archivedBefore: Date,
): Promise<IncidentCount[]> {
  return database.query<IncidentCount & Record<string, unknown>>(
    `select status, severity, count(*) as count
     from incidents
     where closed_at is null or closed_at > $1
     group by status, severity
     order by status, severity`,
    [archivedBefore],
  )
}

/** How many last. */
export async function countActiveIncidents(database: Queryable): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from incidents where status in ('open', 'investigating')`,
  )
  return row?.count ?? 0
}
