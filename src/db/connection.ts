import { performance } from 'node:perf_hooks'
import type { PoolClient } from 'pg'
import { errorType, unavailableOr } from './availability.ts'
import { CopyOut } from './copy.ts'
import { DatabaseUnavailableError, type Transaction } from './database.ts'
import { within } from './within.ts'

/** Told about every statement, so that an exporter can count. Called synchronously: be short. */
export interface DatabaseObserver {
  /** A statement ended. `error` is the SQLSTATE (55P03 lock timeout, 57014 statement timeout), an errno's name, `connection_lost` or `unknown`; null when it went well. */
  query(seconds: number, error: string | null): void
  /** A connection could not be opened, was not to be had in time, or broke. `error` as above, or `connect_failed`. */
  connectionError(error: string): void
}

/** How much longer than the server's own limit an answer is waited for. */
const GRACE_MS = 5_000

/** One connection while somebody has it. */
export class Connection implements Transaction {
  readonly #client: PoolClient
  readonly #limitMs: number
  readonly #isBroken: () => boolean
  readonly #observer: DatabaseObserver | undefined
  readonly #onError: (error: Error) => void
  #discarded = false

  constructor(
    client: PoolClient,
    limitMs: number,
    isBroken: () => boolean,
    observer: DatabaseObserver | undefined,
  ) {
    this.#client = client
    this.#limitMs = limitMs
    this.#isBroken = isBroken
    this.#observer = observer
    this.#onError = (error) => {
      observer?.connectionError(errorType(error, 'connection_lost'))
    }
    client.on('error', this.#onError)
  }

  async query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]> {
    return this.#observed(async () => {
      // Without values the text may hold several statements; then pg answers with a list of results.
      const answer = this.#client.query<Row>(text, values as unknown[] | undefined)
      const result = (await answer) as Result<Row> | Result<Row>[]
      return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows
    })
  }

  async copyOut(text: string, write: (block: Buffer) => Promise<void>): Promise<number> {
    return this.#observed(
      () =>
        new Promise((resolve, reject) => {
          const copy = new CopyOut(text, write, (error, rows) => {
            if (error === null) resolve(rows)
            else reject(error)
          })
          this.#client.query(copy)
        }),
    )
  }

  async #observed<T>(ask: () => Promise<T>): Promise<T> {
    const start = performance.now()
    let failure: string | null = null
    try {
      return await within(this.#limitMs === 0 ? 0 : this.#limitMs + GRACE_MS, ask())
    } catch (cause) {
      failure = errorType(cause, this.#isUsable() ? 'unknown' : 'connection_lost')
      const error = unavailableOr(cause, this.#isUsable())
      if (error instanceof DatabaseUnavailableError) this.discard()
      throw error
    } finally {
      this.#observer?.query((performance.now() - start) / 1000, failure)
    }
  }

  /** Makes release() close the connection instead of giving it to the next. */
  discard(): void {
    this.#discarded = true
  }

  release(): void {
    this.#client.release(!this.#isUsable())
    this.#client.off('error', this.#onError)
  }

  #isUsable(): boolean {
    return !this.#discarded && !this.#isBroken()
  }
}

interface Result<Row> {
  rows: Row[]
}
