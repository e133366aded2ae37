import { Type } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import { keepSubmitted, SubmissionRefusedError } from '../../history/submission.ts'
import { faultsOfMetric, type GivenMetric } from '../given-metric.ts'
import { ProblemError, type ProblemCode } from '../problem.ts'
import { route } from '../route.ts'
import { integer, number, oneOf, time } from '../schemas.ts'

/** At a time; a body is at most 1 MiB besides. */
const MOST_VALUES = 1000
const MOST_LABELS = 16

/** Hands in values of metrics. */
export const submitMetrics = route({
  method: 'post',
  path: '/api/v1/monitoring/metrics',
  guard: 'metrics:write',
  tag: 'monitoring',
  summary: 'Hand in a value of a metric, or a list of them',
  description:
    'They are kept, all of them or none, and read by `GET` as those of the appliance. A value of a series and time ' +
    'that is kept already stays: to repeat a request changes nothing. Names are those of Prometheus, and not those ' +
    'of the appliance, nor `storwarden_…`; a metric keeps its type as long as anything of it is kept. Of a ' +
    '`histogram` each value is something that was observed: `avg`, `min`, `max`, `sum` and `count` tell of its ' +
    'steps; two observations of one series need two times. A `counter` that is lower than before began at 0. ' +
    'How old a value may be, and how many series there can be, is in the configuration; up to 5 min ahead. New ' +
    'series are in the audit trail, values are not.',
  several: MOST_VALUES,
  body: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 128 }),
    metric_type: oneOf(['counter', 'gauge', 'histogram']),
    value: number,
    labels: Type.Optional(
      Type.Unsafe<Record<string, string>>({
        type: 'object',
        maxProperties: MOST_LABELS,
        additionalProperties: { type: 'string', maxLength: 256 },
      }),
    ),
    timestamp: Type.Optional(time),
  }),
  answers: {
    201: {
      description: 'How many values there were, and how many of them were not kept before.',
      schema: Type.Object({ accepted: integer, stored: integer }),
    },
  },
  problems: ['metric_reserved', 'metric_type_differs', 'too_many_series'],
  async faultsOf(body, { now, submission }) {
    return await Promise.resolve(faultsOfMetric(body, now(), submission()))
  },
  async handle({ bodies, principal, origin, context }) {
    const now = context.now()
    const { series: seriesLimit } = context.submission()
    refuseReserved(bodies, new Set(context.metricNames.map(({ name }) => name)))
    const samples = bodies.map(({ name, metric_type: type, value, labels = {}, timestamp }) => ({
      ...{ name, type, value, labels },
      atMs: timestamp === undefined ? now.getTime() : Date.parse(timestamp),
    }))
    try {
      const stored = await context.db.transaction(async (transaction) => {
        const options = { nowMs: now.getTime(), seriesLimit }
        const { stored, newSeries } = await keepSubmitted(transaction, samples, options)
        if (Object.keys(newSeries).length > 0) {
          await appendAudit(transaction, {
            at: now,
            ...auditActor(principal, origin),
            ...{ action: 'metric.create', subject: null, before: null },
            after: { series: newSeries },
          })
        }
        return stored
      })
      return { status: 201, json: { accepted: samples.length, stored } }
    } catch (error) {
      throw error instanceof SubmissionRefusedError ? problemOf(error, bodies.length) : error
    }
  },
})

function refuseReserved(bodies: readonly GivenMetric[], names: ReadonlySet<string>): void {
  const index = bodies.findIndex(({ name }) => name.startsWith('storwarden_') || names.has(name))
  const name = bodies[index]?.name
  if (name === undefined) return
  const what = `${name} is a name of the appliance`
  throw problemOf(new SubmissionRefusedError('ERR_METRIC_RESERVED', index, what), bodies.length)
}

const PROBLEMS: Readonly<Record<SubmissionRefusedError['code'], readonly [ProblemCode, string]>> = {
  ERR_METRIC_RESERVED: ['metric_reserved', 'name'],
  ERR_METRIC_TYPE: ['metric_type_differs', 'metric_type'],
  ERR_TOO_MANY_SERIES: ['too_many_series', 'labels'],
  ERR_TWO_VALUES: ['invalid_request', 'value'],
}

function problemOf({ code, index, message }: SubmissionRefusedError, count: number): ProblemError {
  const [problem, member] = PROBLEMS[code]
  const path = count === 1 ? `/body/${member}` : `/body/${index}/${member}`
  return new ProblemError(problem, message, { errors: [{ path, message }] })
}
