import type { Queryable } from '../db/database.ts'
import type { Fleet } from './appliances.ts'
import { KnownAppliances } from './known.ts'
import { allAppliances } from './store.ts'

/** Where the appliances are read. */
export interface StoredFleetOptions {
  database: Queryable
  /** An appliance of which nothing was heard for so long is silent. */
  silentSeconds: number
  now: () => Date
  /** Throws that this takes the daemon that listens. */
  elsewhere: () => never
}

/** So long what was read is shown again. */
const KEPT_MS = 1_000

/**
 * The appliances as another daemon stores them, which listens to them. What they told of how they are now only that
 * one has, and it alone forgets one.
 */
export class StoredFleet implements Fleet {
  readonly readings: () => never
  readonly reading: () => never
  readonly numbers: () => never
  readonly forget: () => never
  readonly #options: StoredFleetOptions
  #known = new KnownAppliances()
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(options: StoredFleetOptions) {
    this.#options = options
    const { elsewhere } = options
    this.readings = elsewhere
    this.reading = elsewhere
    this.numbers = elsewhere
    this.forget = elsewhere
  }

  /** Reads them again, unless that was just now. Rejects as the database does. */
  async read(): Promise<void> {
    const { database, now } = this.#options
    const nowMs = now().getTime()
    if (Math.abs(nowMs - this.#readAtMs) < KEPT_MS) return
    const known = new KnownAppliances()
    known.update(await allAppliances(database))
    this.#known = known
    this.#readAtMs = nowMs
  }

  list = () => this.#known.list()
  find = (name: string) => this.#known.find(name)

  /** Whether the other reaches the servers is not stored: when nothing of any appliance was heard, it is taken not to. */
  deafSince(): Date | null {
    const { now, silentSeconds } = this.#options
    const heard = this.list().map(({ lastHeardAt }) => lastHeardAt.getTime())
    const lastMs = Math.max(...heard)
    const isHeard = now().getTime() - lastMs < silentSeconds * 1000
    return heard.length === 0 || isHeard ? null : new Date(lastMs)
  }
}
