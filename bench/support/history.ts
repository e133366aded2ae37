import type { DatabasePool } from '../../src/db/pool.ts'
import { BLOCK_SERIES } from '../../src/history/blocks.ts'
import { seriesIds } from '../../src/history/store.ts'
import { openDatabase } from './database.ts'
import { cpuSecondsOf } from './process.ts'

/** When the history of a bench begins. */
export const MIDNIGHT = Date.parse('2026-08-20T00:00:00Z')
/** From one beat to the next. */
export const BEAT_MS = 30_000
/** A chunk. */
export const QUARTER_MS = 6 * 3_600_000
/** Beats in it. */
export const BEATS = QUARTER_MS / BEAT_MS
/** A day. */
export const DAY_MS = 86_400_000
/** Tables of roll-ups. */
export const ROLLED = ['metric_five_minutes', 'metric_hours'] as const

/**
 * A server of its own with the tables of the history, and a peer that keeps a row a value, `(series_id, at)` its
 * primary key. One connection each, so that its process is known.
 */
export async function openHistory() {
  const { db: ours, connect, close } = await openDatabase()
  const peer = connect()
  await peer.query(
    'create table plain (series_id integer, at timestamptz, value double precision, primary key (series_id, at))',
  )

  return {
    ours,
    peer,
    empty,
    makeSeries,
    fill,
    bytesOf,
    bytesOfAll,
    close,
  }

  async function empty(): Promise<void> {
    await ours.query(
      `truncate metric_series, metric_samples, metric_blocks, metric_times, metric_chunks, metric_five_minutes, metric_hours,
              metric_rollups_due, metric_beats, plain`,
    )
  }

  function makeSeries(count: number): Promise<number[]> {
    const places = Array.from({ length: count }, (_, index) => ({
      name: 'bench',
      labels: { serial: `S${index}` },
      type: 'gauge' as const,
    }))
    return seriesIds(ours, places)
  }

  /** The same values for both: of every series, all beats of some quarters of a day. */
  async function fill(quarters: number, value: string, first = 0): Promise<void> {
    await ours.query(
      `with made as (
       select id, n, $1::bigint + n * ${BEAT_MS} + n % 7 as at_ms, ${value} as value
       from generate_series($2::bigint, $3::bigint) as n, metric_series
     ), loose as (
       insert into metric_blocks (block, first_id, at_ms, numbers)
       select id / ${BLOCK_SERIES}, min(id), at_ms, array_agg(value order by id)
       from made group by 1, at_ms order by at_ms
     )
     insert into plain select id, to_timestamp(at_ms / 1000.0), value from made order by at_ms`,
      [MIDNIGHT, first * BEATS, (first + quarters) * BEATS - 1],
    )
  }

  /** Of a table in partitions. */
  async function bytesOfAll(table: string): Promise<number> {
    const [row] = await ours.query<{ bytes: number }>(
      `select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree('${table}') where isleaf`,
    )
    return row?.bytes ?? 0
  }

  async function bytesOf(table: string): Promise<number> {
    const [row] = await ours.query<{ bytes: number }>(
      `select pg_total_relation_size('${table}') as bytes`,
    )
    return row?.bytes ?? 0
  }
}

/** CPU in ms, here and in the server. */
export interface Cost {
  node: number
  server: number
}

/** CPU in ms of a run, here and in the server's process for this connection. */
export async function costOf(pool: DatabasePool, times: number, run: () => unknown): Promise<Cost> {
  const [row] = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = row?.pid ?? 0
  const before = cpuSecondsOf(pid)
  const cpu = process.cpuUsage()
  for (let time = 0; time < times; time += 1) await run()
  const { user, system } = process.cpuUsage(cpu)
  return {
    node: (user + system) / 1000 / times,
    server: ((cpuSecondsOf(pid) - before) * 1000) / times,
  }
}
