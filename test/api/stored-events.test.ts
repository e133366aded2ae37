import t from 'tap'
import { appendEvents } from '../../src/events/store.ts'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { UNKNOWN } from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('viewer')
const PATH = '/api/v1/monitoring/events'
const NOW = api.clock.now.toISOString()

const post = (body: unknown) => api.ask('POST', PATH, { token, body })
const get = async (search = '') => (await api.ask('GET', PATH + search, { token })).body
const stored = async () =>
  (await database.query<{ count: number }>('select count(*) as count from events'))[0]?.count

interface Page {
  events: Record<string, unknown>[]
  next_cursor: string | null
}
const messages = async (search: string) =>
  ((await get(search)) as Page).events.map(({ message }) => message)

async function faultsOf(body: unknown): Promise<string[]> {
  const answer = await post(body)
  t.match(answer, { status: 400, body: { code: 'invalid_request' } })
  const { errors } = answer.body as { errors: { path: string; message: string }[] }
  return errors.map(({ path, message }) => `${path} ${message}`)
}

const given = {
  ...{ event_type: 'log', source: 'backup', level: 'warning' },
  message: 'job 7\nended late',
  tags: { request_id: 'r-1' },
  payload: { camelCase: [1, null, { x: 'y' }] },
  timestamp: '2026-11-20T20:59:58.5+00:00',
}

t.beforeEach(async () => {
  await database.query('truncate events')
})

t.test('an event that is handed in comes back as it was, with who handed it in', async (t) => {
  const answer = await post(given)
  const { id, ids } = answer.body as { id: string; ids: string[] }
  t.equal(id, ids[0])
  t.equal(answer.status, 201)
  const [user] = await database.query<{ username: string }>('select username from users')
  const { events, ...rest } = (await get()) as Page
  t.strictSame(rest, { total: 1, more_than_total: false, next_cursor: null })
  const { created_at: createdAt, ...event } = events[0] ?? {}
  t.type(createdAt, 'string')
  t.strictSame(event, {
    ...{ id: ids[0], seq: null, type: null, appliance: null },
    ...given,
    timestamp: '2026-11-20T20:59:58.500Z',
    created_by: user?.username,
  })
  t.strictSame(await get(`/${id}`), events[0], 'and is found by its id alone')
  const gone = { status: 404, body: { code: 'event_not_found' } }
  for (const none of [UNKNOWN, '7']) {
    t.match(await api.ask('GET', `${PATH}/${none}`, { token }), gone)
  }
  const [audit] = await database.query('select count(*) as count from audit')
  t.strictSame(audit, { count: 0 })
})

t.test('several are kept in their order, and what is left out has a meaning', async (t) => {
  const few = { event_type: 'metric', source: 'a', message: 'm' }
  const { body } = await post([few, given, few])
  const { events } = (await get()) as Page
  t.strictSame(
    (body as { ids: string[] }).ids.map((id) => events.find((one) => one.id === id)?.source),
    ['a', 'backup', 'a'],
  )
  t.match(
    events.find(({ source }) => source === 'a'),
    { level: 'info', tags: {}, payload: {}, timestamp: NOW },
  )
  t.equal(((await post(Array(1000).fill(few))).body as { ids: string[] }).ids.length, 1000)
})

t.test('every fault is named by its place, and nothing is kept', async (t) => {
  t.strictSame(await faultsOf({ ...given, event_type: 'audit' }), [
    '/body/event_type must be one of log, metric, trace, alert',
  ])
  t.strictSame(
    (
      await faultsOf([
        given,
        { ...given, event_type: 'logs', level: 'warn', more: 1 },
        { event_type: 'log', source: 'a\nb', message: '', tags: { a: 'x\u001b', '': 'y' } },
        { ...given, timestamp: '2001-01-01T00:00:00Z', payload: { x: 'y'.repeat(16_384) } },
        { ...given, timestamp: '2026-11-20T22:00:00.001Z', tags: { a: 1 } },
        7,
      ])
    ).sort(),
    [
      '/body/1/event_type must be one of log, metric, trace, alert',
      '/body/1/level must be one of debug, info, warning, error, critical',
      '/body/1/more is not known',
      '/body/2/message must NOT have fewer than 1 characters',
      '/body/2/source must not contain control characters',
      '/body/2/tags/ must have a name of 1 to 64 characters, none of control',
      '/body/2/tags/a must not contain control characters',
      '/body/3/payload must not be longer than 16384 characters of JSON',
      '/body/3/timestamp must be from 2026-10-21T21:00:00.000Z to 2026-11-20T22:00:00.000Z',
      '/body/4/tags/a must be string',
      '/body/4/timestamp must be from 2026-10-21T21:00:00.000Z to 2026-11-20T22:00:00.000Z',
      '/body/5 must be object',
    ],
  )
  t.strictSame(await faultsOf([]), ['/body must be 1 to 1000, not 0'])
  t.strictSame(await faultsOf(Array(1001).fill(given)), ['/body must be 1 to 1000, not 1001'])
  t.equal(await stored(), 0)
})

t.test('what no database can hold is refused, and what none should is as well', async (t) => {
  const nested = `{"event_type":"log","source":"a","message":"m","payload":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`
  t.strictSame(await faultsOf(nested), ['/body must not be nested deeper than 64'])
  t.strictSame(await faultsOf({ ...given, payload: { 'a\0': 1 } }), [
    '/body/payload has a name that cannot be stored',
  ])
  t.strictSame(await faultsOf({ ...given, payload: { a: ['\0'] } }), [
    '/body/payload/a/0 must not contain U+0000',
  ])
  t.strictSame(await faultsOf({ ...given, timestamp: '2016-12-31T23:59:60Z' }), [
    '/body/timestamp must be from 2026-10-21T21:00:00.000Z to 2026-11-20T22:00:00.000Z',
  ])
  t.match(await post([{ ...given, message: 'x'.repeat(1024 * 1024) }]), { status: 413 })
  t.equal((await post({ ...given, message: 'half \ud800', payload: { x: '\udc00' } })).status, 201)
  t.strictSame(await messages(''), ['half \ufffd'])
  t.strictSame(api.mistakes(), [])
})

t.test('all are kept or none', async (t) => {
  api.db.failure = new DatabaseUnavailableError('gone')
  api.db.of = /^begin/
  t.match(await post([given, given]), { status: 503 })
  api.db.failure = null
  t.equal(await stored(), 0)
})

t.test('they are found by what they are, when they were, and what is in them', async (t) => {
  const at = (minute: number) => `2026-11-20T20:${minute}:00.000Z`
  await post([
    { ...given, message: 'Drive needs cleaning', timestamp: at(10) },
    { ...given, event_type: 'trace', message: 'second', timestamp: at(11), tags: { a: '1' } },
    { ...given, source: 'scan', message: 'third', timestamp: at(12), tags: { a: '1', b: '2=3' } },
    { ...given, level: 'critical', message: 'fourth', timestamp: at(13), tags: {} },
  ])
  await database.transaction((transaction) =>
    appendEvents(transaction, [
      {
        ...{ type: 'tape', source: 'collectors/changers', level: 'info', message: 'moved' },
        ...{ data: { event: 'cartridge_moved' }, at: new Date(at(14)) },
      },
    ]),
  )
  t.match(await get('?limit=1'), {
    events: [{ type: 'tape', seq: 1, created_by: null, payload: { event: 'cartridge_moved' } }],
    total: 5,
  })
  t.strictSame(await messages('?event_type=trace'), ['second'])
  t.strictSame(await messages('?source=scan'), ['third'])
  t.strictSame(await messages('?level=critical'), ['fourth'])
  t.strictSame(await messages('?q=CLEAN+drive'), ['Drive needs cleaning'])
  t.strictSame(await messages('?tags=a%3D1'), ['third', 'second'])
  t.strictSame(await messages('?tags=a%3D1,b%3D2%3D3'), ['third'])
  t.strictSame(await messages(`?start_time=${at(11)}&end_time=${at(12)}`), ['third', 'second'])
  t.strictSame(await messages('?offset=3&limit=1'), ['second'])
  const first = (await get('?limit=2')) as Page
  t.strictSame(await messages(`?limit=2&cursor=${String(first.next_cursor)}`), ['third', 'second'])
})

t.test('a question that has no answer is told why', async (t) => {
  const refused: [string, string][] = [
    ['?event_type=nonsense', '/query/event_type must be one of log, metric, trace, alert'],
    ['?q=%21%21', '/query/q must have a letter or a digit'],
    ['?tags=a', '/query/tags must be name=value, several separated by commas'],
    ['?start_time=yesterday', '/query/start_time must match format "date-time"'],
    ['?cursor=x', 'cursor x: is none that was handed out'],
    ['?limit=1001', '/query/limit must be <= 1000'],
  ]
  for (const [search, detail] of refused) {
    t.match(await api.ask('GET', PATH + search, { token }), { status: 400, body: { detail } })
  }
})

t.test('events are counted without being read', async (t) => {
  await post([given, { ...given, timestamp: '2026-11-18T12:00:00Z' }])
  const operator = await api.session('operator')
  t.match((await api.ask('GET', '/api/v1/monitoring/stats', { token: operator })).body, {
    data: { total_events: 2, events_last_hour: 1 },
  })
})
