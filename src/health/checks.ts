import { randomUUID } from 'node:crypto'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Queryable } from '../db/database.ts'
import { valueOf, type Snapshot } from '../snapshot.ts'
import type { Component } from './components.ts'

/** Asks the database the smallest question there is; with it, what was last known of the server. */
export function databaseComponent(db: Queryable, snapshot: () => Snapshot): Component {
  return {
    name: 'database',
    critical: true,
    async check() {
      const rows = await db.query('select 1 as one')
      if (rows.length !== 1) throw new Error(`database: ${rows.length} rows for select 1`)
      const details = databaseDetails(snapshot().readings.database)
      return { status: 'up', message: 'connected', details }
    },
  }
}

// Anybody may read these: numbers alone, no names of tables, roles or statements.
function databaseDetails(reading: Snapshot['readings']['database']) {
  const activity = valueOf(reading)
  if (activity === null || reading?.state !== 'read') return {}
  const { connections } = activity
  return {
    read_at: reading.takenAt.toISOString(),
    size_bytes: activity.sizeBytes,
    connections: connections.reduce((sum, { count }) => sum + count, 0),
    active_connections: connections.find(({ state }) => state === 'active')?.count ?? 0,
    max_connections: activity.maxConnections,
    slow_queries: activity.slowQueries,
    sessions_waiting_for_locks: activity.waitingForLocks,
    cache_hit_ratio: activity.cacheHitRatio,
  }
}

/** The database that is waited for: down for as long as this is asked, and why. */
export function awaitedDatabase(
  absence: () => { since: Date; code: string | null; words: string },
): Component {
  return {
    name: 'database',
    critical: true,
    check() {
      const { since, code, words } = absence()
      return {
        status: 'down',
        message: `waited for since ${since.toISOString()}: ${words}`,
        details: { unreachable_since: since.toISOString(), code },
      }
    },
  }
}

/** Writes, reads and deletes a file in the state directory. */
export function filesystemComponent(stateDir: string): Component {
  return {
    name: 'filesystem',
    critical: true,
    async check() {
      const path = join(stateDir, `.health-${process.pid}-${randomUUID()}`)
      const text = randomUUID()
      try {
        const file = await open(path, 'wx', 0o600)
        try {
          await file.writeFile(text)
          await file.sync()
        } finally {
          await file.close()
        }
        if ((await readFile(path, 'utf8')) !== text) {
          throw new Error('state directory: a test file read back differently')
        }
      } finally {
        await rm(path, { force: true })
      }
      return { status: 'up', message: 'accessible' }
    },
  }
}

/** Something that has to happen every so often, e.g. the evaluation of the rules. */
export function heartbeatComponent(options: {
  name: string
  /** What else is wrong though it happens; null when nothing is. */
  hindered?: () => string | null
  /** When it last happened; null when it has not happened yet. */
  lastAt: () => Date | null
  now: () => Date
  /** Older than this is degraded, three times as old is down. */
  maxAgeSeconds: number
}): Component {
  const { name, lastAt, now, maxAgeSeconds, hindered = () => null } = options
  return {
    name,
    critical: false,
    check() {
      const last = lastAt()
      if (last === null) return { status: 'unknown', message: 'has not run yet' }
      const ageSeconds = (now().getTime() - last.getTime()) / 1000
      const details = { age_seconds: ageSeconds }
      if (ageSeconds <= maxAgeSeconds) {
        const reason = hindered()
        return {
          status: reason === null ? 'up' : 'degraded',
          message: reason ?? 'running',
          details,
        }
      }
      const message = `last ran ${Math.round(ageSeconds)} s ago`
      return { status: ageSeconds > 3 * maxAgeSeconds ? 'down' : 'degraded', message, details }
    },
  }
}

/** The event stream: up while it takes clients. */
export function hubComponent(statistics: () => { running: boolean; clients: number }): Component {
  return {
    name: 'hub',
    critical: false,
    check() {
      const { running, clients } = statistics()
      return running
        ? { status: 'up', message: `${clients} clients`, details: { clients } }
        : { status: 'down', message: 'not running' }
    },
  }
}
