import { Type } from 'typebox'
import { stateOf, valueOf } from '../../snapshot.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import { flag, integer, nullable, number, text, time } from '../schemas.ts'

const activity = {
  sizes_read_at: time,
  server_version: text,
  size_bytes: nullable(integer),
  connections: Type.Array(Type.Object({ state: text, count: integer })),
  max_connections: integer,
  slow_queries: integer,
  longest_query_seconds: number,
  oldest_transaction_seconds: number,
  waiting_for_locks: integer,
  cache_hit_ratio: nullable(number),
  blocks_read: integer,
  deadlocks: integer,
  wraparound_ratio: number,
  replication_slots: Type.Array(
    Type.Object({ slot: text, active: flag, retained_bytes: nullable(integer) }),
  ),
  tables: Type.Array(
    Type.Object({ table: text, bytes: integer, live_rows: integer, dead_rows: integer }),
  ),
  top_statements: nullable(
    Type.Array(
      Type.Object({
        ...{ id: text, calls: integer, total_seconds: number, mean_seconds: number },
        rows: integer,
      }),
    ),
  ),
}

const get = route({
  method: 'get',
  path: '/api/v1/monitoring/database',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The PostgreSQL server that the daemon works on',
  description:
    'As of the last evaluation; sizes, tables and statements as of `sizes_read_at`, every five minutes. `cache_hit_ratio` is since the statistics of the server were reset; `tables` are the ten ' +
    'largest, partitions counted as their table; `top_statements` needs the extension pg_stat_statements, and tells no text.',
  answers: {
    200: {
      description: 'What the server tells; `database` is null before the first evaluation.',
      schema: Type.Object({
        ...{ taken_at: nullable(time), state: nullable(text) },
        database: nullable(Type.Object(activity)),
      }),
    },
  },
  handle({ context }) {
    const reading = context.snapshot().readings.database
    const database = valueOf(reading)
    const takenAt = reading?.state === 'read' ? reading.takenAt.toISOString() : null
    const state = reading === undefined ? null : stateOf(reading)
    const json = { taken_at: takenAt, state, database: database && toJson(database) }
    return { status: 200, json }
  },
})

/** The database of the daemon itself. */
export const databaseRoutes = [get]
