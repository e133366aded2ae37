import t from 'tap'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { arrayDegraded } from '../../src/rules/md-arrays.ts'
import { startTestApi } from '../support/api.ts'
import {
  ALERT,
  NOTIFICATION,
  RESOLVED,
  storeSamples,
  TASK,
  UNKNOWN,
} from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const stateDir = await makeStateDirectory(t)
const api = await startTestApi(database, stateDir, { rules: [arrayDegraded] })
t.teardown(() => api.stop())
await storeSamples(database, api.clock.now)
const tokens = {
  viewer: await api.session('viewer'),
  operator: await api.session('operator'),
  admin: await api.session('admin'),
}

t.test('alerts are filtered, and wrong filters are all named', async (t) => {
  const list = async (query: string) => {
    const { body } = await api.ask('GET', `/api/v1/monitoring/alerts?${query}`, {
      token: tokens.viewer,
    })
    return (body as { alerts: { id: string }[] }).alerts.map(({ id }) => id)
  }
  t.strictSame(await list(''), [ALERT, RESOLVED])
  t.strictSame(await list('severity=critical&limit=10'), [ALERT])
  t.strictSame(await list('state=resolved'), [RESOLVED])
  t.strictSame(await list('acknowledged=true'), [])
  t.strictSame(await list('since=2026-11-20T20:00:00Z'), [ALERT])
  t.strictSame(await list('limit=1&offset=1'), [RESOLVED])

  const wrong = await api.ask(
    'GET',
    '/api/v1/monitoring/alerts?severity=bad&limit=1001&offset=-1&acknowledged=yes&since=today&x=1&limit=5&q=%00',
    { token: tokens.viewer },
  )
  t.equal(wrong.status, 400)
  t.strictSame((wrong.body as { errors: unknown[] }).errors, [
    { path: '/query/limit', message: 'is given twice' },
    { path: '/query/x', message: 'is not known' },
    { path: '/query/severity', message: 'must be one of info, warning, critical' },
    { path: '/query/acknowledged', message: 'must be boolean' },
    { path: '/query/since', message: 'must match format "date-time"' },
    { path: '/query/limit', message: 'must be <= 1000' },
    { path: '/query/offset', message: 'must be >= 0' },
  ])
  const refused = [
    'q=%00',
    'limit=1e2',
    'limit=0x10',
    'limit=',
    'cursor=nonsense',
    'since=0000-01-01T00:00:00Z',
    'since=2016-12-31T23:59:60Z',
    '__proto__=1',
  ]
  for (const query of refused) {
    const { status, body } = await api.ask('GET', `/api/v1/monitoring/alerts?${query}`, {
      token: tokens.viewer,
    })
    t.match({ status, body }, { status: 400, body: { code: 'invalid_request' } }, query)
    t.equal((body as { errors: unknown[] }).errors.length, 1, query)
  }
})

t.test('an alert tells its history and what was changed in the hour before', async (t) => {
  const { body } = await api.ask('GET', `/api/v1/monitoring/alerts/${ALERT}`, {
    token: tokens.viewer,
  })
  t.match(body, {
    id: ALERT,
    evidence: { used_percent: 96 },
    labels: { mountpoint: '/srv/backup' },
    transitions: [],
    notifications: [{ id: NOTIFICATION, channel: 'webhook', state: 'delivered' }],
    changes: [
      { at: '2026-11-20T20:30:00.000Z', actor: 'eve', action: 'token.create', subject: 'x' },
    ],
  })
  t.notMatch(JSON.stringify(body), 'secret plan', 'the audit trail itself is for admins')
})

t.test('an operator acknowledges and resolves, and the trail says so', async (t) => {
  const act = (path: string, body?: unknown) =>
    api.ask('POST', `/api/v1/monitoring/alerts/${path}`, {
      token: tokens.operator,
      ...(body === undefined ? {} : { body }),
    })
  const acknowledged = await act(`${ALERT}/acknowledge`, {
    comment: 'on it',
    expires_at: '2026-11-20T22:00:00Z',
  })
  t.match(acknowledged, {
    status: 200,
    body: {
      acknowledged: true,
      acknowledged_by: /^operator-/,
      acknowledged_at: '2026-11-20T21:00:00.000Z',
      acknowledge_comment: 'on it',
      acknowledge_expires_at: '2026-11-20T22:00:00.000Z',
      transitions: [{ from: 'firing', to: 'acknowledged', comment: 'on it' }],
    },
  })
  const again = await act(`${ALERT}/acknowledge`)
  t.match(again, { status: 200, body: { acknowledge_comment: 'on it' } }, 'idempotent')
  t.match(await act(`${RESOLVED}/acknowledge`), { status: 409, body: { code: 'alert_resolved' } })
  t.match(await act(`${ALERT}/resolve`, { comment: 'made room' }), {
    status: 200,
    body: { state: 'resolved', resolution: 'manual', resolve_comment: 'made room' },
  })
  for (const id of [UNKNOWN, 'nonsense', "' or 1=1"]) {
    const path = encodeURIComponent(id)
    t.match(await act(`${path}/resolve`), { status: 404, body: { code: 'alert_not_found' } })
  }

  const { body } = await api.ask('GET', `/api/v1/audit?subject=${ALERT}`, { token: tokens.admin })
  t.match(body, {
    total: 2,
    entries: [
      { action: 'alert.resolve', after: { state: 'resolved' } },
      {
        action: 'alert.acknowledge',
        actor: /^operator-/,
        address: '127.0.0.1',
        before: { acknowledged_by: null },
        after: { acknowledged_by: /^operator-/ },
      },
    ],
  })
})

t.test('bodies of the wrong shape, size or type are refused', async (t) => {
  const post = (body: string | Buffer, headers?: Record<string, string>) =>
    api.ask('POST', `/api/v1/monitoring/alerts/${ALERT}/acknowledge`, {
      token: tokens.operator,
      body,
      ...(headers ? { headers } : {}),
    })
  const refused: [string | Buffer, number, string, Record<string, string>?][] = [
    ['{', 400, 'malformed_request'],
    ['[]', 400, 'invalid_request'],
    ['null', 400, 'invalid_request'],
    ['"text"', 400, 'invalid_request'],
    ['{"comment": 1, "expires_at": "soon", "more": true}', 400, 'invalid_request'],
    ['{"comment": "a\\u0000b"}', 400, 'invalid_request'],
    ['{"expires_at": "2026-11-20T21:00:00Z"}', 400, 'invalid_request'],
    ['{"__proto__": {"comment": "x"}}', 400, 'invalid_request'],
    ['['.repeat(100_000), 400, 'malformed_request'],
    [`{"comment": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400, 'invalid_request'],
    [`{"comment": "${'x'.repeat(1024 * 1024)}"}`, 413, 'too_large'],
    ['a=b', 415, 'unsupported_media_type', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['{}', 415, 'unsupported_media_type', { 'Content-Type': 'text/plain' }],
    ['{}', 415, 'unsupported_media_type', { 'Content-Encoding': 'compress' }],
    ['{}', 400, 'malformed_request', { 'Content-Encoding': 'gzip' }],
    [Buffer.from('{"comment": "\xff"}', 'latin1'), 400, 'malformed_request'],
  ]
  for (const [body, status, code, headers] of refused) {
    const answer = await post(body, headers)
    t.match(
      { status: answer.status, body: answer.body },
      { status, body: { code, status } },
      body.toString('utf8').slice(0, 40),
    )
  }
  const { body } = await post('{"comment": 1, "expires_at": "soon", "more": true}')
  t.strictSame((body as { errors: unknown[] }).errors, [
    { path: '/body/more', message: 'is not known' },
    { path: '/body/comment', message: 'must be string' },
    { path: '/body/expires_at', message: 'must match format "date-time"' },
  ])
  t.strictSame(api.mistakes(), [], 'nothing of this is a mistake of the daemon')
})

t.test('a change without a database changes nothing', async (t) => {
  const before = await database.query('select * from alerts order by id')
  // Gone after the token was looked up.
  api.db.failure = new DatabaseUnavailableError('gone')
  api.db.of = /^begin|from (alerts|events|tasks|audit)/
  t.teardown(() => {
    api.db.failure = null
    api.db.of = /^/
  })
  for (const [method, path] of [
    ['POST', `/api/v1/monitoring/alerts/${ALERT}/acknowledge`],
    ['GET', '/api/v1/monitoring/stats'],
    ['GET', '/api/v1/tasks'],
  ] as const) {
    const { status, headers } = await api.ask(method, path, { token: tokens.operator })
    t.strictSame([status, headers.get('retry-after')], [503, '5'], path)
  }
  t.strictSame(await database.query('select * from alerts order by id'), before)
})

t.test('tasks, rules, numbers and counts are told', async (t) => {
  const ask = async (path: string) => (await api.ask('GET', path, { token: tokens.admin })).body
  t.match(await ask('/api/v1/tasks?state=failed'), {
    total: 1,
    tasks: [{ id: TASK, kind: 'inventory', params: { libraryId: 'XYZZY_A' }, error: 'no answer' }],
  })
  t.match(await ask(`/api/v1/tasks/${TASK}`), { id: TASK, log: [] })
  t.match(await ask('/api/v1/monitoring/rules'), {
    total: 1,
    rules: [{ name: arrayDegraded.alert, title: arrayDegraded.name, enabled: true }],
  })
  t.match(await ask('/api/v1/monitoring/metrics'), {
    timestamp: '2026-11-20T21:00:00.000Z',
    system: { load1: null },
  })
  t.match(await ask('/api/v1/monitoring/stats'), {
    success: true,
    data: { active_alerts: 0, open_incidents: 1, total_metrics: 0 },
  })
  const { total_events: total, events_last_hour: lastHour } = (
    (await ask('/api/v1/monitoring/stats')) as { data: Record<string, number> }
  ).data
  const [row] = await database.query<{ count: number }>('select count(*) as count from events')
  t.strictSame([total, lastHour], [row?.count, row?.count])
})
