import { ask, RequestError, type Answer, type Query } from '../wire/request.ts'
import { useLoaded, type Resource } from './resource.ts'

/** A span of time: the last so many seconds, which moves on, or one that stands. */
export type Span = { seconds: number } | { from: Date; to: Date }

/** How values of a step are put together. */
export type Aggregate = NonNullable<Query<'GET /monitoring/metrics'>['aggregate']>

/** The values of one series over time. */
export interface Series {
  labels: Readonly<Record<string, string>>
  /** The oldest first. */
  points: readonly (readonly [at: Date, value: number])[]
}

/** What is stored of a metric. */
export interface History {
  series: readonly Series[]
  stepSeconds: number
  from: Date
  to: Date
}

/** A metric and which of its series. */
export interface Asked {
  name: string
  labels?: Readonly<Record<string, string>>
  /** Of a counter `rate` or `increase`. */
  aggregate?: Aggregate
  /** Of a fleet: whose, if not that of the appliance that is chosen. */
  appliance?: string
}

/** Whole 5 min and hours are there for years; finer steps for as long as values are kept as they were read. */
const STEPS = [30, 60, 300, 900, 3600, 7200, 21_600, 86_400] as const
/** Of these there are roll-ups. */
const ROLLED = [300, 3600] as const
/** About as many points as there are pixels for. */
const POINTS = 360

/** The history of a metric over a span; one that moves on is asked for again with the numbers. */
export function useHistory(asked: Asked, span: Span): Resource<History> {
  return useLoaded(
    (signal) => readHistory(asked, span, signal),
    [JSON.stringify([asked, span])],
    'seconds' in span ? ['metrics'] : [],
  )
}

/** The step for a span, in seconds, so that it has no more points than so many. */
export function stepOf(seconds: number, points = POINTS): number {
  return STEPS.find((step) => seconds / step <= points) ?? 86_400
}

/** Asks for it once. Of many series fewer points can be asked for. Rejects with RequestError. */
export async function readHistory(
  asked: Asked,
  span: Span,
  signal: AbortSignal,
  points = POINTS,
): Promise<History> {
  const to = 'seconds' in span ? new Date() : span.to
  const from = 'seconds' in span ? new Date(to.getTime() - span.seconds * 1000) : span.from
  const stepSeconds = stepOf((to.getTime() - from.getTime()) / 1000, points)
  const { name, labels, aggregate = 'avg', appliance } = asked
  const query = {
    name,
    ...(labels && { labels: JSON.stringify(labels) }),
    ...{ start_time: from.toISOString(), end_time: to.toISOString() },
    ...{ step_seconds: stepSeconds, aggregate },
    ...(appliance !== undefined && { appliance }),
  }
  const answer = await askSeries(query, signal)
  if (answer === null) return { series: [], stepSeconds, from, to }
  const series = answer.series.map((one) => ({
    labels: one.labels,
    points: one.points.map(([at, value]) => [new Date(at), value] as const),
  }))
  return { series, stepSeconds: answer.step_seconds ?? stepSeconds, from, to }
}

type Stored = Extract<Answer<'GET /monitoring/metrics'>, { series: unknown }>

/** Null of a metric that nothing is known of. Where values are not kept any more coarser steps are asked for. */
async function askSeries(
  query: Query<'GET /monitoring/metrics'>,
  signal: AbortSignal,
): Promise<Stored | null> {
  try {
    return (await ask('GET /monitoring/metrics', { query }, signal)) as Stored
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    if (error.status === 404) return null
    const coarser = ROLLED.find((step) => step > (query.step_seconds ?? 0))
    if (error.status !== 400 || coarser === undefined) throw error
    return askSeries({ ...query, step_seconds: coarser }, signal)
  }
}
