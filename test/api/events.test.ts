import t from 'tap'
import { appendEvents } from '../../src/events/store.ts'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { rawUpgrade, refusedUpgrade, TestClient } from '../support/ws.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const url = `ws://${api.server.address}/api/v1/monitoring/events`
const token = await api.session('viewer')
const host = api.server.address

/** Commits events and broadcasts them. */
async function happen(count: number): Promise<void> {
  const events = await database.transaction((transaction) =>
    appendEvents(
      transaction,
      Array.from({ length: count }, (_, index) => ({
        type: index % 2 === 0 ? ('alert' as const) : ('tape' as const),
        source: 'tap',
        level: 'info' as const,
        message: `event ${index}`,
        data: { index },
        at: api.clock.now,
      })),
    ),
  )
  api.hub.publish(events)
}

t.test('a header, a protocol or a cookie of this site opens the stream', async (t) => {
  const clients = [
    new TestClient(url, { headers: { Authorization: `Bearer ${token}` } }),
    new TestClient(url, {}, ['storwarden.v1', `bearer.${token}`]),
    new TestClient(url, {
      headers: { Cookie: `other=1; storwarden_session=${token}`, Origin: `http://${host}` },
    }),
  ]
  for (const client of clients) {
    t.match(await client.told('hello'), { type: 'system', data: { event: 'hello', seq: 0 } })
  }
  t.strictSame(
    clients.map(({ ws }) => ws.protocol),
    ['', 'storwarden.v1', ''],
  )
  for (const { ws } of clients) ws.terminate()
})

t.test('everybody else is refused before any frame', async (t) => {
  const bearer = { Authorization: `Bearer ${token}` }
  const cookie = { Cookie: `storwarden_session=${token}` }
  const refused: [Record<string, string>, number, string, string?][] = [
    [{}, 401, 'unauthenticated'],
    [{ Authorization: 'Bearer nonsense' }, 401, 'unauthenticated'],
    [{ 'Sec-WebSocket-Protocol': 'storwarden.v1, bearer.nonsense' }, 401, 'unauthenticated'],
    [cookie, 403, 'cross_site_request'],
    [{ ...cookie, Origin: 'https://evil.example' }, 403, 'cross_site_request'],
    [{ ...cookie, Origin: `http://${host}.evil.example` }, 403, 'cross_site_request'],
    [{ ...bearer, Upgrade: 'h2c' }, 426, 'upgrade_required'],
    [bearer, 404, 'not_found', '/elsewhere'],
  ]
  for (const [headers, status, code, path] of refused) {
    const target = path === undefined ? url : `ws://${host}${path}`
    t.match(await refusedUpgrade(target, headers), { status, body: { status, code } })
  }
  api.db.failure = new DatabaseUnavailableError('gone')
  t.match(await refusedUpgrade(url, bearer), {
    status: 503,
    body: { code: 'database_unavailable' },
  })
  api.db.failure = null
})

t.test('a client that was away gets from the database what it missed', async (t) => {
  const options = { headers: { Authorization: `Bearer ${token}` } }
  const first = new TestClient(url, options)
  await first.told('hello')
  first.send({ action: 'subscribe' })
  await happen(3)
  t.strictSame(await first.seqsUntil(3), [1, 2, 3])
  first.ws.terminate()
  await happen(1200)

  const again = new TestClient(url, options)
  await again.told('hello')
  again.send({ action: 'subscribe', types: ['alert', 'tape'], since: 3 })
  await happen(2)
  t.strictSame(
    await again.seqsUntil(1205),
    Array.from({ length: 1202 }, (_, index) => index + 4),
  )
  const tape = new TestClient(url, options)
  await tape.told('hello')
  tape.send({ action: 'subscribe', types: ['tape'], since: 0 })
  const seqs = await tape.seqsUntil(1205)
  t.strictSame([seqs.length, seqs.slice(0, 3)], [602, [2, 5, 7]])
  for (const { ws } of [again, tape]) ws.terminate()
})

t.test('a token that is revoked closes its streams with 4401', async (t) => {
  const operator = await api.session('operator')
  const made = await api.ask('POST', '/api/v1/auth/tokens', {
    token: operator,
    body: { name: 'x' },
  })
  const { id, token: secret } = made.body as { id: string; token: string }
  const stream = new TestClient(url, {}, ['storwarden.v1', `bearer.${secret}`])
  await stream.told('hello')
  await api.ask('DELETE', `/api/v1/auth/tokens/${id}`, { token: operator })
  t.match(await stream.end(), { code: 4401 })

  const session = new TestClient(url, { headers: { Authorization: `Bearer ${operator}` } })
  await session.told('hello')
  await api.ask('POST', '/api/v1/auth/logout', { token: operator })
  t.match(await session.end(), { code: 4401 })
})

t.test('a session whose end was found in the database closes its stream', async (t) => {
  const viewer = await api.session('viewer')
  const stream = new TestClient(url, { headers: { Authorization: `Bearer ${viewer}` } })
  await stream.told('hello')
  await database.query('delete from sessions where token_hash = sha256($1::bytea)', [viewer])
  api.clock.advance(30)
  api.hub.beat()
  t.match(await stream.end(), { code: 4401 })
})

t.test(
  'an alert that is acknowledged reaches those who listen, after it is committed',
  async (t) => {
    const stream = new TestClient(url, { headers: { Authorization: `Bearer ${token}` } })
    await stream.told('hello')
    stream.send({ action: 'subscribe', types: ['alert'] })
    await database.query(
      `insert into alerts (id, fingerprint, rule, title, severity, source, resource, labels, message,
       description, evidence, state, count, started_at, fired_at, last_seen_at)
     values ('11111111-1111-4111-8111-111111111111', 'a', 'R', 'T', 'warning', 'tape', 'r', '{}', 'm',
       'd', '{}', 'firing', 1, now(), now(), now())`,
    )
    const operator = await api.session('operator')
    const answer = await api.ask(
      'POST',
      '/api/v1/monitoring/alerts/11111111-1111-4111-8111-111111111111/acknowledge',
      {
        token: operator,
        body: { comment: 'on it' },
      },
    )
    t.equal(answer.status, 200)
    const frame = await stream.until(({ frames }) => frames.find(({ type }) => type === 'alert'))
    t.match(JSON.stringify(frame.data), '"acknowledged":true')
    stream.ws.terminate()
  },
)

t.test('a server that stops closes streams and frees its port', async (t) => {
  const other = await startTestApi(database, await makeStateDirectory(t))
  const stream = new TestClient(`ws://${other.server.address}/api/v1/monitoring/events`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  await stream.told('hello')
  const rude = await rawUpgrade('127.0.0.1', other.server.port, '/api/v1/monitoring/events', {
    Authorization: `Bearer ${token}`,
  })
  await Promise.all([other.stop(), other.stop()])
  t.match(await stream.end(), { code: 1001 })
  await t.rejects(fetch(`${other.url}/health/live`))
  rude.destroy()
})
