import type { Queryable } from '../db/database.ts'
import { forgetUnusedTimes } from './chunks.ts'
import { openQuarter, pack } from './compaction.ts'
import { looseAmong } from './loose.ts'
import { lockHistory } from './partitions.ts'
import { pointsOf, type SeriesValue } from './points.ts'
import { quarterOf } from './rollups.ts'
import { insertBeat, noteBeat } from './store.ts'

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
  const late = rows.filter(isLate)
  const added = late.length === 0 ? 0 : await packLate(transaction, late)
  const fresh = late.length === 0 ? rows : rows.filter((row) => !isLate(row))
  const stored = await insertBeat(transaction, {
    atMs: nowMs,
    seriesIds: fresh.map(({ id }) => id),
    timesMs: fresh.map(({ atMs }) => atMs),
    values: fresh.map(({ value }) => value),
  })
  if (added > 0) await noteBeat(transaction, nowMs, added)
  return stored + added
}

/** What is loose is so until its whole block is packed: nobody else packs meanwhile. */
async function packLate(transaction: Queryable, late: readonly SeriesValue[]): Promise<number> {
  await lockHistory(transaction)
  const loose = await looseAmong(transaction, late)
  const quarters = new Map<number, SeriesValue[]>()
  for (const [position, value] of late.entries()) {
    if (loose.has(position)) continue
    const quarter = quarterOf(value.atMs)
    const values = quarters.get(quarter) ?? []
    quarters.set(quarter, values)
    values.push(value)
  }
  let added = 0
  for (const [beginsAtMs, values] of [...quarters].sort(([one], [other]) => one - other)) {
    added += await pack(transaction, beginsAtMs, pointsOf(values, beginsAtMs))
    await forgetUnusedTimes(transaction, beginsAtMs)
  }
  return added
}
