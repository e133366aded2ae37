import t from 'tap'
import { shownNumbers } from '../../src/api/fleet/numbers.ts'
import { appendEvents } from '../../src/events/store.ts'
import { applianceOf, copyAlert, storeAppliance, ToldFleet } from '../support/told-fleet.ts'
import { ALERT, RESOLVED, storeSamples } from '../support/api-samples.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { absent, read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 20, minute))
const service = (unit: string) => ({
  ...{ id: unit, unit, load: 'loaded', active: 'active', sub: 'running' },
  ...{ description: unit, expected: null },
})
const collector = { state: 'read', age_seconds: 5, duration_seconds: 0.1, error: null }
const silent = {
  state: 'silent' as const,
  silentSince: at(50),
  lastHeardAt: at(48),
  about: null,
}
const both = {
  ...{ state: 'read' as const, problems: [], coverage: 'all' as const, durationSeconds: 0.1 },
  ...{ value: [service('scst.service'), service('ssh.service')], takenAt: at(10) },
}
const fleet = new ToldFleet()
  .add(
    applianceOf('tape-01'),
    { services: both, scst: absent() },
    {
      timestamp: '2026-11-20T20:59:50.000Z',
      system: { load1: 0.5 },
      collectors: { services: collector },
    },
  )
  .add(
    applianceOf('tape-02', silent),
    { services: read([service('scst.service')]), scst: absent() },
    { system: { load1: 7 }, collectors: { services: collector } },
  )
  .add(applianceOf('tape-03'))

const api = await startTestApi(database, await makeStateDirectory(t), { fleet })
t.teardown(() => api.stop())
api.show(snapshotOf({ services: read([service('scst.service'), service('own.service')]) }))
await storeSamples(database, api.clock.now)
const OF_TAPE_01 = '77777777-7777-4777-8777-777777777777'
for (const name of ['tape-01', 'tape-02']) await storeAppliance(database, name, at(0))
await copyAlert(database, { from: ALERT, to: OF_TAPE_01, appliance: 'tape-01' })
const token = await api.session('admin')
const get = (path: string) => api.ask('GET', `/api/v1${path}`, { token })
const body = async <T>(path: string) => (await get(path)).body as T

/** Events as they would be stored of an appliance. */
async function store(appliance: string, data: Record<string, unknown>, minute: number) {
  const event = { type: 'alert' as const, source: 'alerts', level: 'info' as const, message: 'm' }
  const [stored] = await database.transaction((transaction) =>
    appendEvents(transaction, [{ ...event, data, at: at(minute) }]),
  )
  await database.query('update events set appliance = $1, appliance_seq = $2 where seq = $2', [
    appliance,
    stored?.seq,
  ])
  return stored?.seq
}

t.test('alerts are listed of all, of one appliance, and of the daemon itself', async (t) => {
  const list = async (query: string) => {
    const { alerts } = await body<{ alerts: { id: string; appliance: string | null }[] }>(
      `/monitoring/alerts?${query}`,
    )
    return alerts.map(({ id, appliance }) => [id, appliance])
  }
  t.strictSame(await list(''), [
    [OF_TAPE_01, 'tape-01'],
    [ALERT, null],
    [RESOLVED, null],
  ])
  t.strictSame(await list('appliance=tape-01'), [[OF_TAPE_01, 'tape-01']])
  t.strictSame(await list('appliance=tape-02'), [])
  t.strictSame(await list('appliance=_own&state=firing'), [[ALERT, null]])
  t.match(await get('/monitoring/alerts?appliance=a,b'), { status: 400 })
})

t.test('of an alert of an appliance what it told of it is known, and no more', async (t) => {
  await store('tape-01', { event: 'firing', id: OF_TAPE_01 }, 51)
  await store('tape-02', { event: 'firing', id: OF_TAPE_01 }, 52)
  const by = { acknowledged_by: 'ann', acknowledge_comment: 'on my way' }
  await store('tape-01', { event: 'acknowledged', id: OF_TAPE_01, ...by }, 53)
  await store('tape-01', { event: 'drive_loaded' }, 40)
  const { appliance, transitions, notifications, changes } = await body<Record<string, unknown>>(
    `/monitoring/alerts/${OF_TAPE_01}`,
  )
  t.strictSame(
    { appliance, transitions, notifications },
    {
      appliance: 'tape-01',
      transitions: [
        {
          at: '2026-11-20T20:51:00.000Z',
          ...{ from: null, to: 'firing', by: null, comment: null },
        },
        {
          at: '2026-11-20T20:53:00.000Z',
          ...{ from: 'firing', to: 'acknowledged', by: 'ann', comment: 'on my way' },
        },
      ],
      notifications: null,
    },
  )
  t.strictSame(
    (changes as { action: string }[]).map(({ action }) => action),
    ['drive_loaded'],
    'what changed there',
  )
  const own = await body<{ changes: { action: string }[] }>(`/monitoring/alerts/${ALERT}`)
  t.notOk(
    own.changes.some(({ action }) => action === 'drive_loaded'),
    'and not here',
  )
})

t.test('what an appliance alone knows or can change is refused, and says where', async (t) => {
  for (const action of ['acknowledge', 'resolve']) {
    const path = `/api/v1/monitoring/alerts/${OF_TAPE_01}/${action}`
    t.match(await api.ask('POST', path, { token, body: {} }), {
      status: 409,
      body: {
        code: 'appliance_alert',
        detail: `alert ${OF_TAPE_01} is of appliance tape-01, which alone can change it; there: https://tape-01.example:8443`,
        appliance: 'tape-01',
        url: 'https://tape-01.example:8443',
      },
    })
  }
  t.match(await get('/tasks?appliance=tape-01'), {
    status: 409,
    body: {
      code: 'appliance_only',
      detail: 'tasks of tape-01 are known there alone; there: https://tape-01.example:8443',
      url: 'https://tape-01.example:8443',
    },
  })
  t.match(await get('/tasks?appliance=nobody'), { body: { code: 'appliance_not_found' } })
  t.match(await get('/tasks?appliance=_own'), { status: 200, body: { tasks: [] } })
  const path = `/api/v1/monitoring/alerts/${ALERT}/acknowledge`
  t.match(await api.ask('POST', path, { token, body: {} }), { status: 200 })
})

t.test('events are listed of all, of one appliance, and of the daemon itself', async (t) => {
  const list = async (query: string) => {
    const { events, total } = await body<{
      events: { appliance: string | null }[]
      total: number
    }>(`/monitoring/events?${query}`)
    t.equal(events.length, total, query)
    return [...new Set(events.map(({ appliance }) => appliance))].sort()
  }
  t.strictSame(await list(''), [null, 'tape-01', 'tape-02'].sort())
  t.strictSame(await list('appliance=tape-01'), ['tape-01'])
  t.strictSame(await list('appliance=_own'), [null])
  t.strictSame(await list('appliance=gone'), [])
})

t.test(
  'numbers of an appliance are as old as they are, and unknown when it is silent',
  async (t) => {
    t.strictSame(await body('/monitoring/metrics?appliance=tape-01'), {
      system: { load1: 0.5 },
      timestamp: '2026-11-20T20:59:50.000Z',
      collectors: { services: { ...collector, age_seconds: 15 } },
      ...{
        appliance: 'tape-01',
        taken_at: '2026-11-20T20:59:50.000Z',
        age_seconds: 10,
        error: null,
      },
    })
    const odd = { at: at(59), numbers: { collectors: { services: null, scst: 'well' } } }
    t.match(
      shownNumbers(applianceOf('odd'), odd, { like: {}, now: at(59), silence: null }),
      { collectors: {}, age_seconds: 0, error: null },
      'of another version, which says it otherwise',
    )
    const error = 'appliance tape-02 is silent since 2026-11-20T20:50:00.000Z'
    t.strictSame(await body('/monitoring/metrics?appliance=tape-02'), {
      system: { load1: null },
      timestamp: '2026-11-20T20:48:00.000Z',
      collectors: { services: { ...collector, age_seconds: 725, state: 'failed', error } },
      ...{ appliance: 'tape-02', taken_at: '2026-11-20T20:48:00.000Z', age_seconds: 720, error },
    })
    t.match(await body('/monitoring/metrics?appliance=tape-03'), {
      system: { load1: null },
      ...{ taken_at: null, age_seconds: null, error: 'appliance tape-03 has not told its numbers' },
    })
    t.match(await body('/monitoring/metrics?appliance=_own'), { tape: { total_drives: null } })
    t.match(await get('/monitoring/metrics?appliance=tape-09'), {
      status: 404,
      body: { code: 'appliance_not_found' },
    })
    t.match(await get('/monitoring/metrics?name=system_load1&appliance=tape-09'), { status: 404 })
  },
)

t.test('stored series of an appliance have it as a label', async (t) => {
  const time = api.clock.now.getTime() - 60_000
  const [series] = await database.query<{ id: number }>(
    `insert into metric_series (name, labels, type, appliance)
     values ('system_load1', '{"appliance":"tape-01"}', 'gauge', 'tape-01') returning id`,
  )
  await database.query(
    'insert into metric_samples (series_id, at_ms, value) values ($1, $2, 0.5)',
    [series?.id, time],
  )
  const list = async (query: string) =>
    (await body<{ series: unknown[] }>(`/monitoring/metrics?name=system_load1&${query}`)).series
  const points = [[new Date(time).toISOString(), 0.5]]
  t.strictSame(await list('appliance=tape-01'), [{ labels: { appliance: 'tape-01' }, points }])
  t.strictSame(await list(''), [], 'the daemon has none of its own')
  await database.query(
    `with own as (insert into metric_series (name, labels, type) values ('system_load1', '{}', 'gauge') returning id)
     insert into metric_samples (series_id, at_ms, value) select id, $1, 7 from own`,
    [time],
  )
  t.strictSame(await list('appliance=*'), [
    { labels: { appliance: 'tape-01' }, points },
    { labels: {}, points: [[new Date(time).toISOString(), 7]] },
  ])
  t.match(await get('/monitoring/metrics?appliance=*'), {
    status: 400,
    body: { errors: [{ path: '/query/appliance', message: '* is for stored series' }] },
  })
})

t.test('hardware is listed wherever it is, with how it stands with each', async (t) => {
  const list = async (path: string) => {
    const { items, ...rest } = await body<{ items: Record<string, unknown>[] }>(`/hardware/${path}`)
    return { items: items.map(({ id, appliance }) => [appliance, id]), ...rest }
  }
  const all = await list('services')
  t.match(all, {
    items: [
      [null, 'scst.service'],
      [null, 'own.service'],
      ['tape-01', 'scst.service'],
      ['tape-01', 'ssh.service'],
      ['tape-02', 'scst.service'],
    ],
    ...{ total: 5, state: 'partial' },
    error: 'appliance tape-02 is silent since 2026-11-20T20:50:00.000Z',
  })
  t.match(await list('services?appliance=tape-01'), {
    items: [
      ['tape-01', 'scst.service'],
      ['tape-01', 'ssh.service'],
    ],
    // Read again since it was told: the numbers say so.
    ...{ total: 2, state: 'read', taken_at: '2026-11-20T20:59:45.000Z', error: null },
  })
  t.match(await list('services?appliance=_own'), { total: 2 })
  const { items } = await body<{ items: unknown[] }>('/hardware/services?appliance=tape-02')
  t.match(items, [
    {
      read_at: '2026-11-20T21:00:00.000Z',
      error: /silent since/,
      failed_since: '2026-11-20T20:50:00.000Z',
    },
  ])
  t.match(await list('targets?appliance=tape-01'), { total: 0, state: 'absent' })
  t.match(await list('targets?appliance=tape-02'), { total: null, state: 'failed' })
  t.match(await list('disks?appliance=tape-02'), { total: null, state: 'failed' }, 'never told')
  t.match(await list('disks?appliance=tape-03'), { total: null, state: 'pending' })
  t.match(await get('/hardware/services?appliance=tape-09'), { status: 404 })
  fleet.deaf = at(55)
  t.match(await list('services?appliance=tape-01'), {
    ...{ total: 2, state: 'failed', taken_at: '2026-11-20T20:10:00.000Z' },
    error: /tape-01 cannot be heard: no connection to the servers of the fleet since .*20:55:00/,
  })
  fleet.deaf = null
})

t.test('an id that several have has to be told apart', async (t) => {
  t.match(await get('/hardware/services/scst.service'), {
    status: 409,
    body: {
      code: 'ambiguous_object',
      detail: 'services/scst.service: is at _own, tape-01, tape-02; say which with appliance=',
      appliances: ['_own', 'tape-01', 'tape-02'],
    },
  })
  t.match(await body('/hardware/services/scst.service?appliance=tape-02'), { appliance: 'tape-02' })
  t.match(await body('/hardware/services/scst.service?appliance=_own'), { appliance: null })
  t.match(await body('/hardware/services/ssh.service'), { appliance: 'tape-01' })
  t.match(await get('/hardware/services/ssh.service?appliance=_own'), { status: 404 })
})
