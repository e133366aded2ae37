import type { Beat } from './store.ts'

/** Series of a block, by their ids: so many that four rows fill a page of the server. */
export const BLOCK_SERIES = 240

/** What the series of a block had at one time. */
export interface Block {
  block: number
  atMs: number
  /** The series of the first of the numbers. */
  firstId: number
  /** Of series one after the other; NaN where one has none. */
  numbers: Float64Array
  /** How many have one. */
  count: number
}

/** The block of a series. */
export function blockOf(seriesId: number): number {
  return Math.floor(seriesId / BLOCK_SERIES)
}

/**
 * The values of a beat by block and time, in this order, so that two who store them do not wait for each other; of a
 * series and time the first.
 */
export function blocksOf({ seriesIds, timesMs, values }: Omit<Beat, 'atMs'>): Block[] {
  const filling = new Map<string, Filling>()
  let last: Filling | undefined
  for (let index = 0; index < seriesIds.length; index += 1) {
    const id = seriesIds[index] ?? 0
    const atMs = timesMs[index] ?? 0
    // Most often they come one after the other.
    if (last?.atMs !== atMs || id < last.beginId || id >= last.endId) {
      last = fillingOf(filling, blockOf(id), atMs)
    }
    const offset = id - last.beginId
    if (!Number.isNaN(last.slots[offset])) continue
    last.slots[offset] = values[index] ?? 0
    last.count += 1
    if (offset < last.first) last.first = offset
    if (offset >= last.end) last.end = offset + 1
  }
  return [...filling.values()]
    .sort((one, other) => one.block - other.block || one.atMs - other.atMs)
    .map(({ block, beginId, atMs, slots, first, end, count }) => ({
      ...{ block, atMs, count },
      firstId: beginId + first,
      numbers: slots.subarray(first, end),
    }))
}

interface Filling {
  block: number
  /** The ids that belong to it: the first, and that after the last. */
  beginId: number
  endId: number
  atMs: number
  slots: Float64Array
  first: number
  end: number
  count: number
}

function fillingOf(all: Map<string, Filling>, block: number, atMs: number): Filling {
  const key = `${block} ${atMs}`
  const known = all.get(key)
  if (known !== undefined) return known
  const beginId = block * BLOCK_SERIES
  const filling = {
    ...{ block, beginId, endId: beginId + BLOCK_SERIES, atMs },
    slots: new Float64Array(BLOCK_SERIES).fill(NaN),
    ...{ first: BLOCK_SERIES, end: 0, count: 0 },
  }
  all.set(key, filling)
  return filling
}

/** The value of a series in a row of metric_blocks, in SQL; null or NaN where it has none. */
export function numberOf(seriesId: string): string {
  return `block.numbers[${seriesId} - block.first_id + 1]`
}

/**
 * Loose values of the series in `wanted` between two moments, both included, in SQL: `series_id`, `at_ms`, `value`. Of
 * these only `those` of which that is so.
 */
export function looseBetween(sinceMs: string, untilMs: string, those = 'true'): string {
  return `
  select wanted.id as series_id, at_ms, ${numberOf('wanted.id')} as value
  from wanted join metric_blocks as block on block.block = wanted.id / ${BLOCK_SERIES}
  where at_ms between ${sinceMs} and ${untilMs} and ${those} and ${numberOf('wanted.id')} <> 'NaN'
  union all
  select series_id, at_ms, value
  from metric_samples join wanted on wanted.id = series_id
  where at_ms between ${sinceMs} and ${untilMs} and ${those}`
}

/** When the oldest loose value was read, in SQL; null when there is none. */
export const OLDEST_LOOSE =
  'least((select min(at_ms) from metric_blocks), (select min(at_ms) from metric_samples))'
