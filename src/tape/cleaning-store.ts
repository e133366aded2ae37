import type { Queryable } from '../db/database.ts'

/** How often each cleaning cartridge was used, by its barcode. */
export async function cleaningUses(database: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query<{ volumeTag: string; uses: number }>(
    `select volume_tag as "volumeTag", uses from cleaning_uses`,
  )
  return new Map(rows.map(({ volumeTag, uses }) => [volumeTag, uses]))
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
