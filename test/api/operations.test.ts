import t from 'tap'
import { listAudit } from '../../src/auth/audit.ts'
import { Operations } from '../../src/operations/operations.ts'
import { Clock } from '../support/clock.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const { now } = new Clock()
const operations = new Operations({
  ...{ now: () => now, elapsedSeconds: () => 0, onEnded: () => undefined, log: () => undefined },
  ...{ logged: () => false, redact: (text) => text },
})
const api = await startTestApi(database, await makeStateDirectory(t), {
  operations,
  caches: () => [
    { cache: 'mounts', hits: 9, misses: 3, entries: 20, bytes: 400 },
    { cache: 'health', hits: 0, misses: 0, entries: 0, bytes: null },
  ],
  breakers: () => [{ name: '/dev/sg3 sg_io', state: 'open' }],
})
t.teardown(() => api.stop())
const viewer = await api.session('viewer')
const operator = await api.session('operator')

const PATH = '/api/v1/monitoring/operations'
const get = async (path: string) => (await api.ask('GET', PATH + path, { token: viewer })).body

operations.note('poll_changer', {
  ...{ seconds: 2, status: 'ok', labels: { collector: 'changers' }, affected: 44 },
})
operations.note('read_log_pages', {
  ...{ seconds: 10, status: 'timeout', error: 'no answer within 10 s' },
  labels: { device: '/dev/sg3', serial: 'XYZZY_A1', page: '17' },
})

t.test('types are summed up, and caches with them', async (t) => {
  t.strictSame(await get(''), {
    since: '2026-11-20T21:00:00.000Z',
    operations: [
      {
        operation: 'poll_changer',
        count: 1,
        failures: 0,
        success_rate: 1,
        p50_seconds: 2,
        p95_seconds: 2,
        max_seconds: 2,
        affected_objects: 44,
        last_at: '2026-11-20T20:59:58.000Z',
        last_error: null,
      },
      {
        operation: 'read_log_pages',
        count: 1,
        failures: 1,
        success_rate: 0,
        p50_seconds: 10,
        p95_seconds: 10,
        max_seconds: 10,
        affected_objects: 0,
        last_at: '2026-11-20T20:59:50.000Z',
        last_error: { at: '2026-11-20T20:59:50.000Z', error: 'no answer within 10 s' },
      },
    ],
    caches: [
      { cache: 'mounts', hits: 9, misses: 3, hit_rate: 0.75, size: 20, memory_bytes: 400 },
      { cache: 'health', hits: 0, misses: 0, hit_rate: null, size: 0, memory_bytes: null },
    ],
    logging: { enabled: false, operations: null, expires_at: null },
  })
})

t.test('the last ones say what they were about', async (t) => {
  const timedOut = {
    operation: 'read_log_pages',
    labels: { device: '/dev/sg3', serial: 'XYZZY_A1', page: '17' },
    started_at: '2026-11-20T20:59:50.000Z',
    duration_seconds: 10,
    status: 'timeout',
    affected_objects: null,
    error: 'no answer within 10 s',
  }
  t.match(await get('/recent'), { operations: [timedOut, { operation: 'poll_changer' }] })
  t.strictSame(await get('/recent?limit=10&status=timeout'), { operations: [timedOut] })
  t.strictSame(await get('/recent?limit=1'), { operations: [timedOut] })
  t.strictSame(await get('/recent?operation=run_mtx'), { operations: [] })
  t.match(await get('/recent?operation=x'), {
    status: 400,
    errors: [{ path: '/query/operation', message: /must be one of poll_system, / }],
  })
  t.match(await get('/recent?limit=0'), { status: 400 })
})

t.test('who has them logged is written down', async (t) => {
  const put = (body: unknown, token = operator) =>
    api.ask('PUT', `${PATH}/logging`, { token, body })
  const wanted = {
    ...{ enabled: true, operations: ['read_log_pages'] },
    expires_at: '2026-11-20T22:00:00.000Z',
  }
  t.match(await put(wanted, viewer), { status: 403, body: { permission: 'monitoring:write' } })
  t.match(await put(wanted), { status: 200, body: wanted })
  t.strictSame(await get('/logging'), wanted)
  const { entries } = await listAudit(database, {
    ...{ action: 'operations.logging', limit: 10, offset: 0 },
  })
  t.match(entries, [
    {
      subject: null,
      before: { enabled: false, operations: null, expires_at: null },
      after: wanted,
    },
  ])
  t.match(await put({ enabled: false }), {
    status: 200,
    body: { enabled: false, operations: null, expires_at: null },
  })
})

t.test('what cannot be meant, or not be accounted for, changes nothing', async (t) => {
  const put = (body: unknown) => api.ask('PUT', `${PATH}/logging`, { token: operator, body })
  for (const body of [
    {},
    { enabled: true, operations: [] },
    { enabled: true, operations: ['everything'] },
    { enabled: true, expires_at: '2026-11-20T20:00:00Z' },
    { enabled: true, expires_at: 'tomorrow' },
  ]) {
    t.match(await put(body), { status: 400, body: { code: 'invalid_request' } })
  }
  api.db.failure = Object.assign(new Error('away'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  api.db.of = /into audit/
  t.match(await put({ enabled: true }), { status: 503 })
  api.db.failure = null
  t.match(await get('/logging'), { enabled: false })
})

t.test('what is left alone for a while is told', async (t) => {
  t.strictSame(await get('/breakers'), { breakers: [{ name: '/dev/sg3 sg_io', state: 'open' }] })
})
