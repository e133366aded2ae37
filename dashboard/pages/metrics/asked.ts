import type { Query } from '../../wire/request.ts'

/** How the values of a step are put together. */
export type Aggregate = NonNullable<Query<'GET /monitoring/metrics'>['aggregate']>
/** A span of time: the last so many seconds, which moves on, or one that stands. */
type Span = { seconds: number } | { from: Date; to: Date }

/** A metric of which series are drawn, as the address says it. */
export interface Chosen {
  name: string
  labels: Readonly<Record<string, string>>
  aggregate: Aggregate
}

/** How the values of a step can be put together; the last two are for counters. */
export const aggregates: readonly Aggregate[] = [
  ...(['avg', 'min', 'max', 'sum', 'last', 'count', 'rate', 'increase'] as const),
]
const FOR_COUNTERS: readonly Aggregate[] = ['rate', 'increase']
const COUNTED = /_(total|count|sum|bucket)$/

/** Which make sense of a metric of a type. */
export function aggregatesOf(type: string): readonly Aggregate[] {
  return type === 'counter' ? aggregates : aggregates.filter((one) => !FOR_COUNTERS.includes(one))
}

/** What is chosen when nobody says otherwise: counters only grow, so that their rate tells more. */
export function firstAggregate(type: string, name: string): Aggregate {
  return type === 'counter' && COUNTED.test(name) ? 'rate' : type === 'counter' ? 'last' : 'avg'
}

/** As it stands in the address: `rate(name{label="value"})`, several with a semicolon between them. */
export function textOfChosen(chosen: readonly Chosen[]): string {
  return chosen
    .map(({ name, labels, aggregate }) => `${aggregate}(${selector(name, labels)})`)
    .join(';')
}

/** A metric with its labels, as Prometheus writes it. */
export function selector(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`
}

const ONE = /\s*(\w+)\(([^\s(){};"]+)(?:\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\)\s*(;|$)/sy
const PAIR = /\s*([^\s=,"]+)=("(?:[^"\\]|\\.)*")\s*(,|$)/sy

/** Reads it; what cannot be read, and what comes after it, is left out. */
export function chosenOf(text: string): Chosen[] {
  const chosen: Chosen[] = []
  ONE.lastIndex = 0
  while (ONE.lastIndex < text.length) {
    const [all, how = '', name = '', pairs = ''] = ONE.exec(text) ?? []
    const aggregate = aggregates.find((one) => one === how)
    const labels = labelsOf(pairs)
    if (all === undefined || aggregate === undefined || labels === null) return chosen
    chosen.push({ name, labels, aggregate })
  }
  return chosen
}

function labelsOf(pairs: string): Record<string, string> | null {
  const labels: Record<string, string> = {}
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < pairs.length) {
    const [all, label = '', quoted = '""'] = PAIR.exec(pairs) ?? []
    if (all === undefined) return null
    try {
      labels[label] = JSON.parse(quoted) as string
    } catch {
      return null
    }
  }
  return labels
}

const DAY_SECONDS = 86_400

/** The span of an address: `last` so many seconds, or `from` and `to`. */
export function spanOf({ last, from, to }: Readonly<Record<string, string>>): Span {
  const [begin, end] = [new Date(from ?? ''), new Date(to ?? '')]
  if (begin.getTime() < end.getTime()) return { from: begin, to: end }
  const seconds = Number(last)
  return { seconds: Number.isInteger(seconds) && seconds > 0 ? seconds : DAY_SECONDS }
}

/** The same as it stands in the address. */
export function queryOfSpan(span: Span): Record<'last' | 'from' | 'to', string | undefined> {
  return 'seconds' in span
    ? { last: String(span.seconds), from: undefined, to: undefined }
    : { last: undefined, from: span.from.toISOString(), to: span.to.toISOString() }
}

/** The unit of values. */
export type Unit = 'bytes' | 'seconds' | 'percent' | 'celsius' | 'timestamp' | 'number'

const UNITS: readonly (readonly [RegExp, Unit | 'ratio'])[] = [
  [/_timestamp_seconds$/, 'timestamp'],
  [/_bytes(_total)?(_per_second)?$/, 'bytes'],
  [/_seconds(_total|_sum)?$/, 'seconds'],
  [/_percent$/, 'percent'],
  [/_ratio$/, 'ratio'],
  [/_celsius$/, 'celsius'],
]

/** What values are in, and how. */
export interface Measure {
  unit: Unit
  perSecond: boolean
  /** Values are multiplied by it: a ratio is drawn in percent, together with what is read in percent. */
  scale: number
}

/** What the values of a metric are in, by how it is called. */
export function measureOf({ name, aggregate }: Pick<Chosen, 'name' | 'aggregate'>): Measure {
  const perSecond = aggregate === 'rate' || name.endsWith('_per_second')
  const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1] ?? 'number'
  if (aggregate === 'count') return { unit: 'number', perSecond: false, scale: 1 }
  return unit === 'ratio'
    ? { unit: 'percent', perSecond, scale: 100 }
    : { unit, perSecond, scale: 1 }
}

/** A series that is drawn. */
export interface Drawn {
  chosen: Pick<Chosen, 'name' | 'aggregate'>
  labels: Readonly<Record<string, string>>
}

/** What series are called beside a chart: by what tells them apart from each other. */
export function shortNames(all: readonly Drawn[]): string[] {
  const alike = new Set(all.map(({ chosen }) => chosen.aggregate)).size < 2
  const heads = all.map(({ chosen: { name, aggregate } }) => {
    const short = name.replace(/^storwarden_/, '')
    return alike ? short : `${aggregate}(${short})`
  })
  const several = new Set(heads).size > 1
  return all.map(({ labels }, index) => {
    const head = heads[index] ?? ''
    const siblings = all.filter((_, other) => heads[other] === head)
    const telling = Object.entries(labels).filter(([label, value]) =>
      siblings.some((one) => one.labels[label] !== value),
    )
    const parts = telling.map(([, value]) => value)
    return [...(several || parts.length === 0 ? [head] : []), ...parts].join(' ')
  })
}

/** The least, the mean and the most of a line. */
export function summaryOf(points: readonly (readonly [Date, number])[]): {
  last: number | null
  least: number | null
  mean: number | null
  most: number | null
} {
  const values = points.map(([, value]) => value)
  if (values.length === 0) return { last: null, least: null, mean: null, most: null }
  return {
    last: values.at(-1) ?? null,
    least: values.reduce((one, other) => Math.min(one, other)),
    mean: values.reduce((one, other) => one + other) / values.length,
    most: values.reduce((one, other) => Math.max(one, other)),
  }
}
