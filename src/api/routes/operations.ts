import { Type } from 'typebox'
import { appendAudit, auditActor } from '../../auth/audit.ts'
import { operationNames } from '../../operations/names.ts'
import {
  operationStatuses,
  type CacheStatistics,
  type Operation,
  type OperationLogging,
  type OperationSummary,
} from '../../operations/operation.ts'
import { route } from '../route.ts'
import {
  flag,
  futureDateOf,
  integer,
  labels,
  nullable,
  number,
  oneOf,
  text,
  time,
} from '../schemas.ts'

const name = oneOf(operationNames)

const summary = {
  operation: name,
  count: integer,
  failures: integer,
  success_rate: number,
  p50_seconds: number,
  p95_seconds: number,
  max_seconds: number,
  affected_objects: integer,
  last_at: time,
  last_error: nullable(Type.Object({ at: time, error: text })),
}

const cache = {
  cache: text,
  hits: integer,
  misses: integer,
  hit_rate: nullable(number),
  size: integer,
  memory_bytes: nullable(integer),
}

const logging = {
  enabled: flag,
  operations: nullable(Type.Array(name)),
  expires_at: nullable(time),
}

const operation = {
  operation: name,
  labels,
  started_at: time,
  duration_seconds: number,
  status: oneOf(operationStatuses),
  affected_objects: nullable(integer),
  error: nullable(text),
}

const PATH = '/api/v1/monitoring/operations'

const summarise = route({
  method: 'get',
  path: PATH,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'What the daemon did to the machine, by type',
  description:
    'Since the daemon was started. Percentiles are those of the last 256 of a type; what was cancelled is ' +
    'neither a success nor a failure. A collection (`poll_…`) contains what it asks (`read_element_status`, `run_…`).',
  answers: {
    200: {
      description: 'Types that there were, and the caches that spare the machine a question.',
      schema: Type.Object({
        since: time,
        operations: Type.Array(Type.Object(summary)),
        caches: Type.Array(Type.Object(cache)),
        logging: Type.Object(logging),
      }),
    },
  },
  handle({ context: { operations, caches } }) {
    const json = {
      since: operations.since.toISOString(),
      operations: operations.summary().map(summaryJson),
      caches: caches().map(cacheJson),
      logging: loggingJson(operations.logging()),
    }
    return { status: 200, json }
  },
})

const recent = route({
  method: 'get',
  path: `${PATH}/recent`,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The last things that the daemon did to the machine',
  description:
    'The last 1,000 of all, and the last 250 that did not end well, since the daemon was started.',
  query: Type.Object({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 10 })),
    operation: Type.Optional(name),
    status: Type.Optional(oneOf(operationStatuses)),
  }),
  answers: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({ operations: Type.Array(Type.Object(operation)) }),
    },
  },
  handle({ query, context: { operations } }) {
    const { limit = 10, ...wanted } = query
    const found = operations.recent({ ...wanted, limit })
    return { status: 200, json: { operations: found.map(operationJson) } }
  },
})

const logged = route({
  method: 'get',
  path: `${PATH}/logging`,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'Which operations are logged',
  answers: { 200: { description: 'As it is now.', schema: Type.Object(logging) } },
  handle({ context: { operations } }) {
    return { status: 200, json: loggingJson(operations.logging()) }
  },
})

const setLogged = route({
  method: 'put',
  path: `${PATH}/logging`,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Have each operation logged, or not',
  description:
    'A line of the log each, for all types or for some. It holds until `expires_at`, or without it until the daemon ' +
    'is started anew; then it is as the configuration says (`monitoring.log_operations`).',
  body: Type.Object({
    enabled: flag,
    operations: Type.Optional(
      nullable(Type.Array(name, { minItems: 1, maxItems: operationNames.length })),
    ),
    expires_at: Type.Optional(nullable(time)),
  }),
  answers: { 200: { description: 'As it is now.', schema: Type.Object(logging) } },
  async handle({ body, principal, origin, context }) {
    const { operations, db, now } = context
    const { enabled, expires_at: expires } = body
    const wanted: OperationLogging = {
      enabled,
      operations: body.operations ?? null,
      expiresAt: expires ? futureDateOf(expires, '/body/expires_at', now()) : null,
    }
    // Written down before it is done: what cannot be accounted for is not changed.
    await appendAudit(db, {
      at: now(),
      ...auditActor(principal, origin),
      action: 'operations.logging',
      subject: null,
      before: loggingJson(operations.logging()),
      after: loggingJson(wanted),
    })
    operations.setLogging(wanted)
    return { status: 200, json: loggingJson(operations.logging()) }
  },
})

const breakers = route({
  method: 'get',
  path: '/api/v1/monitoring/operations/breakers',
  guard: 'monitoring:read',
  tag: 'operations',
  summary: 'What is left alone for a while, because it failed again and again',
  description:
    'Breakers of devices, tools and channels. An `open` one is not asked, of a `half_open` one a single question is under ' +
    'way, one that is `closed` has seen failures. Those that have seen none are not listed.',
  answers: {
    200: {
      description: 'By name.',
      schema: Type.Object({
        breakers: Type.Array(
          Type.Object({ name: text, state: oneOf(['closed', 'half_open', 'open']) }),
        ),
      }),
    },
  },
  handle({ context }) {
    const found = context.breakers().map(({ name: of, state }) => ({ name: of, state }))
    return { status: 200, json: { breakers: found } }
  },
})

/** Operations: by type, the last ones, which are logged, and what is left alone. */
export const operationRoutes = [summarise, recent, logged, setLogged, breakers]

function summaryJson({ lastError, lastAt, affected, ...of }: OperationSummary) {
  return {
    operation: of.operation,
    count: of.count,
    failures: of.failures,
    success_rate: of.successRate,
    p50_seconds: of.p50Seconds,
    p95_seconds: of.p95Seconds,
    max_seconds: of.maxSeconds,
    affected_objects: affected,
    last_at: lastAt.toISOString(),
    last_error: lastError && { at: lastError.at.toISOString(), error: lastError.error },
  }
}

function cacheJson({ cache: of, hits, misses, entries, bytes }: CacheStatistics) {
  const asked = hits + misses
  return {
    ...{ cache: of, hits, misses, hit_rate: asked === 0 ? null : hits / asked },
    ...{ size: entries, memory_bytes: bytes },
  }
}

function loggingJson({ enabled, operations, expiresAt }: OperationLogging) {
  return { enabled, operations, expires_at: expiresAt?.toISOString() ?? null }
}

function operationJson({ startedAt, durationSeconds, affected, ...of }: Operation) {
  return {
    ...{ operation: of.operation, labels: of.labels, started_at: startedAt.toISOString() },
    ...{ duration_seconds: durationSeconds, status: of.status },
    ...{ affected_objects: affected, error: of.error },
  }
}
