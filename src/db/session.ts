import { Client } from 'pg'
import { unavailableOr } from './availability.ts'
import { CopyIn, CopyOut } from './copy.ts'
import type { CopySource, Transaction } from './database.ts'
import type { DatabaseConnection } from './pool.ts'
import { rowTypes } from './values.ts'
import { within } from './within.ts'

/** One connection of its own: for what belongs to a connection (locks, a long transaction, COPY). */
export interface SessionOptions {
  connection: DatabaseConnection
  /** By what the server knows it; `storwarden` names the pools of daemons. */
  name: string
  /** A statement that waits longer for a lock fails: 55P03. 30 s if not said. */
  lockTimeoutMs?: number
  connectTimeoutMs?: number
}

/**
 * Opens it. Its statements take as long as they take. Text of values is the same on every server (ISO dates in UTC,
 * bytea in hexadecimal), so that it can be compared. Rejects with DatabaseUnavailableError or as pg does.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { connection, name, lockTimeoutMs = 30_000, connectTimeoutMs = 10_000 } = options
  const client = new Client({
    ...('url' in connection ? { connectionString: connection.url } : connection),
    application_name: name,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: 0,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: 0,
    keepAlive: true,
    types: rowTypes,
  })
  const session = new Session(client)
  try {
    await client.connect()
  } catch (cause) {
    throw unavailableOr(cause, false)
  }
  try {
    const settings = session.query(
      `set datestyle to 'ISO, MDY'; set timezone to 'UTC'; set intervalstyle to 'postgres';
       set bytea_output to 'hex'; set extra_float_digits to 1; set client_encoding to 'UTF8';
       set synchronize_seqscans to off`,
    )
    await within(connectTimeoutMs, settings)
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

/** The connection. Closed by who opened it. */
export class Session implements Transaction {
  readonly #client: Client
  #broken = false
  #closing = false
  readonly #lost: Promise<void>

  constructor(client: Client) {
    this.#client = client
    this.#lost = new Promise((resolve) => {
      const over = () => {
        this.#broken = true
        resolve()
      }
      client.on('error', over)
      client.on('end', over)
    })
  }

  /** Resolves when the connection is no more, closed or broken: what belonged to it, its locks, is gone then. */
  get lost(): Promise<void> {
    return this.#lost
  }

  async query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    try {
      const answer = await this.#client.query<Row>(text, values as unknown[] | undefined)
      // Of several statements pg answers with a list.
      const results = answer as { rows: Row[] } | { rows: Row[] }[]
      return Array.isArray(results) ? (results.at(-1)?.rows ?? []) : results.rows
    } catch (cause) {
      throw unavailableOr(cause, !this.#broken)
    }
  }

  /** Runs `work` in one transaction of the kind that `begin` names. */
  async transaction<T>(work: () => Promise<T>, begin = 'begin'): Promise<T> {
    await this.query(begin)
    try {
      const result = await work()
      await this.query('commit')
      return result
    } catch (error) {
      await this.query('rollback').catch(() => undefined)
      throw error
    }
  }

  /** Runs a `copy … to stdout`; `write` is told one block after the other. Resolves with the rows. */
  copyOut(text: string, write: (block: Buffer) => Promise<void>): Promise<number> {
    return this.#copy((done) => new CopyOut(text, write, done))
  }

  /** Runs a `copy … from stdin`; fails with what `source` fails with. Resolves with the rows. */
  copyIn(text: string, source: CopySource): Promise<number> {
    return this.#copy((done) => new CopyIn(text, source, done))
  }

  /** May be called twice. What runs is ended. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    await this.#client.end().catch(() => undefined)
  }

  async #copy(
    copy: (done: (error: Error | null, rows: number, ours: boolean) => void) => CopyIn | CopyOut,
  ): Promise<number> {
    return await new Promise((resolve, reject) => {
      this.#client.query(
        copy((error, rows, ours) => {
          if (error === null) resolve(rows)
          else if (ours) reject(error)
          else reject(unavailableOr(error, !this.#broken))
        }),
      )
    })
  }
}

/** The same server, another database of it. */
export function onOtherDatabase(
  connection: DatabaseConnection,
  database: string,
): DatabaseConnection {
  if (!('url' in connection)) return { ...connection, database }
  const url = new URL(connection.url)
  url.pathname = `/${encodeURIComponent(database)}`
  return { url: url.href }
}
