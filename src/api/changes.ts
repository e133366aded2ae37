import type { ListedAlert } from '../alerts/alert.ts'
import { listAudit, type AuditEntry } from '../auth/audit.ts'
import type { Queryable } from '../db/database.ts'
import type { StoredEvent } from '../events/event.ts'
import { eventsBetween } from '../events/store.ts'

/** Something that changed: somebody did it, it happened, or another alert began or ended. */
export interface Change {
  at: Date
  kind: (typeof changeKinds)[number]
  /** The user; null where nobody did it. */
  actor: string | null
  /** What was done or happened, in a word such as `user.create` or `cartridge_moved`. */
  action: string | null
  /** Id or name of what it was done to; of an alert its id. */
  subject: string | null
  message: string
  level: StoredEvent['level']
}

/** Where a change is known from: the audit trail, the stream, or the alerts on it. */
export const changeKinds = ['audit', 'event', 'alert'] as const

const HOUR_MS = 3_600_000
const MAX_CHANGES = 100

/**
 * What else changed in the hour before an alert began, up to that moment, the oldest first: the last 100, and
 * whether there were more. Of an alert of an appliance what happened there, as far as it told.
 */
export async function changesBefore(
  db: Queryable,
  { id, startedAt: until, appliance }: Pick<ListedAlert, 'id' | 'startedAt' | 'appliance'>,
): Promise<{ changes: Change[]; truncated: boolean }> {
  const since = new Date(until.getTime() - HOUR_MS)
  const limit = MAX_CHANGES + 1
  const { entries } =
    appliance === null ? await listAudit(db, { since, until, limit, offset: 0 }) : { entries: [] }
  const events = await eventsBetween(db, { since, until, limit, exceptAlert: id, appliance })
  const changes = [...entries.map(auditChange), ...events.map(eventChange)].sort(
    (one, other) => other.at.getTime() - one.at.getTime(),
  )
  return {
    changes: changes.slice(0, MAX_CHANGES).reverse(),
    truncated: changes.length > MAX_CHANGES,
  }
}

function auditChange({ at, actor, action, subject }: AuditEntry): Change {
  const message = subject === null ? action : `${action} of ${subject}`
  return { at, kind: 'audit', actor, action, subject, message, level: 'info' }
}

function eventChange({ at, type, message, level, data }: StoredEvent): Change {
  const kind = type === 'alert' ? 'alert' : 'event'
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : null)
  const by = { acknowledged: text('acknowledged_by'), resolved: text('resolved_by') }
  const action = text('event')
  return {
    ...{ at, kind, action, message, level },
    actor: kind === 'alert' ? (by[action as keyof typeof by] ?? null) : null,
    subject: kind === 'alert' ? text('id') : null,
  }
}
