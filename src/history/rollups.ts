import { arrayOf, doublesParameter, integersParameter } from '../db/binary-arrays.ts'
import type { Queryable } from '../db/database.ts'
import { bucketsOf } from './buckets.ts'
import type { PackedSeries } from './chunks.ts'
import type { Partitioned } from './partitions.ts'

/** A chunk holds what was read in a quarter of a day, which begin at 0, 6, 12 and 18 h UTC. */
export const CHUNK_MS = 6 * 3_600_000

const DAY_MS = 86_400_000

/** Packed values, just as they were read. */
export const chunks: Partitioned = {
  table: 'metric_chunks',
  partitionMs: DAY_MS,
  edge: 'chunks_since_ms',
}

/** What values are rolled up to. */
export interface Resolution extends Partitioned {
  /** The time that values become one in; they begin at multiples of it since 1970. */
  bucketMs: number
  /** The time that a row is of. */
  rowMs: number
}

/** Partitions hold a day, 8 and 64 days: with what is kept by default none of them has a hundred. */
export const fiveMinutes: Resolution = {
  table: 'metric_five_minutes',
  partitionMs: 8 * DAY_MS,
  edge: 'five_minutes_since_ms',
  bucketMs: 300_000,
  rowMs: DAY_MS,
}

/** Rows of 16 days, as the server compresses none that is under 2 kB. */
export const hours: Resolution = {
  table: 'metric_hours',
  partitionMs: 64 * DAY_MS,
  edge: 'hours_since_ms',
  bucketMs: 3_600_000,
  rowMs: 16 * DAY_MS,
}

/** All of them, the finest first. */
export const resolutions: readonly Resolution[] = [fiveMinutes, hours]

/** The begin of the quarter of a day of a moment. */
export function quarterOf(atMs: number): number {
  return Math.floor(atMs / CHUNK_MS) * CHUNK_MS
}

/** What is added up of a value: sums of what comes near the largest number there is would be none. */
export const SUMMED = 'least(greatest(value, -1e290), 1e290)'

/**
 * Makes the roll-ups of some series in a quarter of a day, out of all that is packed of them: made once or again and
 * again they are the same. The history has to be locked and the partition to be there.
 */
export async function insertRollups(
  transaction: Queryable,
  { table, bucketMs, rowMs }: Resolution,
  beginsAtMs: number,
  series: readonly PackedSeries[],
): Promise<void> {
  const slots = CHUNK_MS / bucketMs
  const size = rowMs / bucketMs
  const rowBeginsAtMs = Math.floor(beginsAtMs / rowMs) * rowMs
  const at = { first: (beginsAtMs - rowBeginsAtMs) / bucketMs, slots, size }
  const padded = (list: string, type = 'double precision') =>
    `array_fill(null::${type}, array[${at.first}]) || ${list} || array_fill(null::${type}, array[${size - at.first - slots}])`
  const slice = (parameter: string, position: string, type = 'double precision') =>
    padded(
      `(${parameter}::${type}[])[(${position} - 1) * ${slots} + 1 : ${position} * ${slots}]`,
      type,
    )
  const buckets = bucketsOf(series, { slots, bucketMs })
  const doubles = (list: Float64Array) => doublesParameter([list], { nanIsNull: true })
  const sparse = (of: 'lasts' | 'firsts' | 'drops') => {
    const lists = series.map((_, index) => buckets[of].subarray(index * slots, (index + 1) * slots))
    const kept = lists.filter((_, index) => buckets.differ[index]?.[of])
    return doublesParameter(kept, { nanIsNull: true })
  }
  const flags = (of: 'lasts' | 'firsts' | 'drops') => buckets.differ.map((each) => each[of])
  const nth = (flag: string) => `count(*) filter (where ${flag}) over (order by position)`
  await transaction.query(
    `insert into ${table} as kept (series_id, begins_at_ms, mins, maxs, sums, counts, lasts, firsts, drops)
     select series_id, ${rowBeginsAtMs}, ${slice('$1', 'position')}, ${slice('$2', 'position')},
            ${slice('$3', 'position')}, ${slice('$4', 'position', 'integer')},
            case when has_lasts then ${slice('$5', 'lasts_at')} end,
            case when has_firsts then ${slice('$6', 'firsts_at')} end,
            case when has_drops then ${slice('$7', 'drops_at')} end
     from (
       select *, ${nth('has_lasts')} as lasts_at, ${nth('has_firsts')} as firsts_at,
              ${nth('has_drops')} as drops_at
       from unnest($8::integer[], $9::boolean[], $10::boolean[], $11::boolean[])
         with ordinality as list (series_id, has_lasts, has_firsts, has_drops, position)
     ) as placed
     on conflict (series_id, begins_at_ms) do update set
       mins = ${spliced('mins', at)},
       maxs = ${spliced('maxs', at)},
       sums = ${spliced('sums', at)},
       counts = ${spliced('counts', at)},
       lasts = ${splicedOr('lasts', 'maxs', at)},
       firsts = ${splicedOr('firsts', 'mins', at)},
       drops = ${splicedDrops(at)}`,
    [
      ...[doubles(buckets.mins), doubles(buckets.maxs), doubles(buckets.sums)],
      integersParameter(buckets.counts, { zeroIsNull: true }),
      ...[sparse('lasts'), sparse('firsts'), sparse('drops')],
      arrayOf(series.map(({ id }) => id)),
      ...[flags('lasts'), flags('firsts'), flags('drops')],
    ],
  )
}

/** Where the buckets of a quarter of a day are among those of a row. */
interface Place {
  first: number
  slots: number
  size: number
}

type Named = (table: 'kept' | 'excluded') => string

/** The list of a row with those of one quarter of a day put in the place of its own. */
function splice(named: Named, { first, slots }: Place): string {
  const [kept, excluded] = [named('kept'), named('excluded')]
  return (
    `(${kept})[:${first}] || (${excluded})[${first + 1}:${first + slots}] || ` +
    `(${kept})[${first + slots + 1}:]`
  )
}

function spliced(column: string, at: Place): string {
  return splice((table) => `${table}.${column}`, at)
}

/** Of a column that is null where it is the same as another. */
function splicedOr(column: string, other: string, at: Place): string {
  const named: Named = (table) => `coalesce(${table}.${column}, ${table}.${other})`
  const both = `kept.${column} is null and excluded.${column} is null`
  return `case when ${both} then null else nullif(${splice(named, at)}, ${spliced(other, at)}) end`
}

function splicedDrops(at: Place): string {
  const named: Named = (table) =>
    `coalesce(${table}.drops, array_fill(0::double precision, array[${at.size}]))`
  const both = 'kept.drops is null and excluded.drops is null'
  const list = splice(named, at)
  return `case when ${both} then null when 0 <> any(${list}) then ${list} end`
}
