import t from 'tap'
import { startTestApi } from '../support/api.ts'
import { ALERT, RESOLVED, storeSamples, UNKNOWN } from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
await storeSamples(database, api.clock.now)
const tokens = {
  ann: await api.session('viewer'),
  ben: await api.session('viewer'),
  operator: await api.session('operator'),
  admin: await api.session('admin'),
}
const names = await namesByRole()

const INCIDENTS = '/api/v1/monitoring/incidents'
type Who = keyof typeof tokens
const ask = (method: string, path: string, who: Who, body?: unknown) =>
  api.ask(method, path, { token: tokens[who], ...(body === undefined ? {} : { body }) })
const open = async (who: Who, body: object) => {
  const answer = await ask('POST', INCIDENTS, who, body)
  t.equal(answer.status, 201)
  return answer.body as Record<string, unknown> & { id: string; version: number }
}
const put = (id: string, body: object, who: Who = 'operator') =>
  ask('PUT', `${INCIDENTS}/${id}`, who, body)
const get = async (id: string, who: Who = 'operator') =>
  (await ask('GET', `${INCIDENTS}/${id}`, who)).body as Record<string, unknown>
const list = async (query: string, who: Who = 'operator') =>
  (await ask('GET', `${INCIDENTS}?${query}`, who)).body as {
    incidents: { id: string; title: string }[]
    total: number
    next_cursor: string | null
  }

/** Names of the users that were made above, by who they are here. */
async function namesByRole(): Promise<Record<Who, string>> {
  const rows = await database.query<{ username: string; role: string }>(
    `select username, role from users order by split_part(username, '-', 2)::integer`,
  )
  const [first, second] = rows.filter(({ role }) => role === 'viewer')
  const of = (role: string) => rows.find((row) => row.role === role)?.username ?? ''
  return {
    ...{ ann: first?.username ?? '', ben: second?.username ?? '' },
    ...{ operator: of('operator'), admin: of('admin') },
  }
}

t.test('the life of an incident', async (t) => {
  api.clock.now = new Date('2026-11-20T21:00:00Z')
  const made = await open('ann', {
    ...{ title: 'Backups fail', description: 'since nine', severity: 'high' },
    assigned_to: names.operator.toUpperCase(),
  })
  const { id } = made
  const incident = {
    ...{ id, title: 'Backups fail', description: 'since nine', severity: 'high', status: 'open' },
    ...{ assigned_to: names.operator, root_cause: null, created_by: names.ann, place: null },
    ...{ started_at: '2026-11-20T21:00:00.000Z', created_at: '2026-11-20T21:00:00.000Z' },
    ...{ updated_at: '2026-11-20T21:00:00.000Z', resolved_at: null, closed_at: null },
    ...{ alerts_over_since: null, version: 1 },
    ...{ allowed_statuses: ['investigating', 'resolved'], suggestion: null },
    ...{ alerts: [], notes: [], notes_total: 0 },
  }
  t.match(made, incident)

  api.clock.now = new Date('2026-11-20T21:10:00Z')
  t.match((await put(id, { status: 'investigating', severity: 'critical' })).body, {
    ...incident,
    ...{ status: 'investigating', severity: 'critical', version: 2 },
    ...{ updated_at: '2026-11-20T21:10:00.000Z', allowed_statuses: ['open', 'resolved'] },
  })
  t.match(await put(id, { status: 'closed' }), {
    status: 409,
    body: { code: 'incident_status', status_now: 'investigating', allowed: ['open', 'resolved'] },
  })
  t.match(await put(id, { title: 'x', version: 1 }), {
    status: 409,
    body: { code: 'incident_changed', version: 2 },
  })
  api.clock.now = new Date('2026-11-20T21:20:00Z')
  t.match((await put(id, { status: 'resolved', root_cause: 'a cable', version: 2 })).body, {
    ...{ resolved_at: '2026-11-20T21:20:00.000Z', root_cause: 'a cable', version: 3 },
  })
  api.clock.now = new Date('2026-11-20T21:30:00Z')
  t.match((await put(id, { status: 'closed' }, 'ann')).body, {
    ...{ closed_at: '2026-11-20T21:30:00.000Z', resolved_at: '2026-11-20T21:20:00.000Z' },
    allowed_statuses: [],
  })
  t.match(await put(id, { status: 'investigating' }, 'ann'), {
    ...{ status: 409, body: { allowed: [] } },
  })
  t.match((await put(id, { status: 'investigating' })).body, {
    ...{ status: 'investigating', resolved_at: null, closed_at: null, version: 5 },
  })
  t.match((await put(id, {})).body, { version: 5 }, 'nothing is asked, and nothing changes')

  const audit = (await api.ask('GET', `/api/v1/audit?subject=${id}`, { token: tokens.admin }))
    .body as { entries: { action: string; actor: string; before: unknown; after: unknown }[] }
  t.match(
    audit.entries.map(({ action, actor, before, after }) => ({ action, actor, before, after })),
    [
      { before: { status: 'closed' }, after: { status: 'investigating' } },
      { action: 'incident.update', actor: names.ann, after: { status: 'closed' } },
      {
        before: { status: 'investigating', root_cause: null },
        after: { status: 'resolved', root_cause: 'a cable' },
      },
      { before: { status: 'open', severity: 'high' }, after: { severity: 'critical' } },
      { action: 'incident.create', before: null, after: { title: 'Backups fail' } },
    ],
  )
  t.equal(audit.entries.length, 5)
})

t.test(
  'a viewer knows of what he opened and of what is assigned to him, an operator of all',
  async (t) => {
    const anns = await open('ann', { title: 'of ann' })
    const bens = await open('ben', { title: 'of ben' })
    const given = await open('operator', { title: 'for ben', assigned_to: names.ben })
    const seen = async (who: Who) =>
      (await list('q=of%20&limit=10', who)).incidents.map(({ title }) => title)
    t.strictSame(await seen('ann'), ['of ann'])
    t.strictSame(await seen('ben'), ['of ben'])
    t.strictSame((await seen('operator')).sort(), ['of ann', 'of ben'])
    t.equal((await list('q=for%20ben', 'ben')).total, 1)
    t.equal((await list('q=for%20ben', 'ann')).total, 0)

    for (const [id, who, status] of [
      [anns.id, 'ann', 200],
      [anns.id, 'ben', 404],
      [bens.id, 'ann', 404],
      [given.id, 'ben', 200],
      [given.id, 'ann', 404],
      [anns.id, 'operator', 200],
      [anns.id, 'admin', 200],
      [UNKNOWN, 'admin', 404],
      ['not-an-id', 'ann', 404],
    ] as const) {
      const told = `${who} and ${id}`
      const path = `${INCIDENTS}/${id}`
      const answers = [
        await ask('GET', path, who),
        await ask('PUT', path, who, {}),
        ...(status === 404
          ? [
              await ask('POST', `${path}/notes`, who, { text: 'x' }),
              await ask('POST', `${path}/alerts`, who, { alert_ids: [ALERT] }),
              await ask('DELETE', `${path}/alerts/${ALERT}`, who),
            ]
          : []),
      ]
      for (const answer of answers) t.equal(answer.status, status, told)
      if (status === 404) t.match(answers[0]?.body, { code: 'incident_not_found' })
    }

    t.equal((await put(given.id, { assigned_to: names.ann }, 'ben')).status, 200)
    t.equal((await ask('GET', `${INCIDENTS}/${given.id}`, 'ben')).status, 404, 'it was given away')
    t.equal((await ask('GET', `${INCIDENTS}/${given.id}`, 'ann')).status, 200)
  },
)

t.test('what is asked for wrongly is named in full', async (t) => {
  const faults = async (body: object) =>
    ((await ask('POST', INCIDENTS, 'ann', body)).body as { errors: { path: string }[] }).errors
      .map(({ path }) => path)
      .sort()
  t.strictSame(await faults({ severity: 'bad', status: 'closed', assigned_to: '', more: 1 }), [
    ...['/body/assigned_to', '/body/more', '/body/severity', '/body/status', '/body/title'],
  ])
  t.strictSame(await faults({ title: ' \n' }), ['/body/title'])
  t.strictSame(await faults({ title: 'x', assigned_to: 'nobody' }), ['/body/assigned_to'])
  t.strictSame(await faults({ title: 'x', started_at: '2027-01-01T00:00:00Z' }), [
    '/body/started_at',
  ])
  t.match(await ask('GET', `${INCIDENTS}?status=lost&cursor=x`, 'ann'), { status: 400 })
  t.match(await ask('GET', `${INCIDENTS}?cursor=x`, 'ann'), { status: 400 })
})

t.test('notes and alerts belong to an incident', async (t) => {
  const { id } = await open('ann', { title: 'with alerts', assigned_to: names.ben })
  const path = `${INCIDENTS}/${id}`
  t.match(await ask('POST', `${path}/notes`, 'ben', { text: 'looked\nat it' }), {
    ...{ status: 201, body: { author: names.ben, text: 'looked\nat it' } },
  })
  t.equal((await ask('POST', `${path}/notes`, 'ben', { text: ' ' })).status, 400)
  t.match(await ask('POST', `${path}/alerts`, 'ann', { alert_ids: [ALERT, UNKNOWN] }), {
    ...{ status: 404, body: { code: 'alert_not_found' } },
  })
  t.strictSame((await get(id)).alerts, [], 'all or none')
  const both = { alert_ids: [ALERT, RESOLVED, ALERT] }
  t.equal((await ask('POST', `${path}/alerts`, 'ann', both)).status, 200)
  t.equal((await ask('POST', `${path}/alerts`, 'ann', both)).status, 200, 'they are attached')
  t.match(await get(id), {
    alerts: [
      { id: RESOLVED, state: 'resolved', attached_by: names.ann },
      { id: ALERT, state: 'firing', labels: { mountpoint: '/srv/backup' } },
    ],
    ...{ notes: [{ author: names.ben, text: 'looked\nat it' }], notes_total: 1 },
  })
  t.equal((await ask('DELETE', `${path}/alerts/${RESOLVED}`, 'ben')).status, 204)
  t.equal((await ask('DELETE', `${path}/alerts/${RESOLVED}`, 'ben')).status, 404)
  t.match((await get(id)).alerts, [{ id: ALERT }])
  const { body } = await api.ask('GET', `/api/v1/audit?subject=${id}`, { token: tokens.admin })
  t.strictSame(
    (body as { entries: { action: string }[] }).entries.map(({ action }) => action),
    ['incident.detach', 'incident.attach', 'incident.note', 'incident.create'],
  )
})

t.test('what everybody reads on the stream tells no words of it', async (t) => {
  const { id } = await open('ann', {
    title: 'a secret of ann',
    description: 'hush',
    severity: 'high',
  })
  await put(id, { root_cause: 'hush' }, 'ann')
  await ask('POST', `${INCIDENTS}/${id}/notes`, 'ann', { text: 'hush' })
  const events = await database.query<{
    stream: string
    source: string
    message: string
    level: string
  }>(
    `select stream, source, level, message, payload from events where payload->>'id' = $1 order by seq`,
    [id],
  )
  t.strictSame(
    events.map(({ stream, level, message }) => `${stream} ${level} ${message}`),
    [
      `system warning incident ${id}, high, open: opened`,
      `system info incident ${id}, high, open: changed`,
      `system info incident ${id}, high, open: a note was written`,
    ],
  )
  t.notMatch(JSON.stringify(events), /secret|hush|viewer/)
})

t.test('a list is paged without gap or double, and filtered', async (t) => {
  for (let index = 0; index < 7; index += 1) {
    // Two have the same time.
    api.clock.now = new Date(Date.UTC(2026, 10, 21, 8, Math.floor(index / 2)))
    await open('admin', { title: `paged ${index}`, severity: index % 2 ? 'low' : 'medium' })
  }
  const ids: string[] = []
  let cursor = ''
  do {
    const page = await list(`q=paged&limit=2${cursor}`)
    t.equal(page.total, 7)
    ids.push(...page.incidents.map(({ id }) => id))
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`
  } while (cursor !== '')
  const whole = (await list('q=paged')).incidents.map(({ id }) => id)
  t.strictSame(ids, whole)
  t.strictSame(
    (await list('q=paged&limit=2&offset=5')).incidents.map(({ id }) => id),
    whole.slice(5),
  )
  const totals = async (...queries: string[]) =>
    Promise.all(queries.map(async (query) => (await list(`q=paged&${query}`)).total))
  t.strictSame(
    await totals(
      ...['severity=low', 'severity=high', 'status=open', 'active=false', 'active=true'],
      ...[`assigned_to=${names.ben}`, 'since=2026-11-21T08:03:00Z', 'until=2026-11-21T08:00:00Z'],
    ),
    [3, 0, 7, 0, 7, 0, 1, 2],
  )
  t.equal((await list('q=paged%20%25')).total, 0, 'a sign of the language of patterns is text')
})

t.test('what was closed long ago is archived: not listed, not counted, and not gone', async (t) => {
  const { id } = await open('ann', { title: 'ancient' })
  await put(id, { status: 'resolved' })
  await put(id, { status: 'closed' })
  t.equal((await list('q=ancient')).total, 1)
  const days = `interval '91 days'`
  await database.query(`update incidents set closed_at = closed_at - ${days} where id = $1`, [id])
  t.equal((await list('q=ancient')).total, 0)
  t.equal((await list('q=ancient&archived=true')).total, 1)
  t.match(await get(id), { title: 'ancient', status: 'closed' })
  const counted = await api.ask('GET', '/api/v1/monitoring/stats', { token: tokens.operator })
  const { total } = await list('active=true')
  t.match(counted.body, { data: { open_incidents: total } })
  t.ok(total > 7)
})
