import { Type } from 'typebox'
import { countAlerts } from '../../alerts/store.ts'
import { countEvents } from '../../events/counts.ts'
import { severities, sources } from '../../rules/rule.ts'
import { metricsOf } from '../context.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { flag, integer, nullable, number, oneOf, text, time } from '../schemas.ts'
import { EVENTS_PATH } from '../upgrade.ts'

const numbers = Type.Record(text, nullable(number))

const metrics = route({
  method: 'get',
  path: '/api/v1/monitoring/metrics',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The snapshot of numbers',
  description:
    'Null is not known. With `name` the stored series, which this version does not keep: 501.',
  query: Type.Object({
    name: Type.Optional(text),
    labels: Type.Optional(text),
    start_time: Type.Optional(time),
    end_time: Type.Optional(time),
    step_seconds: Type.Optional(integer),
    aggregate: Type.Optional(text),
  }),
  answers: {
    200: {
      description: 'What the appliance and the daemon count now.',
      schema: Type.Object({
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
      }),
    },
  },
  problems: ['series_not_stored'],
  handle({ query, context }) {
    if (Object.keys(query).length === 0) return { status: 200, json: context.numbers() }
    throw new ProblemError(
      'series_not_stored',
      'this version keeps no stored series: without a query there are the numbers of now',
    )
  },
})

const prometheus = route({
  method: 'get',
  path: '/api/v1/monitoring/metrics/prometheus',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The text of /metrics',
  answers: { 200: { description: 'Prometheus text, or OpenMetrics.', contentType: 'text/plain' } },
  async handle({ context, accept }) {
    return { status: 200, text: await metricsOf(context).render(accept) }
  },
})

const events = route({
  method: 'get',
  path: EVENTS_PATH,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The event stream (WebSocket)',
  description:
    'Text frames `{"type", "data", "timestamp", "seq"}`, the first `{"type":"system","data":{"event":"hello",…}}`. ' +
    'The client may send `{"action":"subscribe","types":[…],"since":seq}` and `{"action":"unsubscribe","types":[…]}`. ' +
    'Authentication also by `Sec-WebSocket-Protocol: storwarden.v1, bearer.<token>`. ' +
    'Closed with 1013 when the client is too slow, with 4401 when its token is revoked.',
  answers: { 101: { description: 'The stream.' } },
  problems: ['upgrade_required', 'busy'],
  handle() {
    throw new ProblemError('upgrade_required', 'ask with Upgrade: websocket', {
      headers: { Upgrade: 'websocket' },
    })
  },
})

const rules = route({
  method: 'get',
  path: '/api/v1/monitoring/rules',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The conditions that alerts are raised for',
  answers: {
    200: {
      description: 'The built-in rules, but for those that the configuration switches off.',
      schema: Type.Object({
        rules: Type.Array(
          Type.Object({
            name: text,
            title: text,
            severity: oneOf(severities),
            source: oneOf(sources),
            for_seconds: number,
            description: text,
            enabled: flag,
          }),
        ),
        total: integer,
      }),
    },
  },
  handle({ context }) {
    const listed = context.rules.map((rule) => ({
      name: rule.alert,
      title: rule.name,
      severity: rule.severity,
      source: rule.source,
      for_seconds: rule.forSeconds,
      description: rule.description,
      enabled: true,
    }))
    return { status: 200, json: { rules: listed, total: listed.length } }
  },
})

const HOUR_MS = 3_600_000

const stats = route({
  method: 'get',
  path: '/api/v1/monitoring/stats',
  guard: 'stats:read',
  tag: 'monitoring',
  summary: 'How much is stored',
  description: 'Samples and incidents are not kept by this version: they count 0.',
  answers: {
    200: {
      description: 'Counts.',
      schema: Type.Object({
        success: flag,
        data: Type.Object({
          total_events: integer,
          total_metrics: integer,
          active_alerts: integer,
          open_incidents: integer,
          events_last_hour: integer,
          metrics_last_hour: integer,
        }),
      }),
    },
  },
  async handle({ context }) {
    const hourAgo = new Date(context.now().getTime() - HOUR_MS)
    const counted = await countEvents(context.db, hourAgo)
    const alerts = await countAlerts(context.db)
    const firing = alerts.filter(({ state }) => state === 'firing')
    const data = {
      total_events: counted.total,
      total_metrics: 0,
      active_alerts: firing.reduce((sum, { count }) => sum + count, 0),
      open_incidents: 0,
      events_last_hour: counted.since,
      metrics_last_hour: 0,
    }
    return { status: 200, json: { success: true, data } }
  },
})

/** The numbers, the metrics, the event stream, rules and totals. */
export const monitoringRoutes = [metrics, prometheus, events, rules, stats]
