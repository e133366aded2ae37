import type { Queryable } from '../db/database.ts'
import type { CleaningUse } from './cleaning.ts'

/** How often each cleaning cartridge was used, by its barcode. */
export async function cleaningUses(database: Queryable): Promise<ReadonlyMap<string, CleaningUse>> {
  const rows = await database.query<CleaningUse & { volumeTag: string }>(
    `select volume_tag as "volumeTag", uses, memory_limit as "limit", memory_at as "memoryAt"
     from cleaning_uses`,
  )
  return new Map(rows.map(({ volumeTag, ...use }) => [volumeTag, use]))
}

/** Counts one use more; resolves with how many that are. */
export async function addCleaningUse(
  database: Queryable,
  { volumeTag, library, at }: { volumeTag: string; library: string; at: Date },
): Promise<number> {
  const [row] = await database.query<{ uses: number }>(
    `insert into cleaning_uses as known (volume_tag, library, uses, last_used_at)
     values ($1, $2, 1, $3)
     on conflict (volume_tag) do update
       set uses = known.uses + 1, library = excluded.library, last_used_at = excluded.last_used_at
     returning uses`,
    [volumeTag, library, at],
  )
  return row?.uses ?? 1
}

/** What the memory of a cartridge says, which has been counted once at least, goes before what was counted. */
export async function correctCleaningUses(
  database: Queryable,
  of: { volumeTag: string; uses: number; limit: number | null; at: Date },
): Promise<void> {
  await database.query(
    `update cleaning_uses set uses = $2, memory_limit = $3, memory_at = $4 where volume_tag = $1`,
    [of.volumeTag, of.uses, of.limit, of.at],
  )
}
