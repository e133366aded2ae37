import { families } from '../../src/exporter/metrics.ts'
import type {
  Labels,
  Metric,
  MetricName,
  Metrics,
  Point,
  Series,
} from '../../src/history/metrics.ts'
import { metricNames, metricSources } from '../../src/history/samples.ts'
import { Catalogue } from '../../src/rules/expression/names.ts'

/** When these are taken, unless a test says otherwise. */
export const takenAt = new Date('2026-11-20T21:00:00Z')

/** A metric as a test puts it down. */
export interface GivenMetric extends Partial<Omit<Metric, 'values'>> {
  values?: readonly (readonly [Labels, number])[]
  /** What is stored of it, the oldest first; without it nothing was loaded. */
  past?: readonly Series[]
}

/** The numbers of one moment, of which these are known. */
export function metricsOf(
  given: Readonly<Record<string, GivenMetric>>,
  at: Date = takenAt,
): Metrics {
  return {
    takenAt: at,
    get(name) {
      const metric = given[name]
      if (metric === undefined) return null
      const { values = [], ...more } = metric
      return {
        ...{ name, help: '', type: 'gauge', state: 'read', problems: [], unknown: [] },
        ...more,
        values: values.map(([labels, value]) => ({ labels, value })),
      }
    },
    over(name, seconds) {
      const past = given[name]?.past
      if (past === undefined) return null
      const from = at.getTime() - seconds * 1000
      return past.map(({ labels, points }) => ({
        labels,
        points: points.filter(({ atMs }) => atMs >= from && atMs <= at.getTime()),
      }))
    },
  }
}

/** Points by how many seconds before `takenAt` they were read. */
export function points(...given: (readonly [secondsBefore: number, value: number])[]): Point[] {
  return given.map(([secondsBefore, value]) => ({
    atMs: takenAt.getTime() - secondsBefore * 1000,
    value,
  }))
}

/** Names that the daemon exports: families of the hardware, and the snapshot of numbers. */
export const exportedNames: readonly MetricName[] = metricNames(metricSources(families))

/** The catalogue of these. */
export const exported = new Catalogue(exportedNames)
