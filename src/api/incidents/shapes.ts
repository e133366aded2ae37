import { Type } from 'typebox'
import { auditActor } from '../../auth/audit.ts'
import { may } from '../../auth/permissions.ts'
import type { Origin, Principal } from '../../auth/principal.ts'
import {
  incidentSeverities,
  incidentStatuses,
  IncidentNotFoundError,
  isVisible,
  type Incident,
  type Reader,
} from '../../incidents/incident.ts'
import type { Doer } from '../../incidents/incidents.ts'
import { findIncident } from '../../incidents/store.ts'
import type { ApiContext } from '../context.ts'
import { integer, nullable, oneOf, text, time } from '../schemas.ts'

/** What is told of an incident wherever one is. */
export const incident = {
  id: text,
  title: text,
  description: text,
  severity: oneOf(incidentSeverities),
  status: oneOf(incidentStatuses),
  assigned_to: nullable(text),
  root_cause: nullable(text),
  created_by: text,
  /** Of one that opened by itself: the place whose alerts opened it. */
  place: nullable(text),
  started_at: time,
  created_at: time,
  updated_at: time,
  resolved_at: nullable(time),
  closed_at: nullable(time),
  /** Since when none of its alerts is active. */
  alerts_over_since: nullable(time),
  version: integer,
}

const long = (maxLength: number) => Type.String({ maxLength })

/** What people say of an incident. */
export const given = {
  title: Type.String({ minLength: 1, maxLength: 512, pattern: '\\S' }),
  description: nullable(long(65_536)),
  severity: oneOf(incidentSeverities),
  assigned_to: nullable(Type.String({ minLength: 1, maxLength: 256 })),
  root_cause: nullable(long(65_536)),
  started_at: time,
}

/** A note as it goes out. */
export const note = { id: integer, at: time, author: nullable(text), text }

/** Who reads: an operator all incidents, a viewer his own, an admin the audit trail besides. */
export function readerOf({ userId, role }: Principal): Reader {
  return {
    userId,
    seesAll: may(role, 'incidents:read-all'),
    seesAudit: may(role, 'users:manage'),
  }
}

/** Who does it. */
export function doerOf(principal: Principal, origin: Origin): Doer {
  const { username } = principal
  return { ...readerOf(principal), username, audited: auditActor(principal, origin) }
}

/** The incident, when the reader may know of it. Rejects with IncidentNotFoundError. */
export async function visible(
  { db }: Pick<ApiContext, 'db'>,
  id: string,
  reader: Reader,
): Promise<Incident> {
  const found = await findIncident(db, id)
  if (found === null || !isVisible(found, reader)) throw new IncidentNotFoundError(id)
  return found
}
