import type { Database, Queryable } from '../db/database.ts'
import { openQuarter, packSamples, rollUpDue } from './compaction.ts'
import type { SampledMetrics } from './samples.ts'
import { insertBeat, seriesIds, type Place } from './store.ts'

/** What a recorder needs. */
export interface RecorderOptions {
  database: Database
  /** Every metric that is stored. */
  names: readonly string[]
  /** Told of the first of beats in a row that were lost, or after which nothing could be packed. */
  onError: (error: Error) => void
}

/** A value on its way, and what its series is found by. */
interface Sample {
  place: Place
  key: string
  atMs: number
  value: number
}

/**
 * Stores the values of beats in the background, one beat at a time, and packs those of the quarter of a day that
 * is over. A beat that comes before the one ahead of it is stored, or that cannot be stored, is lost: nobody
 * waits for it, and nothing is kept for later.
 */
export class Recorder {
  readonly #options: RecorderOptions
  /** Ids of the series that a metric had last, by its name and their labels as text. */
  readonly #ids = new Map<string, ReadonlyMap<string, number>>()
  /** When the values that are stored were read, by metric. */
  readonly #storedAt = new Map<string, number>()
  /** What goes wrong, as long as it does. */
  readonly #failing = new Set<string>()
  #storing: Promise<void> | null = null
  #packing: Promise<void> | null = null
  #packedBefore = 0
  #stopped = false

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  /** Stores what was read since the beat before. */
  record(metrics: SampledMetrics): void {
    if (this.#stopped || this.#storing !== null) return
    const nowMs = metrics.takenAt.getTime()
    this.#storing = this.#reporting('numbers are not stored', () => this.#store(metrics, nowMs))
      .then(() => {
        this.#pack(nowMs)
      })
      .finally(() => {
        this.#storing = null
      })
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#storing
    await this.#packing
  }

  /** Stores and packs nothing more; resolves when what was under way has ended. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.settled()
  }

  async #store(metrics: SampledMetrics, nowMs: number): Promise<void> {
    const { database, names } = this.#options
    const read = names.flatMap((name) => {
      const atMs = metrics.readAtMs(name)
      // What is read every five minutes is stored as often.
      return atMs === null || atMs === this.#storedAt.get(name) ? [] : { name, atMs }
    })
    const samples = read.flatMap(({ name, atMs }) => samplesOf(metrics, name, atMs))
    if (samples.length === 0) return
    try {
      const ids = await database.transaction(async (transaction) => {
        const ids = await this.#idsOf(transaction, samples)
        await insertBeat(transaction, {
          atMs: nowMs,
          seriesIds: ids,
          timesMs: samples.map(({ atMs }) => atMs),
          values: samples.map(({ value }) => value),
        })
        return ids
      })
      for (const { name, atMs } of read) this.#storedAt.set(name, atMs)
      this.#remember(samples, ids)
    } catch (error) {
      // The series may be gone, and the whole database with them.
      this.#ids.clear()
      throw error
    }
  }

  async #idsOf(transaction: Queryable, samples: readonly Sample[]): Promise<number[]> {
    const known = samples.map(({ place, key }) => this.#ids.get(place.name)?.get(key))
    const missing = samples.filter((_, index) => known[index] === undefined)
    if (missing.length === 0) return known.map(Number)
    const found = await seriesIds(
      transaction,
      missing.map(({ place }) => place),
    )
    let next = 0
    return known.map((id) => id ?? found[next++] ?? 0)
  }

  /** Only the places that a metric has now: those that come and go would add up. */
  #remember(samples: readonly Sample[], ids: readonly number[]): void {
    const now = new Map<string, Map<string, number>>()
    for (const [index, { place, key }] of samples.entries()) {
      const ofMetric = now.get(place.name) ?? new Map<string, number>()
      now.set(place.name, ofMetric.set(key, ids[index] ?? 0))
    }
    for (const [name, ofMetric] of now) this.#ids.set(name, ofMetric)
  }

  #pack(nowMs: number): void {
    const before = openQuarter(nowMs)
    if (this.#stopped || this.#packing !== null || before <= this.#packedBefore) return
    const pack = async () => {
      await packSamples(this.#options.database, nowMs, () => !this.#stopped)
      await rollUpDue(this.#options.database, () => !this.#stopped)
      this.#packedBefore = before
      // Series of which nothing is left are deleted.
      this.#ids.clear()
    }
    this.#packing = this.#reporting('numbers are not packed', pack).finally(() => {
      this.#packing = null
    })
  }

  /** Never rejects; of what goes wrong again and again the first time is told. */
  async #reporting(failure: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#failing.delete(failure)
    } catch (cause) {
      if (!this.#failing.has(failure)) this.#options.onError(new Error(failure, { cause }))
      this.#failing.add(failure)
    }
  }
}

function samplesOf(metrics: SampledMetrics, name: string, atMs: number): Sample[] {
  const metric = metrics.get(name)
  if (metric === null) return []
  const { type, values } = metric
  return values
    .filter(({ value }) => Number.isFinite(value))
    .map(({ labels, value }) => ({
      place: { name, labels, type },
      key: JSON.stringify(labels),
      atMs,
      value,
    }))
}
