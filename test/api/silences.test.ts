import t from 'tap'
import { appendEvents } from '../../src/events/store.ts'
import { startTestApi } from '../support/api.ts'
import { ALERT, RESOLVED, storeSamples, UNKNOWN } from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
await storeSamples(database, api.clock.now)
const viewer = await api.session('viewer')
const operator = await api.session('operator')
const admin = await api.session('admin')

const SILENCES = '/api/v1/monitoring/silences'
const create = (body: unknown, token = operator) => api.ask('POST', SILENCES, { token, body })
const get = async (path: string, token = viewer) => (await api.ask('GET', path, { token })).body
const alerts = async (query: string) => {
  const { alerts: listed } = (await get(`/api/v1/monitoring/alerts?${query}`)) as {
    alerts: { id: string; silenced_by: string[] }[]
  }
  return listed
}

t.test('a silence mutes at once and until it is ended, and stays as history', async (t) => {
  const made = await create({
    matchers: [
      'severity=~"critical|warning"',
      { name: 'mountpoint', value: '/srv/backup' },
      { name: 'rule', value: 'Tape.*', is_regex: true, is_equal: false },
    ],
    end: '2026-11-20T23:00:00Z',
    comment: 'new disks',
    author: 'somebody else',
  })
  const { id } = made.body as { id: string }
  const silence = {
    id,
    matchers: [
      { name: 'severity', value: 'critical|warning', is_regex: true, is_equal: true },
      { name: 'mountpoint', value: '/srv/backup', is_regex: false, is_equal: true },
      { name: 'rule', value: 'Tape.*', is_regex: true, is_equal: false },
    ],
    maintenance: false,
    start: '2026-11-20T21:00:00.000Z',
    end: '2026-11-20T23:00:00.000Z',
    schedule: null,
    comment: 'new disks',
    created_at: '2026-11-20T21:00:00.000Z',
    cancelled_at: null,
    cancelled_by: null,
    state: 'active',
    window: null,
  }
  t.match(made, { status: 201, body: { ...silence, author: /^operator-/ } })
  t.equal(made.headers.get('location'), `${SILENCES}/${id}`)
  t.strictSame(await get(`${SILENCES}/${id}`), made.body)
  t.strictSame(await get(SILENCES), { silences: [made.body], total: 1 })

  t.match(await alerts(''), [
    { id: ALERT, silenced_by: [id] },
    { id: RESOLVED, silenced_by: [] },
  ])
  t.match(await alerts('silenced=true'), [{ id: ALERT }])
  t.match(await alerts('silenced=false'), [{ id: RESOLVED }])

  const end = () => api.ask('DELETE', `${SILENCES}/${id}`, { token: operator })
  t.equal((await end()).status, 204)
  t.equal((await end()).status, 204, 'it is over already')
  t.match(await get(`${SILENCES}/${id}`), {
    state: 'expired',
    cancelled_at: '2026-11-20T21:00:00.000Z',
    cancelled_by: /^operator-/,
  })
  t.strictSame(await alerts('silenced=true'), [])

  t.match(await get(`/api/v1/audit?subject=${id}`, admin), {
    total: 2,
    entries: [
      { action: 'silence.end', before: { cancelled_at: null }, after: { comment: 'new disks' } },
      { action: 'silence.create', actor: /^operator-/, before: null, after: { end: silence.end } },
    ],
  })
})

t.test('maintenance needs no matchers, and mutes nothing that is critical', async (t) => {
  const { status, body } = await create({
    maintenance: true,
    schedule: { cron: '0 2 * * 0', duration_seconds: 7200, time_zone: 'Europe/Berlin' },
  })
  t.match(
    { status, body },
    {
      status: 201,
      body: {
        matchers: [],
        maintenance: true,
        end: null,
        schedule: { cron: '0 2 * * 0', duration_seconds: 7200, time_zone: 'Europe/Berlin' },
        state: 'pending',
        window: { start: '2026-11-22T01:00:00.000Z', end: '2026-11-22T03:00:00.000Z' },
      },
    },
  )
  t.match((await create({ maintenance: true })).body, { state: 'active' })
  t.strictSame(await alerts('silenced=true'), [])
})

t.test('every fault of a silence is named', async (t) => {
  const faultsOf = async (body: unknown) => {
    const answer = await create(body)
    t.equal(answer.status, 400)
    return (answer.body as { errors: { path: string; message: string }[] }).errors.map(
      ({ path, message }) => `${path} ${message}`,
    )
  }
  t.match(
    await faultsOf({
      matchers: ['severity', 'library=~"("'],
      start: '2026-11-21T00:00:00Z',
      end: '2026-11-20T00:00:00Z',
      schedule: { cron: '0 2 * *', duration_seconds: 60, time_zone: 'Mars/Olympus' },
    }),
    [
      /^\/body\/matchers\/0 severity: is no matcher/,
      /^\/body\/matchers\/1 the pattern of library/,
      '/body/end must be after the start',
      /^\/body\/schedule\/time_zone .*Mars\/Olympus/,
      '/body/schedule/cron must be five fields: minute, hour, day, month, weekday',
    ],
  )
  t.strictSame(await faultsOf({}), ['/body/matchers must be at least one, except for maintenance'])
  t.strictSame(
    (
      await faultsOf({
        matchers: [7, { name: '', isRegex: true }, { name: 'a', value: 1 }],
        start: 'now',
        schedule: { cron: '* * * * *', duration_seconds: 1, every: 'day' },
        more: true,
      })
    ).sort(),
    [
      '/body/matchers/0 must be string,object',
      '/body/matchers/1/isRegex is not known',
      '/body/matchers/1/name must NOT have fewer than 1 characters',
      '/body/matchers/1/value is missing',
      '/body/matchers/2/value must be string',
      '/body/more is not known',
      '/body/schedule/duration_seconds must be >= 60',
      '/body/schedule/every is not known',
      '/body/start must match format "date-time"',
    ],
  )
  t.strictSame(api.mistakes(), [])
})

t.test('what is not there is not found', async (t) => {
  for (const id of [UNKNOWN, 'nonsense']) {
    for (const method of ['GET', 'DELETE']) {
      t.match(
        await api.ask(method, `${SILENCES}/${id}`, { token: operator }),
        { status: 404, body: { code: 'silence_not_found' } },
        `${method} ${id}`,
      )
    }
  }
})

t.test('an alert tells what else changed in the hour before, in its order', async (t) => {
  const event = (at: string, type: 'tape' | 'alert', message: string, data = {}) => ({
    ...{ type, source: 'happenings', level: 'info' as const, message },
    ...{ data, at: new Date(`2026-11-20T${at}Z`) },
  })
  await database.transaction((transaction) =>
    appendEvents(transaction, [
      event('19:49:59', 'tape', 'too long ago', { event: 'cartridge_moved' }),
      event('19:50:00', 'tape', 'A00001 moved', { event: 'cartridge_moved' }),
      event('20:40:00', 'alert', 'Library does not answer, resolved', {
        ...{ event: 'resolved', id: RESOLVED, resolved_by: 'ada' },
      }),
      event('20:50:00', 'alert', 'its own', { event: 'firing', id: ALERT }),
      event('20:50:01', 'tape', 'too late', { event: 'cartridge_moved' }),
    ]),
  )
  const detail = await get(`/api/v1/monitoring/alerts/${ALERT}`)
  const { changes, changes_truncated: truncated } = detail as Record<string, unknown>
  t.strictSame(changes, [
    {
      ...{ at: '2026-11-20T19:50:00.000Z', kind: 'event', actor: null, action: 'cartridge_moved' },
      ...{ subject: null, message: 'A00001 moved', level: 'info' },
    },
    {
      ...{ at: '2026-11-20T20:30:00.000Z', kind: 'audit', actor: 'eve', action: 'token.create' },
      ...{ subject: 'x', message: 'token.create of x', level: 'info' },
    },
    {
      ...{ at: '2026-11-20T20:40:00.000Z', kind: 'alert', actor: 'ada', action: 'resolved' },
      ...{ subject: RESOLVED, message: 'Library does not answer, resolved', level: 'info' },
    },
  ])
  t.equal(truncated, false)

  const many = Array.from({ length: 120 }, (_, index) =>
    event(`20:45:${String(index % 60).padStart(2, '0')}`, 'tape', 'moved'),
  )
  await database.transaction((transaction) => appendEvents(transaction, many))
  const busy = (await get(`/api/v1/monitoring/alerts/${ALERT}`)) as { changes: { at: string }[] }
  t.match(busy, { changes_truncated: true })
  t.strictSame(
    [busy.changes.length, busy.changes[0]?.at, busy.changes.at(-1)?.at],
    [100, '2026-11-20T20:45:10.000Z', '2026-11-20T20:45:59.000Z'],
    'the last ones',
  )
})
