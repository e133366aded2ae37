import type { CopyingDatabase, Queryable } from '../db/database.ts'
import { openQuarter, packSamples, rollUpDue } from './compaction.ts'
import type { PlacedValue } from './metrics.ts'
import type { SampledMetrics } from './samples.ts'
import { KnownSeries, type Values } from './known-series.ts'
import { insertBeat, seriesIds, type Beat } from './store.ts'

/** What a recorder needs. */
export interface RecorderOptions {
  database: CopyingDatabase
  /** Every metric that is stored. */
  names: readonly string[]
  /** Told of the first of beats in a row that were lost, or after which nothing could be packed. */
  onError: (error: Error) => void
}

/**
 * Stores the values of beats in the background, one beat at a time, and packs those of the quarter of a day that
 * is over. A beat that comes before the one ahead of it is stored, or that cannot be stored, is lost: nobody
 * waits for it, and nothing is kept for later.
 */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #known = new KnownSeries()
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
    const { names } = this.#options
    const read = names.flatMap((name) => {
      const atMs = metrics.readAtMs(name)
      // What is read every five minutes is stored as often.
      return atMs === null || atMs === this.#storedAt.get(name) ? [] : { name, atMs }
    })
    const all = read.flatMap(({ name, atMs }) => valuesOf(metrics, name, atMs))
    if (all.length === 0) return
    try {
      const ids = await this.#write(all, nowMs)
      for (const { name, atMs } of read) this.#storedAt.set(name, atMs)
      this.#known.remember(all, ids)
    } catch (error) {
      // The series may be gone, and the whole database with them.
      this.#known.forget()
      throw error
    }
  }

  /** Resolves with the ids of the series, list by list. */
  async #write(all: readonly Values[], atMs: number): Promise<(readonly number[])[]> {
    return await this.#options.database.transaction(async (transaction) => {
      const ids = await this.#idsOf(transaction, all)
      await insertBeat(transaction, beatOf(all, ids, atMs))
      return ids
    })
  }

  async #idsOf(transaction: Queryable, all: readonly Values[]): Promise<(readonly number[])[]> {
    const known = all.map((values) => this.#known.idsOf(values))
    const places = all.flatMap(({ name, type, labels }, list) =>
      labels
        .filter((_, index) => known[list]?.[index] === null)
        .map((labels) => ({ name, labels, type })),
    )
    if (places.length === 0) return known as (readonly number[])[]
    const found = await seriesIds(transaction, places)
    let next = 0
    return known.map((ids) => ids.map((id) => id ?? found[next++] ?? 0))
  }

  #pack(nowMs: number): void {
    const before = openQuarter(nowMs)
    if (this.#stopped || this.#packing !== null || before <= this.#packedBefore) return
    const pack = async () => {
      await packSamples(this.#options.database, nowMs, () => !this.#stopped)
      await rollUpDue(this.#options.database, () => !this.#stopped)
      this.#packedBefore = before
      // Series of which nothing is left are deleted.
      this.#known.forget()
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

function beatOf(all: readonly Values[], ids: readonly (readonly number[])[], atMs: number): Beat {
  const count = all.reduce((sum, { values }) => sum + values.length, 0)
  const seriesIds = new Int32Array(count)
  const [timesMs, values] = [new Float64Array(count), new Float64Array(count)]
  let at = 0
  for (const [list, one] of all.entries()) {
    seriesIds.set(ids[list] ?? [], at)
    timesMs.fill(one.atMs, at, at + one.values.length)
    values.set(one.values, at)
    at += one.values.length
  }
  return { atMs, seriesIds, timesMs, values }
}

/** What can be stored; nothing where there is none. */
function valuesOf(metrics: SampledMetrics, name: string, atMs: number): Values[] {
  const metric = metrics.get(name)
  if (metric === null) return []
  const isFinite = ({ value }: PlacedValue) => Number.isFinite(value)
  const finite = metric.values.every(isFinite) ? metric.values : metric.values.filter(isFinite)
  if (finite.length === 0) return []
  const labels = finite.map(({ labels }) => labels)
  const values = finite.map(({ value }) => value)
  return [{ name, type: metric.type, atMs, labels, values }]
}
