import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import type { CheckName, Ignored } from './difference.ts'
import type { KnownThing, Learned } from './known.ts'
import type { CheckOutcome, CheckStatus } from './outcome.ts'

/** Everything that is remembered. */
export async function knownThings(database: Queryable): Promise<KnownThing[]> {
  return database.query<KnownThing>(
    `select check_name as "check", name, what, parent, place, shown, attributes,
       adopted_by as "adoptedBy"
     from consistency_known
     order by check_name, name`,
  )
}

/** Remembers things as they are now. */
export async function rememberThings(
  transaction: Queryable,
  things: Learned['remember'],
  at: Date,
): Promise<void> {
  if (things.length === 0) return
  await transaction.query(
    `insert into consistency_known (
       check_name, name, what, parent, place, shown, attributes, adopted_by, first_seen, changed_at)
     select "check", name, what, parent, place, shown, attributes, "adoptedBy", $2, $2
     from jsonb_to_recordset($1) as thing (
       "check" text, name text, what text, parent text, place jsonb, shown text, attributes jsonb,
       "adoptedBy" text)
     on conflict (check_name, name) do update set
       what = excluded.what,
       parent = excluded.parent,
       place = excluded.place,
       shown = excluded.shown,
       attributes = excluded.attributes,
       adopted_by = excluded.adopted_by,
       changed_at = excluded.changed_at`,
    [jsonb(things), at],
  )
}

/** Forgets things. */
export async function forgetThings(
  transaction: Queryable,
  things: Learned['forget'],
): Promise<void> {
  if (things.length === 0) return
  await transaction.query(
    `delete from consistency_known
     using jsonb_to_recordset($1) as thing ("check" text, name text)
     where check_name = thing."check" and consistency_known.name = thing.name`,
    [jsonb(things)],
  )
}

/** A difference that is ignored, as it was when somebody said so. */
export interface IgnoredDifference extends Ignored {
  id: string
  check: CheckName
  sentence: string
}

const IGNORED = `id, check_name as "check", sentence, reason, ignored_by as by, ignored_at as at, until`

/** What is ignored at a time. */
export async function ignoredDifferences(
  database: Queryable,
  at: Date,
): Promise<IgnoredDifference[]> {
  return database.query<IgnoredDifference>(
    `select ${IGNORED} from consistency_ignored where until is null or until > $1
     order by ignored_at, id`,
    [at],
  )
}

/** Ignores a difference; resolves with how it was ignored before, null when it was not. */
export async function ignoreDifference(
  transaction: Queryable,
  { id, check, sentence, reason, by, at, until }: IgnoredDifference,
): Promise<IgnoredDifference | null> {
  const before = await stopIgnoring(transaction, id)
  await transaction.query(
    `insert into consistency_ignored (id, check_name, sentence, reason, ignored_by, ignored_at, until)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, check, storable(sentence), storable(reason), storable(by), at, until],
  )
  return before
}

/** Ignores a difference no longer; resolves with how it was ignored, null when it was not. */
export async function stopIgnoring(
  transaction: Queryable,
  id: string,
): Promise<IgnoredDifference | null> {
  const [row] = await transaction.query<IgnoredDifference>(
    `delete from consistency_ignored where id = $1 returning ${IGNORED}`,
    [id],
  )
  return row ?? null
}

/** A check in the past. */
export interface PastResult extends Pick<
  CheckOutcome,
  'check' | 'status' | 'message' | 'checkedAt' | 'durationSeconds' | 'ignored'
> {
  missing: number
  orphaned: number
  pending: number
  different: number
}

/** Keeps what checks have found in brief, and forgets what is older than `since`. */
export async function saveResults(
  database: Queryable,
  outcomes: readonly CheckOutcome[],
  since: Date,
): Promise<void> {
  const rows = outcomes.map(
    ({ check, checkedAt, durationSeconds, status, message, counts, ignored }) => ({
      ...{ check, checkedAt, durationSeconds, status, message, ignored, ...counts },
    }),
  )
  await database.query(
    `with old as (delete from consistency_results where checked_at < $2)
     insert into consistency_results (
       check_name, checked_at, duration_seconds, status, message, missing, orphaned, pending,
       different, ignored)
     select "check", "checkedAt", "durationSeconds", status, message, missing, orphaned, pending,
       different, ignored
     from jsonb_to_recordset($1) as result (
       "check" text, "checkedAt" timestamptz, "durationSeconds" double precision, status text,
       message text, missing integer, orphaned integer, pending integer, different integer,
       ignored integer)`,
    [jsonb(rows), since],
  )
}

/** Checks in the past, the newest first, and how many there are. */
export async function pastResults(
  database: Queryable,
  filter: { check?: CheckName | undefined; status?: CheckStatus | undefined } & {
    limit: number
    offset: number
  },
): Promise<{ results: PastResult[]; total: number }> {
  const where = `($1::text is null or check_name = $1) and ($2::text is null or status = $2)`
  const values = [filter.check ?? null, filter.status ?? null]
  const [count] = await database.query<{ total: number }>(
    `select count(*) as total from consistency_results where ${where}`,
    values,
  )
  const results = await database.query<PastResult>(
    `select check_name as "check", checked_at as "checkedAt", duration_seconds as "durationSeconds",
       status, message, missing, orphaned, pending, different, ignored
     from consistency_results where ${where} order by id desc limit $3 offset $4`,
    [...values, filter.limit, filter.offset],
  )
  return { results, total: count?.total ?? 0 }
}
