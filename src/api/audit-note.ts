import type { Note } from '../alerts/steps.ts'
import { appendAudit, auditActor } from '../auth/audit.ts'
import type { Origin, Principal } from '../auth/principal.ts'
import type { ApiContext } from './context.ts'
import type { Json } from './json.ts'

/** What is done by whom. */
export interface Doing<T> {
  /** Subject and verb, e.g. `alert.acknowledge`. */
  action: string
  principal: Principal
  origin: Origin
  /** What the audit trail tells of it. */
  fieldsOf: (item: T) => Record<string, Json>
}

/** Writes what somebody changes into the audit trail, in the transaction of the change. */
export function auditNote<T extends { id: string }>(
  { now }: ApiContext,
  { action, principal, origin, fieldsOf }: Doing<T>,
): Note<T> {
  return async (transaction, { before, after }) => {
    await appendAudit(transaction, {
      at: now(),
      ...auditActor(principal, origin),
      action,
      subject: after.id,
      before: before === null ? null : fieldsOf(before),
      after: fieldsOf(after),
    })
  }
}
