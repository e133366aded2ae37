import { performance } from 'node:perf_hooks'
import { Pool, type PoolClient } from 'pg'
import { errorType, unavailableOr } from './availability.ts'
import { Connection, type DatabaseObserver } from './connection.ts'
import {
  DatabaseReadOnlyError,
  DatabaseUnavailableError,
  type CopyingDatabase,
  type Transaction,
} from './database.ts'
import { FewConnections } from './few.ts'
import { rowTypes } from './values.ts'
import { within } from './within.ts'

/** Where the server is: a URL, or a host (a directory that starts with / holds a Unix socket). */
export type DatabaseConnection =
  { url: string } | { host: string; user: string; database: string; port?: number }

/** Which server, and how long it may take. */
export interface PoolOptions {
  connection: DatabaseConnection
  /** Connections at most; 10 if not said. */
  poolSize?: number
  /** A statement that runs longer is ended by the server: 57014. 30 s if not said. */
  statementTimeoutMs?: number
  /** A statement that waits longer for a lock fails: 55P03. 30 s if not said. */
  lockTimeoutMs?: number
  /** Waiting for a connection, free or new, at most; 10 s if not said. */
  connectTimeoutMs?: number
  /** How long check() waits for its answer; 5 s if not said. */
  checkTimeoutMs?: number
  /** Whether something may be asked now; without it always. While it may not the server counts as away. */
  mayWork?: () => boolean
  observer?: DatabaseObserver
  /** By what the server knows it; `storwarden` if not said. */
  name?: string
  /** The server refuses whatever would change something, with 25006; then it rejects with DatabaseReadOnlyError. */
  readOnly?: boolean
}

/** Connections of the pool by state; `waiting` counts who waits for one. */
export interface PoolStatistics {
  total: number
  idle: number
  active: number
  waiting: number
  max: number
}

/** read_only_sql_transaction (PostgreSQL, appendix A). */
const READ_ONLY = '25006'
/** Longer than the beat at which most is asked. */
const IDLE_MS = 40_000

/** Opens nothing yet: the first query does. */
export function openPool(options: PoolOptions): DatabasePool {
  return new DatabasePool(options)
}

/** A pool of connections to one PostgreSQL server. Comes back by itself when the server does. */
export class DatabasePool implements CopyingDatabase {
  readonly #pool: Pool
  readonly #few = new FewConnections()
  readonly #observer: DatabaseObserver | undefined
  readonly #mayWork: () => boolean
  readonly #max: number
  readonly #statementTimeoutMs: number
  readonly #checkTimeoutMs: number
  readonly #readOnly: boolean
  /** Connections that broke, maybe while nobody had them. */
  readonly #broken = new WeakSet<object>()
  /** Connections on which nothing can be changed. */
  readonly #protected = new WeakSet<object>()
  #closing: Promise<void> | null = null

  constructor(options: PoolOptions) {
    const { connection, observer, poolSize = 10, connectTimeoutMs = 10_000 } = options
    const { statementTimeoutMs = 30_000, lockTimeoutMs = 30_000 } = options
    this.#observer = observer
    this.#mayWork = options.mayWork ?? (() => true)
    this.#max = poolSize
    this.#statementTimeoutMs = statementTimeoutMs
    this.#checkTimeoutMs = options.checkTimeoutMs ?? 5_000
    this.#readOnly = options.readOnly ?? false
    this.#pool = new Pool({
      ...('url' in connection ? { connectionString: connection.url } : connection),
      application_name: options.name ?? 'storwarden',
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: IDLE_MS,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: 60_000,
      keepAlive: true,
      types: rowTypes,
    })
    // Nobody else listens to a connection for the moment in which it changes hands, or while it is closed; a
    // server that ends just then must not end the process, and who gets the connection has to be told.
    this.#pool.on('connect', (client) => {
      client.on('error', () => this.#broken.add(client))
    })
    // Without a listener the process ends when the server goes away under an idle connection.
    this.#pool.on('error', (error) => {
      observer?.connectionError(errorType(error, 'connection_lost'))
    })
  }

  async query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    return this.#connected(this.#statementTimeoutMs, (connection) =>
      connection.query<Row>(text, values),
    )
  }

  /** `statementTimeoutMs` stands in for the pool's own; 0 is no limit, as in PostgreSQL. */
  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    { statementTimeoutMs }: { statementTimeoutMs?: number } = {},
  ): Promise<T> {
    return this.#connected(statementTimeoutMs ?? this.#statementTimeoutMs, async (connection) => {
      await connection.query('begin')
      try {
        if (statementTimeoutMs !== undefined)
          await connection.query(`set local statement_timeout = ${Math.trunc(statementTimeoutMs)}`)
        const result = await work(connection)
        await connection.query('commit')
        return result
      } catch (error) {
        // A rollback that fails leaves a connection nobody can trust.
        await connection.query('rollback').catch(() => {
          connection.discard()
        })
        throw error
      }
    })
  }

  /**
   * Asks the server for nothing but an answer, and says how long it took.
   * Rejects with DatabaseUnavailableError when there is none in time.
   */
  async check(): Promise<{ latencySeconds: number }> {
    const start = performance.now()
    const limitMs = this.#checkTimeoutMs
    const answer = this.#connected(limitMs, (connection) => connection.query('select 1'))
    await within(limitMs, answer)
    return { latencySeconds: (performance.now() - start) / 1000 }
  }

  statistics(): PoolStatistics {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool
    return {
      ...{ total, idle, active: total - idle, max: this.#max },
      waiting: waiting + this.#few.waiting,
    }
  }

  /** Waits for the running statements, then closes every connection. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end()
    return this.#closing
  }

  async #connected<T>(limitMs: number, work: Work<T>): Promise<T> {
    if (!this.#mayWork())
      throw new DatabaseUnavailableError('this daemon is not the one that writes')
    const turn = this.#few.take()
    if (turn !== null) await turn
    try {
      return await this.#onConnection(limitMs, work)
    } finally {
      this.#few.giveBack()
    }
  }

  async #onConnection<T>(limitMs: number, work: Work<T>): Promise<T> {
    let client: PoolClient
    try {
      client = await this.#pool.connect()
    } catch (cause) {
      this.#observer?.connectionError(errorType(cause, 'connect_failed'))
      throw unavailableOr(cause, false)
    }
    const isBroken = () => this.#broken.has(client)
    const connection = new Connection(client, limitMs, isBroken, this.#observer)
    try {
      if (this.#readOnly) await this.#protect(client, connection)
      return await work(connection)
    } catch (cause) {
      throw this.#readOnly && errorType(cause) === READ_ONLY
        ? new DatabaseReadOnlyError({ cause })
        : cause
    } finally {
      connection.release()
    }
  }

  /** Said on the connection, and not in what it is opened with: options of a URL would stand in for that. */
  async #protect(client: object, connection: Connection): Promise<void> {
    if (this.#protected.has(client)) return
    await connection.query('set default_transaction_read_only = on')
    this.#protected.add(client)
  }
}

type Work<T> = (connection: Connection) => Promise<T>
