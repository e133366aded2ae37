import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import type { Comparison, Remembered } from './compare.ts'
import type { ObjectKind } from './inventory.ts'
import type { Seen } from './present.ts'

/** Everything that was there once. Nobody else changes it until the transaction ends. */
export async function rememberedObjects(transaction: Queryable): Promise<Remembered[]> {
  await transaction.query('lock table inventory in share row exclusive mode')
  return transaction.query<Remembered>(
    `select kind, id, name, labels, part_of as "partOf", virtual, last_seen as "lastSeen", gone_since as "goneSince"
     from inventory
     order by kind, id`,
  )
}

/** Notes that the objects were there at `at`. */
export async function rememberSeen(
  transaction: Queryable,
  seen: readonly Seen[],
  at: Date,
): Promise<void> {
  if (seen.length === 0) return
  await transaction.query(
    `insert into inventory (kind, id, name, labels, part_of, virtual, first_seen, last_seen)
     select kind, id, name, labels, "partOf", virtual, $2, $2
     from jsonb_to_recordset($1) as object (
       kind text, id text, name text, labels jsonb, "partOf" jsonb, virtual boolean
     )
     on conflict (kind, id) do update set
       name = excluded.name,
       labels = excluded.labels,
       -- What is not known now is still so.
       part_of = inventory.part_of || excluded.part_of,
       virtual = excluded.virtual,
       last_seen = excluded.last_seen,
       gone_since = null`,
    [jsonb(seen), at],
  )
}

/** Notes that the objects have been missing since `at`. */
export async function rememberGone(
  transaction: Queryable,
  objects: Comparison['gone'],
  at: Date,
): Promise<void> {
  if (objects.length === 0) return
  await transaction.query(
    `update inventory set gone_since = $2
     from jsonb_to_recordset($1) as object (kind text, id text)
     where inventory.kind = object.kind and inventory.id = object.id`,
    [jsonb(objects), at],
  )
}

/** Forgets objects; resolves with how many of them were known. */
export async function forgetObjects(
  transaction: Queryable,
  objects: readonly { kind: ObjectKind; id: string }[],
): Promise<number> {
  if (objects.length === 0) return 0
  const rows = await transaction.query(
    `delete from inventory
     using jsonb_to_recordset($1) as object (kind text, id text)
     where inventory.kind = object.kind and inventory.id = object.id
     returning inventory.id`,
    [jsonb(objects)],
  )
  return rows.length
}
