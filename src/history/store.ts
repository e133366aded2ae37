import type { Queryable, Transaction } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import type { Labels, MetricName } from './metrics.ts'
import { binaryRows } from './sample-rows.ts'

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
  seriesIds: readonly number[]
  timesMs: readonly number[]
  values: readonly number[]
}

/** How many values are stored in all, and of them since when. */
export interface SampleCounts {
  total: number
  since: number
}

/** The ids of series in the order of their places; those that are new are made. */
export async function seriesIds(database: Queryable, places: readonly Place[]): Promise<number[]> {
  await addSeries(database, places)
  return (await findSeries(database, places)).map((id) => {
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

/** Stores the values of a beat, all or none; one that is stored already stays. Resolves with how many were new. */
export async function insertBeat(database: Queryable, beat: Beat): Promise<number> {
  const [row] = await database.query<{ stored: number }>(
    `with stored as (
       insert into metric_samples (series_id, at_ms, value)
       select * from unnest($2::integer[], $3::bigint[], $4::double precision[]) as sample (series_id, at_ms, value)
       -- In one order, so that two of them do not wait for each other.
       order by at_ms, series_id
       on conflict do nothing
       returning 1
     ), counted as (
       select count(*) as stored from stored
     ), noted as (
       insert into metric_beats (at_ms, samples) select $1, stored from counted
       on conflict (at_ms) do update set samples = metric_beats.samples + excluded.samples
     )
     select stored from counted`,
    [beat.atMs, arrayOf(beat.seriesIds), arrayOf(beat.timesMs), arrayOf(beat.values)],
  )
  return row?.stored ?? 0
}

/**
 * The same of a beat of which nothing is stored yet, which costs the server less. Rejects with pg's error 23505
 * when a value is stored already: then nothing is, and the transaction has failed.
 */
export async function copyBeat(transaction: Transaction, beat: Beat): Promise<void> {
  const stored = await transaction.copyIn(
    'copy metric_samples (at_ms, series_id, value) from stdin (format binary)',
    [binaryRows(beat)],
  )
  await transaction.query(
    `insert into metric_beats (at_ms, samples) values ($1, $2)
     on conflict (at_ms) do update set samples = metric_beats.samples + excluded.samples`,
    [beat.atMs, stored],
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

/** An array as PostgreSQL reads it: pg would quote every number. */
function arrayOf(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`
}
