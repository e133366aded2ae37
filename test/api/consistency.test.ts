import t from 'tap'
import { watchAppliance } from '../support/appliance.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { openRecording } from '../support/recording.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const viewer = await api.session('viewer')
const operator = await api.session('operator')
const admin = await api.session('admin')

const BASE = '/api/v1/monitoring/consistency'
const get = async (path: string, token = viewer) =>
  (await api.ask('GET', path, { token })).body as Found
const post = (path: string, body: unknown, token = operator) =>
  api.ask('POST', `${BASE}${path}`, { token, body })
const audited = async () => {
  const { entries } = (await get('/api/v1/audit?limit=1', admin)) as unknown as {
    entries: object[]
  }
  return entries[0]
}

interface Found {
  status: string
  checks: { check: string; status: string }[]
  differences: { id: string; kind: string; name: string; ignored: object | null }[]
  total: number
}

t.test('nothing is known before the first check', async (t) => {
  t.strictSame(await get(BASE), { status: 'unknown', checks: [], differences: [], total: 0 })
})

t.test('a check is made when it is asked for, and answers what it has found', async (t) => {
  api.show((await watchAppliance(openRecording('06-scst-degraded')).watch()).snapshot)
  t.match(await post('/check', {}, viewer), { status: 403, body: { code: 'permission_missing' } })
  const { status, body } = await post('/check', { checks: ['scst'] })
  t.equal(status, 200)
  t.match(body, {
    status: 'up',
    checks: [
      {
        ...{ check: 'scst', status: 'up', message: '2 orphaned, 1 pending, 1 different' },
        ...{ missing: 0, orphaned: 2, pending: 1, different: 1, ignored: 0, reasons: [] },
        ...{ checked_at: '2026-11-20T21:00:00.000Z', age_seconds: 0, samples: [] },
        sources: [
          { role: 'live', source: '/sys/kernel/scst_tgt', state: 'read', reason: null },
          { role: 'configured', source: '/etc/scst.conf', state: 'read', reason: null },
        ],
      },
    ],
    total: 4,
  })
  t.match((body as Found).differences[3], {
    ...{ check: 'scst', kind: 'different', what: 'target', attribute: 'enabled' },
    place: { driver: 'iscsi', target: 'iqn.2026-01.org.example:vtl1' },
    values: [
      { role: 'live', state: 'present', value: '0', taken_at: /^2026/, age_seconds: Number },
      { role: 'configured', source: '/etc/scst.conf', value: '1' },
      { role: 'known', source: 'database', state: 'absent', value: null, taken_at: null },
    ],
    remedies: ['adopt_live', 'restore_config', 'ignore'],
    told_by: 'ScstConfigurationDiffers',
    ignored: null,
  })
  t.match(await post('/check', {}), { body: { checks: { length: 3 } } })
  t.match(await audited(), { action: 'consistency.report_only', subject: 'vtl, scst, library' })
  t.match(await post('/check', { strategy: 'restore_config' }), {
    status: 501,
    body: { code: 'not_carried_out', detail: /not carried out without its plan/ },
  })
  t.match(await post('/check', { checks: ['disks'] }), { status: 400 })
})

t.test('differences are filtered, paged and looked at one by one', async (t) => {
  t.match(await get(`${BASE}?check=scst&kind=orphaned`), { total: 2, checks: { length: 3 } })
  const second = await get(`${BASE}?limit=1&offset=1`)
  t.match(second, { total: 4, differences: { length: 1 } })
  t.match(await get(`${BASE}?q=LUN%209`), { total: 1, differences: [{ kind: 'orphaned' }] })
  const [one] = second.differences
  t.strictSame(await get(`${BASE}/differences/${one?.id ?? ''}`), one)
  t.match(await api.ask('GET', `${BASE}/differences/none`, { token: viewer }), {
    status: 404,
    body: { code: 'difference_not_found' },
  })
})

t.test('a difference is ignored with a reason, and heeded again', async (t) => {
  const { differences } = await get(`${BASE}?q=LUN%209`)
  const path = `/differences/${differences[0]?.id ?? ''}/ignore`
  t.match(await post(path, {}), { status: 400 })
  t.match(await post(path, { reason: 'test', until: '2026-11-20T20:00:00Z' }), {
    status: 400,
    body: { errors: [{ path: '/body/until' }] },
  })
  const until = '2026-11-21T00:00:00.000Z'
  t.match(await post(path, { reason: 'a test runs', until }), {
    status: 200,
    body: { ignored: { reason: 'a test runs', until, by: /^operator/ } },
  })
  t.match(await audited(), {
    ...{ action: 'consistency.ignore', before: null, actor: /^operator/ },
    ...{ after: { reason: 'a test runs', until }, subject: differences[0]?.id },
  })
  t.match(await get(`${BASE}?ignored=true`), { total: 1 })
  t.match(await get(`${BASE}?ignored=false`), { total: 3 })
  const heed = () => api.ask('DELETE', `${BASE}${path}`, { token: operator })
  t.equal((await heed()).status, 204)
  t.match(await heed(), { status: 404, body: { code: 'difference_not_found' } })
  t.match(await audited(), { action: 'consistency.ignore', after: null })
  t.match(await get(`${BASE}?ignored=true`), { total: 0 })
})

t.test('what would be done is shown, and done only where it is said', async (t) => {
  const plan = await post('/reconcile', { strategy: 'restore_config', checks: ['scst'] })
  t.match(plan, {
    status: 200,
    body: {
      dry_run: true,
      plan: /^[0-9a-f]{16}$/,
      steps: [
        { write: { text: 'del 9' }, disruptive: true, command: null },
        { write: { text: 'del iqn.2001-05.com.example:rogue' } },
        { write: { text: 'add thin_lun 3' } },
        { words: /^Enable the target iqn/, write: { path: /vtl1\/enabled$/, text: '1' } },
      ],
      files: [],
    },
  })
  t.match(await post('/reconcile', { strategy: 'adopt_live' }), {
    body: {
      dry_run: true,
      plan: null,
      remembered: 3,
      forgotten: 0,
      files: [{ path: '/etc/scst.conf' }],
    },
  })
  t.match(await audited(), { action: 'consistency.ignore' }, 'a plan changes nothing')
  t.match(await post('/reconcile', { strategy: 'adopt_live', dry_run: false }), {
    body: { dry_run: false, remembered: 3 },
  })
  t.match(await audited(), { action: 'consistency.adopt_live', after: { remembered: 3 } })
  t.match(await post('/reconcile', {}), { status: 400 })
})

t.test('a catalogue is imported as a whole or not at all', async (t) => {
  t.strictSame(await get(`${BASE}/catalogue`), { catalogue: null })
  t.match(await post('/catalogue', { csv: 'barcode,size\nA,1\nA,x\n' }), {
    status: 400,
    body: {
      errors: [{ path: '/body/csv', message: 'line 3: the barcode A is in line 2 as well' }],
    },
  })
  t.strictSame(await get(`${BASE}/catalogue`), { catalogue: null })
  const made = await post('/catalogue', { csv: 'barcode;pool\nA00001L8;Full\n', name: 'bareos' })
  t.match(made, {
    status: 201,
    body: { name: 'bareos', cartridges: 1, imported_at: '2026-11-20T21:00:00.000Z' },
  })
  t.strictSame(await get(`${BASE}/catalogue`), { catalogue: made.body })
  t.match(await get(`${BASE}?check=library&kind=pending`), { total: 1 })
  t.match(await audited(), { action: 'catalogue.import', after: { cartridges: 1 }, before: null })
  const remove = () => api.ask('DELETE', `${BASE}/catalogue`, { token: operator })
  t.equal((await remove()).status, 204)
  t.equal((await remove()).status, 204)
  t.match(await audited(), { action: 'catalogue.import', after: null, before: { name: 'bareos' } })
  const rows = Array.from({ length: 60_000 }, (_, index) => `TAPE${index}L8,${'x'.repeat(20)}`)
  t.match(await post('/catalogue', { csv: `barcode,pool\n${rows.join('\n')}` }), {
    status: 201,
    body: { cartridges: 60_000 },
  })
  await remove()
})

t.test('checks of the past are kept', async (t) => {
  const past = await get(`${BASE}/history?check=scst&limit=2`)
  t.match(past, { results: [{ check: 'scst', status: 'up', orphaned: 2 }, { check: 'scst' }] })
  t.ok(past.total > 5)
  t.match(await get(`${BASE}/history?status=down`), { results: [], total: 0 })
})

t.test('without the database nothing is half done', async (t) => {
  api.db.failure = Object.assign(new Error('away'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  api.db.of = /consistency|catalogue|begin/
  t.teardown(() => {
    api.db.failure = null
  })
  for (const [path, body] of [
    ['/check', {}],
    ['/reconcile', { strategy: 'adopt_live', dry_run: false }],
    ['/catalogue', { csv: 'barcode\nA\n' }],
  ] as const) {
    t.match(await post(path, body), { status: 503, body: { code: 'database_unavailable' } }, path)
  }
  t.equal((await get(BASE)).checks.length, 3, 'what was found last is there')
})
