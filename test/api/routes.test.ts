import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { mkdir, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { openApiOf, problemsOf } from '../../src/api/openapi.ts'
import { problems } from '../../src/api/problem.ts'
import { routes } from '../../src/api/routes/index.ts'
import { may, roles } from '../../src/auth/permissions.ts'
import { arrayDegraded } from '../../src/rules/md-arrays.ts'
import {
  ALERT,
  INCIDENT,
  NOTIFICATION,
  storeSamples,
  TASK,
  UNKNOWN,
} from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const stateDir = await makeStateDirectory(t)
const staticDir = join(stateDir, 'web')
await mkdir(join(staticDir, 'assets'), { recursive: true })
await writeFile(join(staticDir, 'index.html'), '<!doctype html><title>storwarden</title>')
await writeFile(join(staticDir, 'assets', 'app.js'), 'export {}')
const api = await startTestApi(database, stateDir, {
  staticDir,
  rules: [arrayDegraded],
})
t.teardown(() => api.stop())

await storeSamples(database, api.clock.now)
const tokens = {
  viewer: await api.session('viewer'),
  operator: await api.session('operator'),
  admin: await api.session('admin'),
}

const document = openApiOf(routes, '1.2.3')
const pathOf = (path: string) => path.replace(':id', UNKNOWN).replace(':rule', 'ArrayDegraded')

t.test('every route asks every role for its permission', async (t) => {
  for (const { method, path, guard } of routes) {
    if (guard === 'public' || path === '/api/v1/auth/logout') continue
    const ask = (token?: string) =>
      api.ask(method.toUpperCase(), pathOf(path), token ? { token } : {})
    t.match(await ask(), { status: 401, body: { code: 'unauthenticated' } }, `${method} ${path}`)
    for (const role of roles) {
      const { status, body } = await ask(tokens[role])
      const allowed = guard === 'authenticated' || may(role, guard)
      const told = `${method} ${path} as ${role}: ${status}`
      if (allowed) t.notOk([401, 403].includes(status) || status === 500, told)
      else t.match({ status, body }, { status: 403, body: { permission: guard } }, told)
    }
  }
})

t.test('every route without a guard answers without a token', async (t) => {
  for (const { path, method, guard } of routes) {
    if (guard !== 'public' || method !== 'get') continue
    // No identity provider is set up.
    const status = path.includes('/oidc/') ? 404 : 200
    t.equal((await api.ask('GET', pathOf(path))).status, status, path)
  }
})

/** What there is, by what its path has in it. */
const samples = [
  ['incidents', INCIDENT],
  ['alerts', ALERT],
  ['tasks', TASK],
  ['notifications', NOTIFICATION],
] as const

t.test('every answer has the shape that the document promises', async (t) => {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  addFormats.default(ajv)
  ajv.addSchema(document.components.schemas?.Problem ?? {}, 'problem')
  for (const { method, path, guard, answers } of routes) {
    if (method !== 'get') continue
    const [, id = UNKNOWN] = samples.find(([part]) => path.includes(part)) ?? []
    const token = guard === 'public' ? {} : { token: tokens.admin }
    const { status, body } = await api.ask('GET', pathOf(path.replace(':id', id)), token)
    const schema = answers[status]?.schema
    if (answers[status] === undefined) {
      t.ok(ajv.validate('problem', body), `${path}: ${ajv.errorsText()}`)
      t.ok(
        problemsOf(routes.find((one) => one.path === path) ?? fail()).includes(
          (body as { code: keyof typeof problems }).code,
        ),
        `${path} is not documented to answer ${JSON.stringify(body)}`,
      )
    } else if (schema) t.ok(ajv.validate(strict(schema), body), `${path}: ${ajv.errorsText()}`)
  }
})

function fail(): never {
  throw new Error('no such route')
}

/** The schema with every object closed, so that what is not documented is found. */
function strict(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (_key, part: unknown) =>
    typeof part === 'object' &&
    part !== null &&
    'properties' in part &&
    !('additionalProperties' in part)
      ? { ...part, additionalProperties: false }
      : part,
  ) as object
}

t.test('the OpenAPI document describes every route once, with schemas that compile', async (t) => {
  const served = (await api.ask('GET', '/api/v1/openapi.json')).body
  t.strictSame(served, JSON.parse(JSON.stringify(openApiOf(routes, '0.0.0-test'))))
  t.equal(document.openapi, '3.1.0')
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  t.strictSame(
    operations.map(({ path, method }) => `${method} ${path}`).sort(),
    routes.map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort(),
  )
  t.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, routes.length)
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  for (const { path, operation } of operations) {
    const { parameters = [], requestBody, responses } = operation
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    t.strictSame(
      parameters.filter((one) => one.in === 'path').map(({ name }) => name),
      named,
      path,
    )
    const schemas = JSON.stringify([parameters, requestBody ?? null, responses])
    for (const [, reference = ''] of schemas.matchAll(/"\$ref":"([^"]+)"/g)) {
      t.equal(reference, '#/components/schemas/Problem')
    }
    for (const { schema } of parameters) ajv.compile(schema as object)
    const body = requestBody?.content['application/json']
    if (body) ajv.compile(body.schema as object)
    for (const answer of Object.values(responses) as { description?: string }[]) {
      t.type(answer.description, 'string')
    }
  }
})

t.test('the documentation page names every path, and holds no script', async (t) => {
  const { body, headers } = await api.ask('GET', '/api/docs')
  const page = body as string
  for (const path of Object.keys(document.paths)) t.ok(page.includes(path), path)
  for (const code of Object.keys(problems)) t.ok(page.includes(`id="${code}"`), code)
  t.notMatch(page, /<script|style="/)
  t.match(headers.get('content-security-policy'), "default-src 'self'")
  t.notMatch(headers.get('content-security-policy'), 'unsafe')
})

t.test('unknown paths and methods are told as problems', async (t) => {
  const unknown = await api.ask('GET', '/api/v1/nothing')
  t.match(unknown, { status: 404, body: { code: 'not_found' } })
  const method = await api.ask('PATCH', '/api/v1/monitoring/alerts')
  t.match(method, { status: 405, body: { code: 'method_not_allowed' } })
  t.equal(method.headers.get('allow'), 'GET, HEAD, POST, OPTIONS')
  const options = await api.ask('OPTIONS', '/api/v1/auth/tokens/x')
  t.strictSame([options.status, options.headers.get('allow')], [204, 'DELETE, OPTIONS'])
  t.equal((await api.ask('HEAD', '/health/live')).status, 200)
  const encoding = await api.ask('GET', '/api/v1/tasks/%E0%A4%A', { token: tokens.viewer })
  t.match(encoding, { status: 400, body: { code: 'malformed_request' } })
  t.match(await api.ask('GET', '/api/v1/monitoring/metrics?name=x', { token: tokens.viewer }), {
    status: 404,
    body: { code: 'metric_not_found' },
  })
  t.match(await api.ask('GET', `/api/v1/tasks/${UNKNOWN}`, { token: tokens.viewer }), {
    status: 404,
    body: { code: 'task_not_found' },
  })
})

t.test('the web page is served with ETags, and nothing beside it', async (t) => {
  const page = await api.ask('GET', '/')
  t.match(page.body, '<title>storwarden</title>')
  t.match(page.headers.get('content-security-policy'), "default-src 'self'")
  // fetch adds "no-cache" to a request with If-None-Match, which asks for the whole page again.
  const headers = { 'If-None-Match': page.headers.get('etag') ?? '' }
  const [cached] = (await once(get(api.url, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ]
  cached.resume()
  t.equal(cached.statusCode, 304)
  t.match((await api.ask('GET', '/assets/app.js')).headers.get('content-type'), 'javascript')
  for (const path of [
    '/..%2finitial-admin-password',
    '/assets/%2e%2e/%2e%2e/x',
    '/assets',
    '/.env',
  ]) {
    t.equal((await api.ask('GET', path)).status, 404, path)
  }
})

t.test('requests are counted by the pattern of their path', (t) => {
  const known = new Set([...routes.map(({ path }) => path), 'unmatched'])
  const counted = new Set(api.told.requests.map((request) => request.split(' ')[1] ?? ''))
  t.ok(counted.has('/api/v1/monitoring/alerts/:id/acknowledge'))
  for (const route of counted) t.ok(known.has(route), route)
  t.end()
})
