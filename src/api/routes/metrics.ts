import { Type } from 'typebox'
import { countAlerts } from '../../alerts/store.ts'
import { DatabaseUnavailableError, type Database } from '../../db/database.ts'
import { EVERY } from '../../db/owned-by.ts'
import { countEventsEver } from '../../events/totals.ts'
import type { Labels } from '../../history/metrics.ts'
import { seriesOf } from '../../history/reading.ts'
import { planOf } from '../../history/resolution.ts'
import {
  aggregates,
  counterAggregates,
  keptIn,
  readStepped,
  type Step,
} from '../../history/stepped.ts'
import { storedType } from '../../history/store.ts'
import { silenceOf } from '../../fleet/shown.ts'
import { applianceNamed } from '../../fleet/whose.ts'
import { applianceOf, applianceOrAll } from '../fleet/asked.ts'
import { shownNumbers } from '../fleet/numbers.ts'
import { metricsOf, type ApiContext, type PlainFamily } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { metricNames } from './metric-names.ts'
import { submitMetrics } from './submitted-metrics.ts'
import { integer, labels, nullable, number, oneOf, optionalDate, text, time } from '../schemas.ts'

const numbers = Type.Record(text, nullable(number))

const numbersOfNow = Type.Object({
  timestamp: time,
  system: numbers,
  storage: numbers,
  scst: numbers,
  tape: numbers,
  vtl: numbers,
  tasks: numbers,
  api: numbers,
  collectors: Type.Record(
    text,
    Type.Object({
      state: oneOf(['read', 'partial', 'failed', 'absent', 'pending']),
      age_seconds: nullable(number),
      duration_seconds: nullable(number),
      error: nullable(text),
    }),
  ),
  /** Of an appliance of a fleet: which, when it told them, how old they are, and why they are not known now. */
  appliance: Type.Optional(text),
  taken_at: Type.Optional(nullable(time)),
  age_seconds: Type.Optional(nullable(number)),
  error: Type.Optional(nullable(text)),
})

const point = Type.Unsafe<[string, number]>({
  type: 'array',
  prefixItems: [time, number],
  items: false,
  minItems: 2,
})

const storedSeries = Type.Object({
  name: text,
  type: oneOf(['counter', 'gauge', 'histogram']),
  series: Type.Array(Type.Object({ labels, points: Type.Array(point) })),
  step_seconds: nullable(integer),
  aggregate: nullable(oneOf(aggregates)),
  /** What most of it was made of: roll-ups of so many seconds; null of the values as they were read. */
  resolution_seconds: nullable(integer),
  start_time: time,
  end_time: time,
})

/** More are not answered at once. */
const MOST_POINTS = 50_000
const HOUR_MS = 3_600_000
const DAY_SECONDS = 86_400

const metrics = route({
  method: 'get',
  path: '/api/v1/monitoring/metrics',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The snapshot of numbers, or a metric over time',
  description:
    'Without a query the numbers of now; null is not known. With `appliance` those that an appliance of a fleet told. With `name` the stored series of a metric: one of ' +
    '`/metrics`, or a number as `system_load1`. `labels` is a JSON object of labels that a series has to have. From ' +
    '`start_time` (an hour before the end) to `end_time` (now). With `step_seconds` there is a point a step, at its ' +
    'begin, made of its values by `aggregate` (avg); a step without a value has none. Steps begin at multiples of ' +
    'their length since 1970, so that the first and the last may be of less time: of what is between `start_time` ' +
    'and `end_time` of the answer. Of counters `increase` is by how much they grew, `rate` that by second: a value ' +
    'lower than the one before began at 0. Steps of whole 5 min or hours are made of roll-ups, at the edges of what ' +
    'was read, which comes to the same; where only roll-ups are kept the answer begins and ends with whole ones, ' +
    'and other steps are refused. ' +
    `At most ${MOST_POINTS} points: more are refused.`,
  query: Type.Object({
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 1024 })),
    labels: Type.Optional(text),
    start_time: Type.Optional(time),
    end_time: Type.Optional(time),
    step_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 * DAY_SECONDS })),
    aggregate: Type.Optional(oneOf(aggregates)),
    appliance: applianceOrAll,
  }),
  answers: {
    200: {
      description: 'What the appliance and the daemon count now, or the series with their points.',
      schema: Type.Union([numbersOfNow, storedSeries]),
    },
  },
  problems: ['metric_not_found', 'appliance_not_found'],
  async handle({ query, context }) {
    const { appliance: whose, ...asked } = query
    const appliance = whose === undefined ? null : applianceNamed(whose)
    if (Object.keys(asked).length === 0) {
      if (appliance === EVERY) throw invalid('/query/appliance', `${EVERY} is for stored series`)
      return { status: 200, json: numbersNow(context, appliance) }
    }
    if (appliance !== null && appliance !== EVERY) applianceOf(context.fleet, appliance)
    const { name, step_seconds: stepSeconds = null } = query
    if (name === undefined) throw invalid('/query/name', 'is needed with the others')
    if (stepSeconds === null && query.aggregate !== undefined) {
      throw invalid('/query/step_seconds', 'is needed with aggregate')
    }
    const aggregate = stepSeconds === null ? null : (query.aggregate ?? 'avg')
    const past = {
      labels: labelsOf(query.labels),
      appliance: appliance ?? undefined,
      ...timeOf(query, context.now()),
      atMost: MOST_POINTS,
    }
    const type = await typeOf(context, name)
    if (aggregate !== null && counterAggregates.includes(aggregate) && type !== 'counter') {
      throw invalid('/query/aggregate', `${aggregate} is for counters, and ${name} is a ${type}`)
    }
    const step = aggregate === null ? null : { stepMs: (stepSeconds ?? 0) * 1000, aggregate }
    const { plan, series } = await readSeries(context.db, name, past, step)
    if (plan.neededStepSeconds !== null) throw tooFine(plan.neededStepSeconds, plan.sinceMs)
    return {
      status: 200,
      json: {
        ...{ name, type, step_seconds: stepSeconds, aggregate },
        series: series.map(({ labels, points }) => ({
          labels,
          points: points.map(({ atMs, value }) => [new Date(atMs), value]),
        })),
        resolution_seconds: plan.rolled === null ? null : plan.rolled.resolution.bucketMs / 1000,
        start_time: new Date(plan.sinceMs),
        end_time: new Date(plan.untilMs),
      },
    }
  },
})

function numbersNow(context: ApiContext, name: string | null): object {
  if (name === null) return context.numbers()
  const { fleet, appliance } = applianceOf(context.fleet, name)
  const silence = silenceOf(appliance, fleet.deafSince())
  const around = { like: context.numbers(), now: context.now(), silence }
  return shownNumbers(appliance, fleet.numbers(name), around)
}

async function readSeries(
  db: Database,
  name: string,
  past: Parameters<typeof seriesOf>[2],
  step: Step | null,
) {
  if (step !== null) return await readStepped(db, name, past, step)
  const plan = planOf({ ...past, stepMs: null }, await keptIn(db))
  return { plan, series: await seriesOf(db, name, past) }
}

function tooFine(neededSeconds: number, sinceMs: number): ProblemError {
  const since = new Date(sinceMs).toISOString()
  return invalid(
    '/query/step_seconds',
    `must be a multiple of ${neededSeconds} for what is older than ${since}`,
  )
}

/** A metric that exists may have no series; of others somebody has mistaken the name. */
async function typeOf({ db, metricNames }: ApiContext, name: string) {
  const type =
    metricNames.find((metric) => metric.name === name)?.type ?? (await storedType(db, name))
  if (type === null) throw new ProblemError('metric_not_found', `no metric is called ${name}`)
  return type
}

function timeOf(query: { start_time?: string; end_time?: string }, now: Date) {
  const end = optionalDate(query.end_time, '/query/end_time') ?? now
  const start =
    optionalDate(query.start_time, '/query/start_time') ?? new Date(end.getTime() - HOUR_MS)
  if (start > end) throw invalid('/query/start_time', 'must not be after end_time')
  return { sinceMs: start.getTime(), untilMs: end.getTime() }
}

function labelsOf(given: string | undefined): Labels | undefined {
  if (given === undefined) return undefined
  const wrong = invalid('/query/labels', 'must be a JSON object of texts')
  let value: unknown
  try {
    value = JSON.parse(given)
  } catch {
    throw wrong
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong
  const entries = Object.entries(value).map(([name, text]: [string, unknown]) => {
    if (typeof text !== 'string') throw wrong
    return [name, text] as const
  })
  return Object.fromEntries(entries)
}

function invalid(path: string, message: string): ProblemError {
  const errors = [{ path, message }]
  return new ProblemError('invalid_request', `${path} ${message}`, { errors })
}

const prometheus = route({
  method: 'get',
  path: '/api/v1/monitoring/metrics/prometheus',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The text of /metrics, and what monitoring itself counts',
  description:
    '`monitoring_total_events` counts all events that were ever stored, `monitoring_active_alerts` those alerts that ' +
    'fire and that no other mutes; neither is there while the database is away.',
  answers: { 200: { description: 'Prometheus text, or OpenMetrics.', contentType: 'text/plain' } },
  async handle({ context, accept }) {
    const text = await metricsOf(context).render(accept, await monitoringFamilies(context.db))
    return { status: 200, text }
  },
})

/** None while the database is away: the rest is known without it. */
async function monitoringFamilies(db: Database): Promise<PlainFamily[]> {
  const one = (name: string, help: string, type: PlainFamily['type'], value: number) => ({
    ...{ name, help, type, values: [{ labels: {}, value }] },
  })
  try {
    const events = await countEventsEver(db)
    const counts = await countAlerts(db)
    const firing = counts.filter(({ state }) => state === 'firing')
    const alerts = firing.reduce((sum, { count }) => sum + count, 0)
    return [
      one('monitoring_total_events', 'Events that were ever stored.', 'counter', events),
      one('monitoring_active_alerts', 'Alerts that fire and are not muted.', 'gauge', alerts),
    ]
  } catch (error) {
    if (error instanceof DatabaseUnavailableError) return []
    throw error
  }
}

/** Numbers of now, metrics over time, those that are handed in, and the text of /metrics. */
export const metricRoutes = [metrics, metricNames, submitMetrics, prometheus]
