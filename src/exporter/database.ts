import type { DatabaseActivity } from '../db/activity.ts'
import { familiesOf, NONE, type Family } from './family.ts'

const whole = familiesOf<'database', DatabaseActivity>(
  {
    subject: 'database',
    prefix: 'storwarden_db_server',
    items: (activity) => [activity],
    labels: () => ({}),
  },
  {
    max_connections: ['gauge', 'Connections that the server takes.', (one) => one.maxConnections],
    size_bytes: [
      'gauge',
      'Size of the database, asked for every five minutes.',
      (one) => one.sizeBytes,
    ],
    slow_queries: [
      'gauge',
      'Statements in the database that have run for over 5 s.',
      (one) => one.slowQueries,
    ],
    longest_query_seconds: [
      'gauge',
      'For how long the longest statement in the database has run.',
      (one) => one.longestQuerySeconds,
    ],
    oldest_transaction_seconds: [
      'gauge',
      'For how long the oldest transaction in the database has been open.',
      (one) => one.oldestTransactionSeconds,
    ],
    waiting_for_locks: [
      'gauge',
      'Sessions in the database that wait for a lock.',
      (one) => one.waitingForLocks,
    ],
    cache_hit_ratio: [
      'gauge',
      'Share of the blocks that were found in the memory of the server, since its statistics were reset.',
      (one) => one.cacheHitRatio ?? NONE,
    ],
    deadlocks_total: ['counter', 'Deadlocks in the database.', (one) => one.deadlocks],
    wraparound_ratio: [
      'gauge',
      'How much of the numbers of transactions is used up since the oldest was frozen, asked for every five minutes.',
      (one) => one.wraparoundRatio,
    ],
  },
)

const connections = familiesOf<'database', DatabaseActivity['connections'][number]>(
  {
    subject: 'database',
    prefix: 'storwarden_db_server',
    items: (activity) => activity.connections,
    labels: ({ state }) => ({ state }),
  },
  {
    connections: [
      'gauge',
      'Clients of the server, of all of its databases, by state.',
      ({ count }) => count,
    ],
  },
)

const slots = familiesOf<'database', DatabaseActivity['replicationSlots'][number]>(
  {
    subject: 'database',
    prefix: 'storwarden_db_replication_slot',
    items: (activity) => activity.replicationSlots,
    labels: ({ slot }) => ({ slot }),
  },
  {
    active: ['gauge', 'Whether somebody reads from the replication slot.', ({ active }) => active],
    retained_bytes: [
      'gauge',
      'Write-ahead log that the server keeps for the replication slot.',
      ({ retainedBytes }) => retainedBytes,
    ],
  },
)

const tables = familiesOf<'database', DatabaseActivity['tables'][number]>(
  {
    subject: 'database',
    prefix: 'storwarden_db_table',
    items: (activity) => activity.tables,
    labels: ({ table }) => ({ table }),
  },
  {
    bytes: [
      'gauge',
      'Size of one of the ten largest tables, with its indexes, asked for every five minutes.',
      (one) => one.bytes,
    ],
    live_rows: ['gauge', 'Rows of the table, as the server estimates.', (one) => one.liveRows],
    dead_rows: [
      'gauge',
      'Rows that are not there any more and take room still, as the server estimates.',
      (one) => one.deadRows,
    ],
  },
)

/** The server that the daemon works on. */
export const databaseFamilies: readonly Family[] = [...whole, ...connections, ...slots, ...tables]
