import type { Queryable } from '../db/database.ts'
import { openQuarter, packPart, forgetUnusedTimes } from './compaction.ts'
import { quarterOf } from './rollups.ts'
import { insertBeat } from './store.ts'

/** A value of a series. */
export interface SeriesValue {
  id: number
  atMs: number
  value: number
}

/**
 * Stores values, of now or of the past; one that is there already stays. One of a quarter of a day that is packed goes
 * into its chunk and its roll-ups at once. Resolves with how many were not there before.
 */
export async function insertValues(
  transaction: Queryable,
  rows: readonly SeriesValue[],
  nowMs: number,
): Promise<number> {
  const isLate = ({ atMs }: SeriesValue) => atMs < openQuarter(nowMs)
  const late = await notPackedYet(transaction, rows.filter(isLate))
  const added = [...rows.filter((row) => !isLate(row)), ...late]
  const stored = await insertBeat(transaction, {
    atMs: nowMs,
    seriesIds: added.map(({ id }) => id),
    timesMs: added.map(({ atMs }) => atMs),
    values: added.map(({ value }) => value),
  })
  await packLate(transaction, late)
  return stored
}

async function packLate(
  transaction: Queryable,
  late: readonly { id: number; atMs: number }[],
): Promise<void> {
  const quarters = new Map<number, Set<number>>()
  for (const { id, atMs } of late) {
    const quarter = quarterOf(atMs)
    quarters.set(quarter, (quarters.get(quarter) ?? new Set()).add(id))
  }
  for (const [beginsAtMs, seriesIds] of [...quarters].sort(([one], [other]) => one - other)) {
    await packPart(transaction, { beginsAtMs, seriesIds: [...seriesIds] })
    await forgetUnusedTimes(transaction, beginsAtMs)
  }
}

async function notPackedYet(
  transaction: Queryable,
  rows: readonly SeriesValue[],
): Promise<SeriesValue[]> {
  if (rows.length === 0) return []
  const packed = await transaction.query<{ position: number }>(
    `select position
     from unnest($1::integer[], $2::bigint[], $3::bigint[])
       with ordinality as given (series_id, begins_at_ms, at_ms, position)
     join metric_chunks as chunk using (series_id, begins_at_ms)
     join metric_times as times on times.id = chunk.times_id
     where given.at_ms - given.begins_at_ms = any(times.offsets_ms)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ atMs }) => quarterOf(atMs)),
      rows.map(({ atMs }) => atMs),
    ],
  )
  const positions = new Set(packed.map(({ position }) => position))
  return rows.filter((_, index) => !positions.has(index + 1))
}
