import type { Problem } from '../collectors/collector.ts'
import type { Family } from '../exporter/family.ts'
import type { Numbers } from '../numbers.ts'
import {
  stateOf,
  type Reading,
  type ReadingState,
  type Snapshot,
  type Subjects,
} from '../snapshot.ts'
import type { Metric, MetricName, Metrics, Series } from './metrics.ts'
import { numberNames } from './number-names.ts'

/** Where a metric comes from. */
interface Source extends MetricName {
  subjects: readonly (keyof Subjects)[]
  read: (snapshot: Snapshot, numbers: () => Numbers) => Pick<Metric, 'values' | 'unknown'>
}

/** Every metric there is, by its full name. */
export type MetricSources = ReadonlyMap<string, Source>

/** The families of the exporter, and the numbers of the snapshot of numbers. */
export function metricSources(families: readonly Family[]): MetricSources {
  const exported = families.map(({ name, help, type, subject, samplesOf, unknownOf }): Source => ({
    name,
    help,
    type,
    subjects: [subject],
    read: (snapshot) => ({ values: samplesOf(snapshot), unknown: unknownOf(snapshot) }),
  }))
  const counted = numberNames.map(({ name, help, type, subjects, valueIn }): Source => ({
    name,
    help,
    type,
    subjects,
    read: (_, numbers) => {
      const value = valueIn(numbers())
      return value === null
        ? { values: [], unknown: [{}] }
        : { values: [{ labels: {}, value }], unknown: [] }
    },
  }))
  return new Map([...exported, ...counted].map((source) => [source.name, source]))
}

/** What metrics there are. */
export function metricNames(sources: MetricSources): MetricName[] {
  return [...sources.values()].map(({ name, help, type }) => ({ name, help, type }))
}

/** Metrics that also tell when they were read, for those who store them. */
export interface SampledMetrics extends Metrics {
  /** When a metric was read, in ms since 1970; null when it could not be read now. */
  readAtMs(name: string): number | null
}

/** What metrics are made of besides the snapshot. */
export interface SamplingParts {
  /** The same snapshot counted; asked at most once, and only when one of the numbers is. */
  numbers: () => Numbers
  /** What was stored of a metric, see Metrics. */
  over: Metrics['over']
}

/** The snapshot as numbers with names; each is computed when it is asked for first. */
export function metricsOf(
  sources: MetricSources,
  snapshot: Snapshot,
  parts: SamplingParts,
): SampledMetrics {
  return new SnapshotMetrics(sources, snapshot, parts)
}

class SnapshotMetrics implements SampledMetrics {
  readonly takenAt: Date
  readonly #sources: MetricSources
  readonly #snapshot: Snapshot
  readonly #parts: SamplingParts
  readonly #metrics = new Map<string, Metric>()
  readonly #past = new Map<string, readonly Series[] | null>()
  #numbers: Numbers | null = null

  constructor(sources: MetricSources, snapshot: Snapshot, parts: SamplingParts) {
    this.takenAt = snapshot.takenAt
    this.#sources = sources
    this.#snapshot = snapshot
    this.#parts = parts
  }

  get(name: string): Metric | null {
    const known = this.#metrics.get(name)
    if (known !== undefined) return known
    const source = this.#sources.get(name)
    if (source === undefined) return null
    const metric = this.#read(source)
    this.#metrics.set(name, metric)
    return metric
  }

  over(name: string, seconds: number): readonly Series[] | null {
    const key = `${seconds} ${name}`
    const known = this.#past.get(key)
    if (known !== undefined) return known
    const past = this.#parts.over(name, seconds)
    this.#past.set(key, past)
    return past
  }

  readAtMs(name: string): number | null {
    const source = this.#sources.get(name)
    if (source === undefined || worst(this.#readings(source)) === 'failed') return null
    const times = this.#readings(source).map((reading) =>
      reading === undefined || reading.state === 'failed' ? 0 : reading.takenAt.getTime(),
    )
    return times.length === 0 ? this.takenAt.getTime() : Math.max(...times)
  }

  #read(source: Source): Metric {
    const { name, help, type } = source
    const readings = this.#readings(source)
    const state = worst(readings)
    const { values, unknown } = source.read(this.#snapshot, () => this.#countedOnce())
    return {
      ...{ name, help, type, state },
      problems: readings.flatMap(problemsOf),
      values: state === 'failed' ? [] : values,
      unknown,
    }
  }

  #readings({ subjects }: Source): (Reading<unknown> | undefined)[] {
    return subjects.map((subject) => this.#snapshot.readings[subject])
  }

  #countedOnce(): Numbers {
    return (this.#numbers ??= this.#parts.numbers())
  }
}

/** The state of what counts several subjects: as bad as that of the worst; absent only when all are. */
function worst(readings: readonly (Reading<unknown> | undefined)[]): ReadingState {
  const states = readings.map((reading) => (reading === undefined ? 'failed' : stateOf(reading)))
  for (const state of ['failed', 'partial', 'read'] as const) {
    if (states.includes(state)) return state
  }
  return states.length === 0 ? 'read' : 'absent'
}

/** What could not be read at all is a problem of every place. */
function problemsOf(reading: Reading<unknown> | undefined): readonly Problem[] {
  if (reading === undefined) return [{ labels: {}, error: 'not read yet' }]
  if (reading.state === 'failed') return [{ labels: {}, error: reading.error }]
  return reading.state === 'read' ? reading.problems : []
}
