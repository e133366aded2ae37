import type { StoredAuditEntry } from '../auth/audit.ts'
import type { NewEvent } from '../events/event.ts'

/** Source of the events that tell of the audit trail. */
export const AUDIT_SOURCE = 'audit'

const LOGINS: Readonly<Record<string, { event: string; said: string }>> = {
  'session.create': { event: 'login', said: 'logged in' },
  'session.delete': { event: 'logout', said: 'logged out' },
}

/** The event that tells of an entry: who, and which members changed, but never from what to what. */
export function auditedEvent(entry: StoredAuditEntry): NewEvent {
  const { id, at, actor, action, subject, address, before, after } = entry
  const login = LOGINS[action]
  const what = subject === null ? action : `${action} of ${subject}`
  const changed = changedMembers(before, after)
  const more = changed.length === 0 ? '' : ` (${changed.join(', ')})`
  const message = `${actor}: ${login?.said ?? `${what}${more}`}`
  return {
    ...{ type: 'system', source: AUDIT_SOURCE, level: 'info', message, at },
    data: {
      event: login?.event ?? 'configuration_changed',
      ...{ message, actor, action, subject, address, changed, audit_id: id },
    },
  }
}

/** Names of the members that differ, where there are values before and after. */
function changedMembers(
  before: StoredAuditEntry['before'],
  after: StoredAuditEntry['after'],
): string[] {
  if (before === null || after === null) return []
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}
