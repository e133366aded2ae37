import t from 'tap'
import { createHttpApp } from '../../src/api/http-app.ts'
import { routes } from '../../src/api/routes/index.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())

interface Layer {
  route?: { path: string; methods: Record<string, boolean> }
}

/** What the server has handlers for, as `get /path/{id}`: asked of the server itself, not of our list. */
function answered(): string[] {
  const app = createHttpApp(api.context, routes) as unknown as { router: { stack: Layer[] } }
  return app.router.stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {})
    // One of every method says which the path knows, and nothing else.
    if (methods.length > 1) return []
    return methods.map((method) => `${method} ${(route?.path ?? '').replaceAll(/:(\w+)/g, '{$1}')}`)
  })
}

async function documented(): Promise<string[]> {
  const { body } = await api.ask('GET', '/api/v1/openapi.json')
  const { paths } = body as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
}

t.test('API9: what is answered is in the document, and what is in it is answered', async (t) => {
  const handled = answered().sort()
  const told = (await documented()).sort()
  t.ok(handled.length > 100, `${handled.length} calls`)
  t.strictSame(
    handled.filter((call) => !told.includes(call)),
    [],
    'answered and not in it',
  )
  t.strictSame(
    told.filter((call) => !handled.includes(call)),
    [],
    'in it and not answered',
  )
  t.equal(new Set(handled).size, handled.length, 'each once')
})

t.test('API9: every call of the document is there when it is asked for', async (t) => {
  const token = await api.session('admin')
  for (const call of await documented()) {
    const [method = '', path = ''] = call.split(' ')
    if (path.endsWith('/logout')) continue
    const at = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000001')
    const { status, body } = await api.ask(method.toUpperCase(), at, { token })
    const { code = '' } = (body ?? {}) as { code?: string }
    t.notOk(status === 405 || code === 'not_found', `${call}: ${status} ${code}`)
  }
})

t.test(
  'API9: of one version there is one, and nothing is left over from development',
  async (t) => {
    const token = await api.session('admin')
    const paths = [
      ...['/api', '/api/v0/auth/me', '/api/v2/auth/me', '/api/v1.0/auth/me', '/api/beta/auth/me'],
      ...['/v1/auth/me', '/api/auth/me', '/api/internal', '/api/v1/internal', '/api/v1/debug'],
      ...[
        '/api/v1/admin',
        '/admin',
        '/console',
        '/debug',
        '/debug/pprof',
        '/debug/vars',
        '/status',
      ],
      ...['/server-status', '/actuator', '/actuator/env', '/actuator/heapdump', '/env', '/config'],
      ...['/graphql', '/graphiql', '/swagger', '/swagger.json', '/swagger-ui', '/v2/api-docs'],
      ...['/openapi.json', '/api-docs', '/phpinfo.php', '/.env', '/.git/HEAD', '/package.json'],
      ...['/node_modules/express/package.json', '/src/main.ts', '/dist/src/main.js', '/backup.tar'],
      ...[
        '/config.yaml',
        '/api/v1/configuration',
        '/test',
        '/trace',
        '/healthz',
        '/-/reload',
        '/-/quit',
      ],
    ]
    for (const path of paths) {
      for (const headers of [{}, { authorization: `Bearer ${token}` }]) {
        const { status } = await api.ask('GET', path, { headers })
        t.equal(status, 404, path)
      }
      t.equal((await api.ask('POST', path, { token })).status, 404, `POST ${path}`)
    }
  },
)

t.test('API9: what needs no token is a list that is known', (t) => {
  t.strictSame(
    routes
      .filter(({ guard }) => guard === 'public')
      .map(({ method, path }) => `${method} ${path}`)
      .sort(),
    [
      'get /api/docs',
      'get /api/docs/style.css',
      'get /api/v1/auth/oidc',
      'get /api/v1/auth/oidc/callback',
      'get /api/v1/auth/oidc/start',
      'get /api/v1/health',
      'get /api/v1/openapi.json',
      'get /health',
      'get /health/detailed',
      'get /health/live',
      'get /health/metrics',
      'get /health/metrics/json',
      'get /health/ready',
      'get /health/status',
      'get /metrics',
      'get /runbooks',
      'get /runbooks/:rule',
      'post /api/v1/auth/login',
    ],
  )
  t.end()
})
