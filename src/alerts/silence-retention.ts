import type { Queryable } from '../db/database.ts'

const DAY_MS = 86_400_000

/** Forgets silences that have been over for longer than they are kept; resolves with how many that were. */
export async function forgetOldSilences(
  database: Queryable,
  keptDays: number,
  now: Date,
): Promise<number> {
  const gone = await database.query(
    'delete from silences where least(ends_at, cancelled_at) < $1 returning id',
    [new Date(now.getTime() - keptDays * DAY_MS)],
  )
  return gone.length
}
