import type { Labels, Metric, Metrics, Point } from '../../history/metrics.ts'
import { known } from './bounds.ts'
import type { CheckedNumber, Selection } from './checked.ts'
import { overTime, STALE_SECONDS } from './over-time.ts'
import { leaf, nothingKnown, unknownGap, unknownRow, type Rows } from './rows.ts'

type OverTime = Extract<CheckedNumber, { kind: 'over' }>

/**
 * The numbers of one moment as rows. What several rules ask for is looked up and calculated once: thousands of
 * rules are about some hundred metrics.
 */
export class Beat {
  readonly #metrics: Metrics
  readonly #selected = new Map<string, Rows>()
  readonly #series = new Map<string, ReadonlyMap<string, readonly Point[]> | null>()

  private constructor(metrics: Metrics) {
    this.#metrics = metrics
  }

  /** The same one for the same moment. */
  static of(metrics: Metrics): Beat {
    const beat = beats.get(metrics) ?? new Beat(metrics)
    beats.set(metrics, beat)
    return beat
  }

  get nowMs(): number {
    return this.#metrics.takenAt.getTime()
  }

  /** The values of a metric. */
  select(selection: Selection): Rows {
    return this.#once(selection.key, () =>
      this.#rows(selection, (metric) =>
        metric.values.map(({ labels, value }) => leaf(labels, known(value))),
      ),
    )
  }

  /** What a function makes of the past of the places that a metric has now. */
  overTime({ function: kind, selection, seconds, aheadSeconds }: OverTime): Rows {
    const window = { endMs: this.nowMs, seconds, aheadSeconds }
    return this.#once(`${kind} ${seconds} ${aheadSeconds} ${selection.key}`, () => {
      const series = this.#past(selection.metric.name, seconds + STALE_SECONDS)
      if (series === null) return nothingKnown
      const calculated = (labels: Labels) =>
        leaf(labels, overTime(kind, series.get(placeKey(labels)) ?? [], window))
      return this.#rows(
        selection,
        (metric) => metric.values.map(({ labels }) => calculated(labels)),
        calculated,
      )
    })
  }

  #once(key: string, make: () => Rows): Rows {
    const made = this.#selected.get(key) ?? make()
    this.#selected.set(key, made)
    return made
  }

  /** The rows of the places that match; of a subject that could not be read nothing is known. */
  #rows(
    { metric: { name }, matchers }: Selection,
    valuesOf: (metric: Metric) => Rows['rows'],
    unknownOf: (labels: Labels) => Rows['rows'][number] = unknownRow,
  ): Rows {
    const metric = this.#metrics.get(name)
    if (metric === null || metric.state === 'failed') return nothingKnown
    if (metric.state === 'absent') return { rows: [], gaps: [] }
    const rows = [...valuesOf(metric), ...metric.unknown.map(unknownOf)]
    const gaps = metric.problems.map(({ labels }) => unknownGap(labels))
    if (matchers.length === 0) return { rows, gaps }
    return {
      rows: rows.filter(({ labels }) =>
        matchers.every((matcher) => matcher.matches(labels[matcher.label] ?? '')),
      ),
      // A place that cannot be read may match where it does not say that it does not.
      gaps: gaps.filter(({ labels }) =>
        matchers.every(
          (matcher) => !(matcher.label in labels) || matcher.matches(labels[matcher.label] ?? ''),
        ),
      ),
    }
  }

  #past(name: string, seconds: number): ReadonlyMap<string, readonly Point[]> | null {
    const key = `${seconds} ${name}`
    const found = this.#series.get(key)
    if (found !== undefined) return found
    const series = this.#metrics.over(name, seconds)
    const byPlace =
      series === null ? null : new Map(series.map((each) => [placeKey(each.labels), each.points]))
    this.#series.set(key, byPlace)
    return byPlace
  }
}

const beats = new WeakMap<Metrics, Beat>()

/** Labels in any order; one that is empty is as good as none. */
function placeKey(labels: Labels): string {
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}
