import { appendAudit, auditActor } from '../../auth/audit.ts'
import type { Origin, Principal } from '../../auth/principal.ts'
import type { Note } from '../../consistency/reconciliation.ts'
import type { ApiContext } from '../context.ts'

/** Writes a change of what is compared into the audit trail, in its transaction; what was taken away has no `after`. */
export function changeNote<T>(
  { now }: Pick<ApiContext, 'now'>,
  change: {
    principal: Principal
    origin: Origin
    /** Subject and verb, e.g. `consistency.ignore`. */
    action: string
    subject: (item: T) => string
    fieldsOf: (item: T) => Record<string, unknown>
  },
): Note<T> {
  const { principal, origin, action, subject, fieldsOf } = change
  return async (transaction, { before, after }) => {
    const item = after ?? before
    await appendAudit(transaction, {
      at: now(),
      ...auditActor(principal, origin),
      action,
      subject: item === null ? null : subject(item),
      before: before === null ? null : fieldsOf(before),
      after: after === null ? null : fieldsOf(after),
    })
  }
}
