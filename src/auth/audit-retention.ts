import type { Database } from '../db/database.ts'
import { appendAudit } from './audit.ts'

const DAY_MS = 86_400_000

/**
 * Forgets the entries of the audit trail that are older than it is kept, and writes down in it that it did, in the
 * same transaction. Resolves with how many that were. How long they are kept only the configuration says.
 */
export async function forgetOldAudit(
  database: Database,
  keptDays: number,
  now: Date,
): Promise<number> {
  const before = new Date(now.getTime() - keptDays * DAY_MS)
  return await database.transaction(async (transaction) => {
    const gone = await transaction.query<{ at: Date }>(
      'delete from audit where at < $1 returning at',
      [before],
    )
    if (gone.length === 0) return 0
    await appendAudit(transaction, {
      at: now,
      actor: 'storwardend',
      ...{ credential: null, address: null, before: null, subject: null },
      action: 'audit.forget',
      after: { entries: gone.length, before: before.toISOString(), kept_days: keptDays },
    })
    return gone.length
  })
}
