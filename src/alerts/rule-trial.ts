import type { Problem } from '../collectors/collector.ts'
import type { MetricName, Metrics, Series } from '../history/metrics.ts'
import { STALE_SECONDS } from '../rules/expression/over-time.ts'
import type { Finding } from '../rules/rule.ts'
import type { PlaceSaid, UserRule } from '../rules/user-rule.ts'
import { PastMetrics, type StoredMetric } from './past-metrics.ts'
import { rehearse, rehearsalStep, type Rehearsal } from './rehearsal.ts'

/** What rules are tried on. */
export interface RuleTrialsOptions {
  /** What metrics there are. */
  names: readonly MetricName[]
  /**
   * The stored values of a metric, both times included, at most so many points in all; with a step the last
   * of each. Rejects with an error of code ERR_TOO_MANY_POINTS where there are more.
   */
  load: (
    name: string,
    past: { sinceMs: number; untilMs: number; atMost: number; stepSeconds: number | null },
  ) => Promise<readonly Series[]>
  elapsedMs: () => number
  /** Lets others come to their turn. */
  pause: () => Promise<void>
}

/** What a rule says now, and what it would have said. */
export interface Trial {
  now: {
    findings: readonly Finding[]
    places: readonly PlaceSaid[]
    /** Places that it cannot tell of; `{}` is any. */
    undecided: readonly Readonly<Record<string, string>>[]
    /** What could not be read of its metrics, and why. */
    unread: readonly Unread[]
  }
  past: Rehearsal & {
    stepSeconds: number
    /** When the first of the values was read that it was evaluated on; null when there is none. */
    storedSince: Date | null
  }
}

/** A place that a metric has no value of, because it could not be read; labels `{}` are all of them. */
export interface Unread extends Problem {
  metric: string
}

/** The time that is looked back at. */
export interface TrialTime {
  since: Date
  until: Date
}

/** There is no place to queue: a trial is work, and comes last. */
export class TooManyTrialsError extends Error {
  readonly code = 'ERR_TOO_MANY_TRIALS'
  readonly retryAfterSeconds = 5

  constructor() {
    super('other rules are being tried')
    this.name = 'TooManyTrialsError'
  }
}

const MOST_WAITING = 4
/** Values in memory, some 15 MB. */
const MOST_POINTS = 250_000

/** Tries rules on what is known now and on what is stored, without an alert coming of it; one after the other. */
export class RuleTrials {
  readonly #options: RuleTrialsOptions
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: RuleTrialsOptions) {
    this.#options = options
  }

  /** `current` is null while nothing is known yet. Rejects with TooManyTrialsError, and as `load` and the rule do. */
  async try(compiled: UserRule, current: Metrics | null, time: TrialTime): Promise<Trial> {
    if (this.#waiting >= MOST_WAITING) throw new TooManyTrialsError()
    this.#waiting += 1
    const turn = this.#last.then(() => this.#try(compiled, current, time))
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting -= 1
    }
  }

  async #try(compiled: UserRule, current: Metrics | null, time: TrialTime): Promise<Trial> {
    const now = current === null ? nothingKnown : await this.#now(compiled, current)
    const sinceMs = time.since.getTime()
    const untilMs = time.until.getTime()
    const stored = await this.#load(compiled, sinceMs, untilMs)
    const seconds = Math.max(0, untilMs - sinceMs) / 1000
    const stepSeconds = rehearsalStep(seconds, workOf(compiled, stored, seconds))
    const past = new PastMetrics(stored, stepSeconds)
    const rehearsal = await rehearse(
      compiled.rule,
      past,
      { sinceMs, untilMs, stepSeconds },
      this.#options,
    )
    const { firstAtMs } = past
    const storedSince = firstAtMs === null ? null : new Date(firstAtMs)
    return { now, past: { ...rehearsal, stepSeconds, storedSince } }
  }

  /** The past of now is loaded too: that at hand is of the rules there are. */
  async #now(compiled: UserRule, current: Metrics): Promise<Trial['now']> {
    const { rule, ranges } = compiled
    const untilMs = current.takenAt.getTime()
    const series = new Map<string, readonly Series[]>()
    for (const [name, seconds] of ranges) {
      series.set(name, await this.#loadOne(name, untilMs - seconds * 1000, untilMs))
    }
    const metrics: Metrics = {
      takenAt: current.takenAt,
      get: (name) => current.get(name),
      over: (name) => series.get(name) ?? null,
    }
    return {
      findings: rule.check(metrics),
      places: compiled.look(metrics),
      undecided: distinct(rule.undecided?.(metrics) ?? []),
      unread: distinct(
        compiled.metrics.flatMap((metric) =>
          (current.get(metric)?.problems ?? []).map(({ labels, error }) => ({
            metric,
            labels,
            error,
          })),
        ),
      ),
    }
  }

  async #load(
    { metrics, ranges }: UserRule,
    sinceMs: number,
    untilMs: number,
  ): Promise<StoredMetric[]> {
    const stored: StoredMetric[] = []
    for (const name of metrics) {
      const metric = this.#options.names.find((each) => each.name === name)
      if (metric === undefined) continue
      const before = (ranges.get(name) ?? STALE_SECONDS) * 1000
      stored.push({ ...metric, series: await this.#loadOne(name, sinceMs - before, untilMs) })
    }
    return stored
  }

  /** What was read, or where that is too much, what was read last in each step. */
  async #loadOne(name: string, sinceMs: number, untilMs: number): Promise<readonly Series[]> {
    const { load } = this.#options
    const past = { sinceMs, untilMs, atMost: MOST_POINTS }
    try {
      return await load(name, { ...past, stepSeconds: null })
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_TOO_MANY_POINTS') throw error
      const stepSeconds = rehearsalStep((untilMs - sinceMs) / 1000, 1)
      return await load(name, { ...past, stepSeconds })
    }
  }
}

const nothingKnown: Trial['now'] = { findings: [], places: [], undecided: [{}], unread: [] }

/** Rows, and values that functions over time look at, in one step. */
function workOf({ ranges }: UserRule, stored: readonly StoredMetric[], seconds: number): number {
  return stored.reduce((work, { name, series }) => {
    const points = series.reduce((sum, each) => sum + each.points.length, 0)
    const window = ranges.get(name) ?? 0
    const share = Math.min(1, window / Math.max(1, seconds + window))
    // Each is copied, and then looked at.
    return work + 10 * series.length + 2 * points * share
  }, 0)
}

/** Each of those that say the same once. */
function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
}
