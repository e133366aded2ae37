import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { isUuid } from '../db/uuid.ts'
import type { Silence } from './silence.ts'

const COLUMNS = `
  id, matchers, maintenance, starts_at as "startsAt", ends_at as "endsAt", schedule, comment, author,
  created_at as "createdAt", cancelled_at as "cancelledAt", cancelled_by as "cancelledBy"`

/** Those that mute at `at`, or may later: neither ended nor cancelled. The first that began comes first. */
export async function openSilences(database: Queryable, at: Date): Promise<Silence[]> {
  return database.query<Silence>(
    `select ${COLUMNS} from silences
     where cancelled_at is null and (ends_at is null or ends_at > $1)
     order by starts_at, id`,
    [at],
  )
}

/** All, also those that are over, the newest first; and how many there are. */
export async function listSilences(
  database: Queryable,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ silences: Silence[]; total: number }> {
  const silences = await database.query<Silence>(
    `select ${COLUMNS} from silences order by created_at desc, id desc limit $1 offset $2`,
    [limit, offset],
  )
  const [row] = await database.query<{ total: number }>('select count(*) as total from silences')
  return { silences, total: row?.total ?? 0 }
}

/** One silence; null when there is none with the id. */
export async function findSilence(database: Queryable, id: string): Promise<Silence | null> {
  if (!isUuid(id)) return null
  const [row] = await database.query<Silence>(`select ${COLUMNS} from silences where id = $1`, [id])
  return row ?? null
}

/** Stores a new silence. */
export async function insertSilence(transaction: Queryable, silence: Silence): Promise<void> {
  const { id, matchers, maintenance, startsAt, endsAt, schedule } = silence
  const { comment, author, createdAt, cancelledAt, cancelledBy } = silence
  await transaction.query(
    `insert into silences (
       id, matchers, maintenance, starts_at, ends_at, schedule, comment, author, created_at,
       cancelled_at, cancelled_by
     )
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[id, jsonb(matchers), maintenance, startsAt, endsAt],
      ...[schedule === null ? null : jsonb(schedule), storable(comment), storable(author)],
      ...[createdAt, cancelledAt, cancelledBy],
    ],
  )
}

/** Ends a silence before its time. */
export async function cancelSilence(
  transaction: Queryable,
  id: string,
  { by, at }: { by: string; at: Date },
): Promise<void> {
  await transaction.query(
    `update silences set cancelled_at = $2, cancelled_by = $3
     where id = $1 and cancelled_at is null`,
    [id, at, storable(by)],
  )
}
