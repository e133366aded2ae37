import type { Queryable } from '../db/database.ts'
import { CHUNK_MS } from '../history/rollups.ts'
import type { PublisherPlace } from './resume.ts'
import type { MetricsMessage } from './wire.ts'

/** Where the appliance is. The first time it begins with the events that servers would still keep. */
export async function publisherPlace(
  database: Queryable,
  { now, days }: { now: Date; days: number },
): Promise<PublisherPlace> {
  const before = await seqBefore(database, now, days)
  const [row] = await database.query<PublisherPlace>(
    `insert into fleet_publisher as known (epoch, seq, metrics_at_ms) values ($1, $2, $1)
     on conflict (only_row) do update set seq = known.seq
     returning identity, epoch, seq, metrics_at_ms as "metricsAtMs"`,
    [now.getTime(), before],
  )
  if (row === undefined) throw new Error('fleet_publisher: no row')
  return row
}

/** Notes how far all has been told. */
export async function savePlace(database: Queryable, place: PublisherPlace): Promise<void> {
  await database.query('update fleet_publisher set epoch = $1, seq = $2, metrics_at_ms = $3', [
    place.epoch,
    place.seq,
    place.metricsAtMs,
  ])
}

/** The number before the first event of so many days; that of the last when all are older. */
export async function seqBefore(database: Queryable, now: Date, days: number): Promise<number> {
  const since = new Date(now.getTime() - days * 86_400_000)
  const [row] = await database.query<{ seq: number }>(
    `select coalesce(min(first_seq) - 1, (select last from event_sequence)) as seq
     from event_days where day >= ($1::timestamptz at time zone 'UTC')::date`,
    [since],
  )
  return row?.seq ?? 0
}

/** The id of the event of that number; null when it is not kept. */
export async function eventIdAt(database: Queryable, seq: number): Promise<string | null> {
  const [row] = await database.query<{ id: string }>('select id from events where seq = $1', [seq])
  return row?.id ?? null
}

/** Beats of numbers that were stored after a moment, the oldest first: when, and how many values. */
export async function beatsAfter(
  database: Queryable,
  afterMs: number,
  limit: number,
): Promise<{ atMs: number; samples: number }[]> {
  return database.query(
    `select at_ms as "atMs", samples from metric_beats where at_ms > $1 order by at_ms limit $2`,
    [afterMs, limit],
  )
}

/** When the last beat of numbers was stored, ms since 1970; null when none was. */
export async function lastBeatMs(database: Queryable): Promise<number | null> {
  const [row] = await database.query<{ at: number | null }>(
    'select max(at_ms) as at from metric_beats',
  )
  return row?.at ?? null
}

/** Values that were read after `afterMs` and until `untilMs`, loose and packed. */
export async function samplesBetween(
  database: Queryable,
  afterMs: number,
  untilMs: number,
): Promise<MetricsMessage['samples']> {
  const rows = await database.query<{
    name: string
    labels: Record<string, string>
    type: string
    at: number
    value: number
  }>(
    // Of what is packed only the values of the while are taken apart: offsets are ascending.
    `with points as (
       select block.first_id + number.position::integer - 1 as series_id, at_ms, number.value
       from metric_blocks as block
       cross join lateral unnest(block.numbers) with ordinality as number (value, position)
       where at_ms > $1 and at_ms <= $2 and number.value <> 'NaN'
       union all
       select series_id, at_ms, value from metric_samples where at_ms > $1 and at_ms <= $2
       union all
       select chunk.series_id, chunk.begins_at_ms + read.offset_ms, read.value
       from metric_chunks as chunk
       join metric_times as times on times.id = chunk.times_id
       cross join lateral (
         select width_bucket(greatest($1 - chunk.begins_at_ms, -1)::integer, times.offsets_ms) as before,
                width_bucket(least($2 - chunk.begins_at_ms, $3)::integer, times.offsets_ms) as last
       ) as place
       cross join lateral unnest(
         times.offsets_ms[place.before + 1 : place.last], chunk.numbers[place.before + 1 : place.last]
       ) as read (offset_ms, value)
       where chunk.begins_at_ms > $1 - $3::bigint and chunk.begins_at_ms <= $2
     )
     select name, labels, type, at_ms as at, value
     from points join metric_series on metric_series.id = series_id
     where appliance is null
     order by at_ms, series_id`,
    [afterMs, untilMs, CHUNK_MS],
  )
  return rows.map(({ name, labels, type, at, value }) => [name, labels, type, at, value])
}
