import type { TObject, TSchema } from 'typebox'
import { SESSION_COOKIE } from './credentials.ts'
import { problems, type ProblemCode } from './problem.ts'
import type { AnswerShape, Route } from './route.ts'

/** An OpenAPI 3.1 document, as far as it is made here. */
export interface OpenApi {
  openapi: string
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
}

/** A call as the document describes it. */
export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: unknown }> }
  responses: Record<string, unknown>
  'x-permission'?: string
}

/** A parameter as the document describes it. */
export interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  schema: unknown
}

/** Describes routes with the schemas that validate them. */
export function openApiOf(routes: readonly Route[], version: string): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'storwarden',
      version,
      description:
        'Names are snake_case, times RFC 3339 in UTC, sizes bytes, durations seconds; what is not known is null.',
    },
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
      },
    },
  }
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'errors', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problems) },
    request_id: {
      type: 'string',
      description: 'The request, as X-Request-Id, the log and the audit trail name it.',
    },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string' },
          message: { type: 'string' },
          at: {
            type: 'object',
            description: 'Where in a text, such as a query: line and column from 1, UTF-16.',
            required: ['line', 'column', 'offset', 'length'],
            properties: Object.fromEntries(
              ['line', 'column', 'offset', 'length'].map((name) => [name, { type: 'integer' }]),
            ),
          },
        },
      },
    },
  },
}

function operationOf(route: Route): Operation {
  const { method, path, guard, tag, summary, description, params, query, body, several, answers } =
    route
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')]
  return {
    operationId: operationIdOf(method, path),
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: guard === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(guard === 'public' || guard === 'authenticated' ? {} : { 'x-permission': guard }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: bodyOf(body, several) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, shape]) => [status, answerOf(shape)]),
      ),
      ...problemAnswers(problemsOf(route)),
    },
  }
}

/** `get /api/v1/monitoring/alerts/:id` → `get_monitoring_alerts_id`. */
function operationIdOf(method: string, path: string): string {
  const words = path.replace(/^\/api\/v1/, '').match(/[a-z0-9]+/gi) ?? ['root']
  const version = path.startsWith('/api/v1') ? [] : ['root']
  return [method, ...version, ...words].join('_')
}

function parametersOf(schema: TObject | undefined, place: 'path' | 'query'): Parameter[] {
  if (!schema) return []
  const required = (schema as { required?: string[] }).required ?? []
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function bodyOf(body: TObject, several?: number) {
  const required = ((body as { required?: string[] }).required ?? []).length > 0
  const one: TSchema = { ...body, additionalProperties: false }
  const list = { type: 'array', items: one, minItems: 1, maxItems: several }
  const schema = several === undefined ? one : { oneOf: [one, list] }
  return { required, content: { 'application/json': { schema } } }
}

function answerOf({ description, schema, contentType }: AnswerShape) {
  if (schema) return { description, content: { 'application/json': { schema } } }
  if (contentType === undefined) return { description }
  return { description, content: { [contentType]: { schema: { type: 'string' } } } }
}

/** The problems a route can answer with: its own, and those of its guard, its shapes and its stores. */
export function problemsOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(route.problems)
  if (route.params ?? route.query ?? route.body) codes.add('invalid_request')
  if (route.body) {
    codes.add('malformed_request').add('too_large').add('unsupported_media_type')
  }
  if (route.guard !== 'public') {
    codes.add('unauthenticated').add('too_many_failures').add('database_unavailable')
    if (route.method !== 'get') codes.add('cross_site_request')
    if (route.guard !== 'authenticated') codes.add('permission_missing')
    if (route.beforePasswordChange !== true) codes.add('password_change_required')
  }
  if (codes.has('bad_credentials')) codes.add('database_unavailable')
  return [...codes.add('internal')]
}

function problemAnswers(codes: readonly ProblemCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const { status } = problems[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  }
  return Object.fromEntries(
    [...byStatus].map(([status, these]) => [
      String(status),
      { description: these.map((code) => `${code}: ${problems[code].title}.`).join(' '), content },
    ]),
  )
}
