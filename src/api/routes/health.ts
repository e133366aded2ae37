import { Type, type TSchema } from 'typebox'
import {
  renderApiHealth,
  renderDetailed,
  renderHealth,
  renderReady,
  renderStatus,
  type Rendering,
} from '../../health/renderings.ts'
import { metricsOf } from '../context.ts'
import { route, type Answer, type AnswerShape } from '../route.ts'
import { data, flag, number, oneOf, text, time } from '../schemas.ts'

const health = oneOf(['healthy', 'degraded', 'unhealthy'])
const wordAndMessage = Type.Object({
  status: oneOf(['healthy', 'degraded', 'unhealthy', 'unknown']),
  message: text,
})

const live = route({
  method: 'get',
  path: '/health/live',
  guard: 'public',
  tag: 'health',
  summary: 'Whether the process answers',
  answers: {
    200: { description: 'It does.', schema: Type.Object({ status: oneOf(['ok']) }) },
  },
  handle: () => ({ status: 200, json: { status: 'ok' } }),
})

const ready = route({
  method: 'get',
  path: '/health/ready',
  guard: 'public',
  tag: 'health',
  summary: 'Whether the daemon can serve: its critical components',
  answers: answersOf(
    Type.Object({ status: oneOf(['ready', 'not_ready']), checks: Type.Record(text, flag) }),
  ),
  handle: async ({ context }) => answerOf(renderReady(await context.health.readiness())),
})

const status = route({
  method: 'get',
  path: '/health/status',
  guard: 'public',
  tag: 'health',
  summary: 'Every component, with latency and details',
  query: Type.Object({
    consistency: Type.Optional(
      Type.Boolean({ description: 'Also compares what runs with what is configured.' }),
    ),
  }),
  answers: answersOf(
    Type.Object({
      status: oneOf(['up', 'degraded', 'down']),
      timestamp: number,
      components: Type.Record(
        text,
        Type.Object({
          name: text,
          status: oneOf(['up', 'degraded', 'down', 'unknown']),
          latency_ms: number,
          message: text,
          details: data,
        }),
      ),
      critical_failures: Type.Array(text),
    }),
  ),
  handle: async ({ query, context }) =>
    answerOf(renderStatus(await context.health.assess(query.consistency === true))),
})

const short = route({
  method: 'get',
  path: '/health',
  guard: 'public',
  tag: 'health',
  summary: 'Health in a word',
  description: 'Of an unhealthy one `components` are those that make it so.',
  answers: answersOf(
    Type.Object({ status: health, components: Type.Optional(Type.Record(text, wordAndMessage)) }),
  ),
  handle: async ({ context }) => answerOf(renderHealth(await context.health.assess())),
})

const detailed = route({
  method: 'get',
  path: '/health/detailed',
  guard: 'public',
  tag: 'health',
  summary: 'Health in a word for each part',
  answers: answersOf(
    Type.Object({
      status: health,
      database: oneOf(['connected', 'disconnected']),
      storage: oneOf(['accessible', 'inaccessible']),
      scst: text,
      library: text,
      timestamp: time,
    }),
  ),
  handle: async ({ context }) => answerOf(renderDetailed(await context.health.assess())),
})

const api = route({
  method: 'get',
  path: '/api/v1/health',
  guard: 'public',
  tag: 'health',
  summary: 'Health of each component',
  answers: answersOf(
    Type.Object({
      status: health,
      timestamp: time,
      components: Type.Record(text, wordAndMessage),
    }),
  ),
  handle: async ({ context }) => answerOf(renderApiHealth(await context.health.assess())),
})

const metrics = ['/metrics', '/health/metrics'].map((path) =>
  route({
    method: 'get',
    path,
    guard: 'public',
    scraped: true,
    tag: 'health',
    summary: 'Metrics for Prometheus',
    answers: {
      200: { description: 'Prometheus text, or OpenMetrics.', contentType: 'text/plain' },
    },
    handle: async ({ context, accept }) => ({
      status: 200,
      text: await metricsOf(context).render(accept),
    }),
  }),
)

const metricsJson = route({
  method: 'get',
  path: '/health/metrics/json',
  guard: 'public',
  scraped: true,
  tag: 'health',
  summary: 'The metrics as JSON',
  answers: { 200: { description: 'The same samples.', schema: Type.Unknown() } },
  handle: async ({ context }) => ({ status: 200, json: await metricsOf(context).json() }),
})

/** Health in its vocabularies, and the metrics. */
export const healthRoutes = [live, ready, status, short, detailed, api, ...metrics, metricsJson]

function answersOf(schema: TSchema): Record<number, AnswerShape> {
  return {
    200: { description: 'It can serve.', schema },
    503: { description: 'A critical component is down.', schema },
  }
}

function answerOf({ status, body }: Rendering): Answer {
  return { status, json: body }
}
