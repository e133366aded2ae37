import type { Database, Queryable } from '../../src/db/database.ts'

/** When a daemon dies: at its n-th transaction or its n-th effect on the machine, before that is done or right after. */
export interface Death {
  at: number
  of: 'transaction' | 'effect'
  done: boolean
}

/** A life of the daemon: what it does to the database and to the machine, until it is killed. */
export class Life implements Database {
  readonly #database: Database
  readonly #death: Death | null
  #transactions = 0
  #effects = 0
  #isOver = false

  constructor(database: Database, death: Death | null) {
    this.#database = database
    this.#death = death
  }

  /** Whether it was killed: nothing that it does is done any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  async query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    if (this.#isOver) throw killed()
    return await this.#database.query<Row>(text, values)
  }

  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    if (this.#isOver) throw killed()
    this.#transactions += 1
    if (!this.#isLast('transaction', this.#transactions)) {
      return await this.#database.transaction(work)
    }
    await this.#database.transaction(async (transaction) => {
      await work(transaction)
      if (this.#death?.done !== true) throw killed()
    })
    throw killed()
  }

  /** Does something to the machine. */
  async effect<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isOver) throw killed()
    this.#effects += 1
    if (!this.#isLast('effect', this.#effects)) return await work()
    if (this.#death?.done === true) await work()
    throw killed()
  }

  #isLast(of: Death['of'], count: number): boolean {
    if (this.#death?.of !== of || this.#death.at !== count) return false
    this.#isOver = true
    return true
  }
}

function killed(): Error {
  return new Error('killed')
}
