/** What can be asked SQL: the pool, or one transaction of it. */
export interface Queryable {
  /**
   * Runs one statement and resolves with its rows.
   * Rejects with DatabaseUnavailableError when the server cannot be reached, and as pg does otherwise.
   */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>
}

/** What can be asked within a transaction: many rows at once besides. */
export interface Transaction extends Queryable {
  /**
   * Runs a `copy … to stdout`, and resolves with the rows; `write` is given what the server says block by block, each
   * of whole rows. Rejects as a query does, and with what `write` fails with.
   */
  copyOut(text: string, write: (block: Buffer) => Promise<void>): Promise<number>
}

/** Blocks of what is copied; rows need not end where blocks do. */
export type CopySource = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** A database: single statements and transactions. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>
}

/** The same, for who has many rows at once. */
export interface CopyingDatabase extends Database {
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
}

/** The server is not there, is starting or stopping, or has no connection left. Trying again later may help. */
export class DatabaseUnavailableError extends Error {
  readonly code = 'ERR_DATABASE_UNAVAILABLE'

  constructor(reason: string, options?: ErrorOptions) {
    super(`database: ${reason}`, options)
    this.name = 'DatabaseUnavailableError'
  }
}

/** Something would have been changed by who may only read. */
export class DatabaseReadOnlyError extends Error {
  readonly code = 'ERR_DATABASE_READ_ONLY'

  constructor(options?: ErrorOptions) {
    super('database: nothing can be changed by who only reads', options)
    this.name = 'DatabaseReadOnlyError'
  }
}
