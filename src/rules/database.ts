import type { DatabaseActivity } from '../db/activity.ts'
import type { Rule } from './rule.ts'
import { bytesText, countText, percentText } from './words.ts'

const OF = 'the statistics of PostgreSQL'
const CONNECTIONS = { above: 0.8, clears: 0.75 }
/** Of the whole since statistics were reset: of few blocks it says nothing. */
const CACHE = { below: 0.8, blocksRead: 1_000_000 }
const BLOAT = { deadRows: 100_000, share: 0.5 }
/** Autovacuum freezes at a tenth if it can; the server refuses to write when all are used up. */
const WRAPAROUND = 0.5

/** When there are none left the daemon does not get any either. */
export const databaseConnectionsNearLimit: Rule<'database'> = {
  alert: 'DatabaseConnectionsNearLimit',
  name: 'Few connections left',
  subject: 'database',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 120,
  description:
    'The server that storwarden works on takes only so many clients. When there are as many it refuses more, and ' +
    'storwarden with them: alerts are not evaluated and nothing is written down.',
  action:
    'See who is connected, in pg_stat_activity. Have those close what they do not use, set `database.pool_size` ' +
    'lower, or raise `max_connections`, which takes a restart of the server.',
  check: (value) => connectionsAbove(value, CONNECTIONS.above),
  lingers: (value) => connectionsAbove(value, CONNECTIONS.clears),
}

function connectionsAbove({ connections, maxConnections }: DatabaseActivity, share: number) {
  const used = connections.reduce((sum, { count }) => sum + count, 0)
  if (used <= share * maxConnections) return []
  return [
    {
      labels: {},
      message: `${used} of ${maxConnections} connections to the database server are used.`,
      evidence: {
        ...Object.fromEntries(connections.map(({ state, count }) => [`${state}_count`, count])),
        max_connection_count: maxConnections,
        source: OF,
      },
    },
  ]
}

/** Something hangs, or has too much to read. */
export const databaseSlowQueries: Rule<'database'> = {
  alert: 'DatabaseSlowQueries',
  name: 'Statements take long',
  subject: 'database',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 120,
  description:
    'Statements in the database of storwarden have run for over 5 s, again and again. Its own take milliseconds: the ' +
    'disk of the database is slow, somebody holds a lock, or somebody else works in it.',
  action:
    'Look at the load and the disks of the machine first. Who runs what, and who waits for whom, is in ' +
    'pg_stat_activity and pg_blocking_pids().',
  check({ slowQueries, longestQuerySeconds, waitingForLocks, oldestTransactionSeconds }) {
    if (slowQueries === 0) return []
    const waits =
      waitingForLocks === 0 ? '' : ` ${countText(waitingForLocks, 'session')} wait for a lock.`
    return [
      {
        labels: {},
        message: `${countText(slowQueries, 'statement')} in the database run for over 5 s.${waits}`,
        evidence: {
          slow_query_count: slowQueries,
          longest_query_seconds: longestQuerySeconds,
          waiting_for_locks_count: waitingForLocks,
          oldest_transaction_seconds: oldestTransactionSeconds,
          source: OF,
        },
      },
    ]
  },
}

/** It works, and could be faster. */
export const databaseCacheHitLow: Rule<'database'> = {
  alert: 'DatabaseCacheHitLow',
  name: 'The database reads much from disk',
  subject: 'database',
  severity: 'info',
  source: 'storwarden',
  forSeconds: 3600,
  description:
    'Of the blocks that the database needed, less than 80 % were in the memory of the server. Answers take longer, ' +
    'and the disks of the appliance have more to do.',
  action: 'Raise `shared_buffers` of the server, or keep numbers for a shorter time.',
  check({ cacheHitRatio, blocksRead }) {
    if (cacheHitRatio === null || cacheHitRatio >= CACHE.below || blocksRead < CACHE.blocksRead)
      return []
    return [
      {
        labels: {},
        message: `${percentText(cacheHitRatio * 100)} of the blocks were in the memory of the server.`,
        evidence: { cache_hit_ratio: cacheHitRatio, read_block_count: blocksRead, source: OF },
      },
    ]
  },
}

/** Grows though nothing is kept. */
export const databaseBloat: Rule<'database'> = {
  alert: 'DatabaseBloat',
  name: 'A table is full of dead rows',
  subject: 'database',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 86_400,
  description:
    'A third of a table and more is rows that are not there any more. For a day nothing has cleared them away: the ' +
    'table grows, and reading it takes longer.',
  action:
    'Look for a transaction that has been open for long, or a replication slot that nobody reads: they keep dead rows. ' +
    'Then `storwarden tasks run database_maintenance`.',
  check({ tables, oldestTransactionSeconds }) {
    return tables
      .filter(({ deadRows, liveRows }) => {
        return deadRows >= BLOAT.deadRows && deadRows >= BLOAT.share * liveRows
      })
      .map(({ table, deadRows, liveRows, bytes }) => ({
        labels: { table },
        message: `${table}: ${deadRows} dead rows beside ${liveRows}, ${bytesText(bytes)}.`,
        evidence: {
          ...{ dead_row_count: deadRows, live_row_count: liveRows, table_bytes: bytes },
          oldest_transaction_seconds: oldestTransactionSeconds,
          source: OF,
        },
      }))
  },
}

/** The server stops writing in the end. */
export const databaseWraparound: Rule<'database'> = {
  alert: 'DatabaseWraparound',
  name: 'Numbers of transactions run out',
  subject: 'database',
  severity: 'critical',
  source: 'storwarden',
  forSeconds: 300,
  description:
    'Half of the numbers of transactions are used up since the oldest row was frozen. When all are, the server refuses ' +
    'to write until it was vacuumed. Autovacuum should have frozen them long before: something keeps it from that.',
  action:
    'End transactions that have been open for long, and drop replication slots that nobody reads. Then `vacuum ' +
    '(freeze)` as the superuser of the database.',
  check({ wraparoundRatio, oldestTransactionSeconds }) {
    if (wraparoundRatio <= WRAPAROUND) return []
    return [
      {
        labels: {},
        message: `${percentText(wraparoundRatio * 100)} of the numbers of transactions are used up.`,
        evidence: {
          wraparound_percent: Math.round(wraparoundRatio * 1000) / 10,
          oldest_transaction_seconds: oldestTransactionSeconds,
          source: OF,
        },
      },
    ]
  },
}
