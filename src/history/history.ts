import type { CopyingDatabase } from '../db/database.ts'
import type { Family } from '../exporter/family.ts'
import type { Numbers } from '../numbers.ts'
import type { Snapshot } from '../snapshot.ts'
import type { MetricName, Metrics } from './metrics.ts'
import type { MetricRange } from './reading.ts'
import { RecentValues } from './recent.ts'
import { Recorder } from './recorder.ts'
import { metricNames, metricsOf, metricSources, type MetricSources } from './samples.ts'

/** What the history needs. */
export interface HistoryOptions {
  database: CopyingDatabase
  /** Every family of the exporter. */
  families: readonly Family[]
  /** A snapshot counted. */
  numbers: (snapshot: Snapshot) => Numbers
  /** What rules look back at, asked at each evaluation. */
  ranges: () => readonly MetricRange[]
  /** From one beat that is stored to the next; evaluations in between are not. */
  intervalSeconds: number
  onError: (error: Error) => void
}

/** A timer is never exact. */
const SLACK = 0.1

/** Keeps numbers over time, and has them at hand for the rules. */
export class History {
  /** What metrics there are. */
  readonly names: readonly MetricName[]
  readonly #options: HistoryOptions
  readonly #sources: MetricSources
  readonly #recorder: Recorder
  readonly #recent: RecentValues
  #beatAtMs = -Infinity

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#sources = metricSources(options.families)
    this.names = metricNames(this.#sources)
    this.#recorder = new Recorder({ ...options, names: this.names.map(({ name }) => name) })
    this.#recent = new RecentValues(options)
  }

  /**
   * The metrics of a snapshot, their past included as far as it is known. When it is time their values are
   * stored, which nobody waits for. Never rejects.
   */
  async update(snapshot: Snapshot): Promise<Metrics> {
    const { numbers, ranges, intervalSeconds } = this.#options
    const metrics = metricsOf(this.#sources, snapshot, {
      numbers: () => numbers(snapshot),
      over: (name, seconds) => this.#recent.over(name, seconds, metrics),
    })
    const nowMs = snapshot.takenAt.getTime()
    await this.#recent.load(ranges(), nowMs)
    // A clock that was put back must not end it.
    if (Math.abs(nowMs - this.#beatAtMs) >= intervalSeconds * 1000 * (1 - SLACK)) {
      this.#beatAtMs = nowMs
      this.#recent.add(metrics)
      this.#recorder.record(metrics)
    }
    return metrics
  }

  /** Resolves when nothing is being stored. */
  settled(): Promise<void> {
    return this.#recorder.settled()
  }

  /** Stores nothing more; resolves when what was under way has ended. May be called twice. */
  stop(): Promise<void> {
    return this.#recorder.stop()
  }
}
