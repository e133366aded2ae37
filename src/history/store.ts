import { arrayOf, doublesParameter } from '../db/binary-arrays.ts'
import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { BLOCK_SERIES, blocksOf, numberOf, type Block } from './blocks.ts'
import type { Labels, MetricName } from './metrics.ts'

/** What a stored metric is: of a histogram each value is something that was observed. */
export type StoredType = MetricName['type'] | 'histogram'

/** What a series is told by. */
export interface Place {
  name: string
  labels: Labels
  type: StoredType
  /** Of a fleet: the appliance whose numbers they are; the daemon's own otherwise. */
  appliance?: string
}

/** The values of one beat: as many ids of series, times in ms and finite values. */
export interface Beat {
  atMs: number
  seriesIds: ArrayLike<number>
  timesMs: ArrayLike<number>
  values: ArrayLike<number>
}

/** How many values are stored in all, and of them since when. */
export interface SampleCounts {
  total: number
  since: number
}

/** The ids of series in the order of their places; those that are new are made. */
export async function seriesIds(database: Queryable, places: readonly Place[]): Promise<number[]> {
  let found = await findSeries(database, places)
  // Those that are there are not inserted: that would take an id for each, and ids side by side are a block.
  const missing = places.filter((_, index) => found[index] === null)
  if (missing.length > 0) {
    await addSeries(database, missing)
    found = await findSeries(database, places)
  }
  return found.map((id) => {
    if (id === null) throw new Error('metric_series: a series is missing')
    return id
  })
}

async function addSeries(database: Queryable, places: readonly Place[]): Promise<void> {
  await database.query(
    `insert into metric_series (name, labels, type, appliance)
     select place->>'name', place->'labels', place->>'type', place->>'appliance'
     from jsonb_array_elements($1::jsonb) as place
     on conflict do nothing`,
    [jsonb(places)],
  )
}

/** The ids of series in the order of their places; null where there is none. */
export async function findSeries(
  database: Queryable,
  places: readonly Pick<Place, 'name' | 'labels' | 'appliance'>[],
): Promise<(number | null)[]> {
  const rows = await database.query<{ id: number | null }>(
    `select series.id
     from jsonb_array_elements($1::jsonb) with ordinality as given (place, position)
     left join metric_series as series
       on series.name = place->>'name' and md5(series.labels::text) = md5((place->'labels')::text)
         and coalesce(series.appliance, '') = coalesce(place->>'appliance', '')
     order by position`,
    [jsonb(places.map(({ name, labels, appliance }) => ({ name, labels, appliance })))],
  )
  return rows.map(({ id }) => id)
}

/**
 * Stores the values of a beat; one that is stored already stays. Resolves with how many were new. The transaction is to
 * be read committed: what others store at the same time is waited for, and then seen.
 */
export async function insertBeat(transaction: Queryable, beat: Beat): Promise<number> {
  const { atMs, seriesIds, timesMs, values } = beat
  if (seriesIds.length !== values.length || timesMs.length !== values.length)
    throw new Error(`a beat of ${values.length} values has as many series and times`)
  const blocks = blocksOf(beat)
  if (blocks.length === 0) return 0
  const there = await insertBlocks(transaction, atMs, blocks)
  const odd = blocks.filter((_, index) => there.has(index))
  const stored = blocks.reduce((sum, { count }, index) => sum + (there.has(index) ? 0 : count), 0)
  return odd.length === 0 ? stored : stored + (await insertOdd(transaction, atMs, odd))
}

/** Resolves with the positions of those of which something is stored already: of these nothing is stored. */
async function insertBlocks(
  transaction: Queryable,
  atMs: number,
  blocks: readonly Block[],
): Promise<ReadonlySet<number>> {
  const rows = await transaction.query<{ position: number }>(
    `with given as (
       select block, first_id, at_ms, count, position,
              ($2::double precision[])[ends - length + 1 : ends] as numbers
       from (
         select *, sum(length) over (order by position) as ends
         from unnest($3::integer[], $4::integer[], $5::bigint[], $6::integer[], $7::integer[])
           with ordinality as list (block, first_id, at_ms, length, count, position)
       ) as placed
     ), stored as (
       insert into metric_blocks (block, first_id, at_ms, numbers)
       select block, first_id, at_ms, numbers from given
       where not exists (
         select from metric_samples as odd
         where odd.at_ms = given.at_ms
           and odd.series_id between given.first_id and given.first_id + cardinality(numbers) - 1
       )
       -- In one order, so that two of them do not wait for each other.
       order by block, at_ms
       on conflict do nothing
       returning block, at_ms
     ), noted as (
       insert into metric_beats (at_ms, samples)
       select $1, coalesce(sum(count), 0) from given join stored using (block, at_ms)
       on conflict (at_ms) do update set samples = metric_beats.samples + excluded.samples
     )
     select position - 1 as position from given left join stored using (block, at_ms)
     where stored.block is null`,
    [
      atMs,
      doublesParameter(blocks.map(({ numbers }) => numbers)),
      arrayOf(blocks.map(({ block }) => block)),
      arrayOf(blocks.map(({ firstId }) => firstId)),
      arrayOf(blocks.map(({ atMs }) => atMs)),
      arrayOf(blocks.map(({ numbers }) => numbers.length)),
      arrayOf(blocks.map(({ count }) => count)),
    ],
  )
  return new Set(rows.map(({ position }) => position))
}

/** Value by value. Resolves with how many were new. */
async function insertOdd(
  transaction: Queryable,
  atMs: number,
  blocks: readonly Block[],
): Promise<number> {
  const values = blocks.flatMap(({ firstId, atMs, numbers }) =>
    Array.from(numbers, (value, index) => ({ id: firstId + index, atMs, value })).filter(
      ({ value }) => !Number.isNaN(value),
    ),
  )
  const [row] = await transaction.query<{ stored: number }>(
    `with stored as (
       insert into metric_samples (series_id, at_ms, value)
       select series_id, sample.at_ms, value
       from unnest($2::integer[], $3::bigint[], $4::double precision[]) as sample (series_id, at_ms, value)
       left join metric_blocks as block
         on block.block = series_id / ${BLOCK_SERIES} and block.at_ms = sample.at_ms
       where coalesce(${numberOf('series_id')}, 'NaN') = 'NaN'
       -- In one order, so that two of them do not wait for each other.
       order by sample.at_ms, series_id
       on conflict do nothing
       returning 1
     ), counted as (
       select count(*) as stored from stored
     ), noted as (
       insert into metric_beats (at_ms, samples) select $1, stored from counted
       on conflict (at_ms) do update set samples = metric_beats.samples + excluded.samples
     )
     select stored from counted`,
    [
      atMs,
      arrayOf(values.map(({ id }) => id)),
      arrayOf(values.map(({ atMs }) => atMs)),
      arrayOf(values.map(({ value }) => value)),
    ],
  )
  return row?.stored ?? 0
}

/** Notes that values were stored by another way. */
export async function noteBeat(
  transaction: Queryable,
  atMs: number,
  samples: number,
): Promise<void> {
  await transaction.query(
    `insert into metric_beats (at_ms, samples) values ($1, $2)
     on conflict (at_ms) do update set samples = metric_beats.samples + excluded.samples`,
    [atMs, samples],
  )
}

/** How many values are kept, and how many of them were stored since `date`; of whole beats. */
export async function countSamples(database: Queryable, date: Date): Promise<SampleCounts> {
  const [row] = await database.query<SampleCounts>(
    `select coalesce(sum(samples), 0) as total,
            coalesce(sum(samples) filter (where at_ms >= $1), 0) as since
     from metric_beats`,
    [date.getTime()],
  )
  return row ?? { total: 0, since: 0 }
}

/** Metrics that others have handed in. */
export async function submittedMetrics(
  db: Queryable,
): Promise<{ name: string; type: 'counter' | 'gauge' | 'histogram' }[]> {
  return db.query(
    `select distinct on (name) name, type from metric_series where submitted order by name, id`,
  )
}

/** The type of a metric of which anything was ever stored and is kept; null of others. */
export async function storedType(database: Queryable, name: string): Promise<StoredType | null> {
  const [row] = await database.query<Pick<Place, 'type'>>(
    'select type from metric_series where name = $1 order by id desc limit 1',
    [storable(name)],
  )
  return row?.type ?? null
}
