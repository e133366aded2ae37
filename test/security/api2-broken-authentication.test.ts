import t from 'tap'
import { WebSocket } from 'ws'
import { hashSecret } from '../../src/auth/secrets.ts'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const ME = '/api/v1/auth/me'
const LOGIN = '/api/v1/auth/login'
const PASSWORD = 'a password nobody guesses'
const hash = await new PasswordHasher().hash(PASSWORD)

let made = 0
/** A user with PASSWORD. */
async function user(role = 'operator'): Promise<string> {
  const username = `Victim-${String((made += 1))}`
  await database.query(
    `insert into users (username, role, password_hash, password_changed_at, created_at)
     values ($1, $2, $3, $4, $4)`,
    [username, role, hash, api.clock.now],
  )
  return username
}
const login = async (username: unknown, password: unknown, headers = {}) =>
  await api.ask('POST', LOGIN, { body: { username, password }, headers })
const statusOf = async (headers: Record<string, string>, path = ME) =>
  (await api.ask('GET', path, { headers })).status

t.test('API2: what is nearly a token opens nothing', async (t) => {
  const token = await api.session('admin')
  t.equal(await statusOf({ authorization: `Bearer ${token}` }), 200)
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const stored = hashSecret(token)
  const tried = [
    ...[token.slice(0, -1), `${token}A`, token.toUpperCase(), token.toLowerCase(), token.slice(4)],
    ...[token.replace('sws_', 'swt_'), `${token.slice(0, -1)}%00`, `${token},${token}`],
    // What a thief of the database has.
    ...[
      stored.toString('hex'),
      stored.toString('base64url'),
      `sws_${stored.toString('base64url')}`,
    ],
    ...[
      "sws_' or '1'='1",
      "' or true --",
      'null',
      'undefined',
      'true',
      '[object Object]',
      '*',
      '%',
    ],
    `${base64({ alg: 'none' })}.${base64({ sub: 'admin', role: 'admin' })}.`,
    Buffer.from(`admin:${PASSWORD}`).toString('base64'),
  ]
  for (const one of tried) {
    t.equal(await statusOf({ authorization: `Bearer ${one}` }), 401, one)
    t.equal(await statusOf({ cookie: `storwarden_session=${one}` }), 401, `cookie ${one}`)
    api.clock.advance(600)
  }
})

t.test('API2: a token is heard where it belongs, and nowhere else', async (t) => {
  const token = await api.session('admin')
  for (const query of [
    `token=${token}`,
    `access_token=${token}`,
    `authorization=Bearer ${token}`,
  ]) {
    t.equal(await statusOf({}, `${ME}?${query}`), 401, query.split('=')[0] ?? '')
  }
  const headers = [
    ...[{ authorization: `Basic ${Buffer.from(`admin:${token}`).toString('base64')}` }],
    ...[{ authorization: token }, { authorization: `Token ${token}` }, { 'x-api-key': token }],
    ...[{ 'x-forwarded-user': 'admin' }, { 'x-remote-user': 'admin' }, { 'remote-user': 'admin' }],
    { cookie: `session=${token}; token=${token}` },
  ]
  for (const header of headers)
    t.equal(await statusOf(header as never), 401, String(Object.keys(header)))
  const socket = new WebSocket(
    `${api.url.replace('http', 'ws')}/api/v1/monitoring/events?token=${token}`,
  )
  const status = await new Promise((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode)
    })
    socket.on('open', () => {
      resolve('open')
    })
    socket.on('error', () => undefined)
  })
  socket.terminate()
  t.equal(status, 401)
})

t.test('API2 session fixation: a login makes a token of its own', async (t) => {
  const username = await user()
  const planted = `sws_${'A'.repeat(43)}`
  const { status, body } = await login(username, PASSWORD, {
    ...{ cookie: `storwarden_session=${planted}`, authorization: `Bearer ${planted}` },
  })
  t.equal(status, 200)
  const { token } = body as { token: string }
  t.not(token, planted)
  t.equal(await statusOf({ authorization: `Bearer ${planted}` }), 401)
  const again = (await login(username, PASSWORD)).body as { token: string }
  t.not(again.token, token, 'and each another one')
})

t.test('API2 brute force: neither another spelling nor another header begins anew', async (t) => {
  const username = await user()
  const guess = async (name: string, headers = {}) => (await login(name, 'guess', headers)).status
  const spellings = [
    ...[username, username.toUpperCase(), username.toLowerCase()],
    ...[username.replace('V', 'v'), username.replace('victim', 'VICTIM')],
  ]
  for (const spelling of spellings) t.equal(await guess(spelling), 401, spelling)
  t.equal(await guess(username), 429)
  const headers = [
    ...[{ 'x-forwarded-for': '203.0.113.7' }, { forwarded: 'for=203.0.113.8' }],
    ...[{ 'x-real-ip': '203.0.113.9' }, { 'true-client-ip': '203.0.113.10' }],
    ...[{ 'x-client-ip': '203.0.113.11' }, { 'cf-connecting-ip': '203.0.113.12' }],
    ...[{ via: '1.1 a' }, { 'user-agent': 'another' }, { cookie: 'storwarden_session=x' }],
  ]
  for (const header of headers) {
    t.equal(await guess(username, header), 429, String(Object.keys(header)))
  }
  t.equal((await login(username, PASSWORD)).status, 429, 'not even with the right one')
  api.clock.advance(301)
  t.equal((await login(username, PASSWORD)).status, 200)
})

t.test('API2: guesses at once are no more than one after the other', async (t) => {
  const username = await user()
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => login(username, `guess ${index}`)),
  )
  const heard = answers.filter(({ status }) => status === 401).length
  t.ok(heard <= 5, `${heard} were looked at`)
  t.equal((await login(username, PASSWORD)).status, 429)
  api.clock.advance(301)
})

t.test('API2: what is no name and no password is refused before it is compared', async (t) => {
  const username = await user()
  const objects = [{ $ne: null }, [username], true, 1, null, { length: 20 }]
  for (const value of objects) {
    t.equal((await login(username, value)).status, 400, JSON.stringify(value))
    t.equal((await login(value, PASSWORD)).status, 400, JSON.stringify(value))
  }
  t.equal((await login(username, 'x'.repeat(1025))).status, 400, 'nothing long is hashed')
  const names = [`${username}\0`, `${username} `, `${username}' --`, `${username}%`, '_', '%']
  for (const name of names) {
    const { status } = await login(name, PASSWORD)
    t.ok([400, 401].includes(status), `${JSON.stringify(name)}: ${status}`)
  }
  const form = await api.ask('POST', LOGIN, {
    body: `username=${username}&password=${encodeURIComponent(PASSWORD)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  t.equal(form.status, 415, 'a form of another site logs nobody in')
})

t.test('API2: what ends a session ends it everywhere, at once', async (t) => {
  const username = await user()
  const tokenOf = async () => ((await login(username, PASSWORD)).body as { token: string }).token
  const [thief, own] = [await tokenOf(), await tokenOf()]
  const { status } = await api.ask('POST', '/api/v1/auth/password', {
    ...{ token: own, body: { current_password: PASSWORD, new_password: `${PASSWORD}, a new one` } },
  })
  t.equal(status, 204)
  t.equal(await statusOf({ authorization: `Bearer ${thief}` }), 401, 'the thief is out')
  t.equal(await statusOf({ authorization: `Bearer ${own}` }), 200)
  const wrong = await api.ask('POST', '/api/v1/auth/password', {
    ...{ token: own, body: { current_password: 'guess', new_password: 'taken over, it is' } },
  })
  t.equal(wrong.status, 401, 'a session that was stolen changes no password')
  const made = await api.ask('POST', '/api/v1/auth/tokens', { token: own, body: { name: 'x' } })
  const { token: apiToken } = made.body as { token: string }
  const byToken = await api.ask('POST', '/api/v1/auth/password', {
    ...{ token: apiToken, body: { current_password: PASSWORD, new_password: 'taken over, it is' } },
  })
  t.equal(byToken.status, 403, 'nor does an API token')
  await database.query('update users set disabled_at = $1 where username = $2', [
    ...[api.clock.now, username],
  ])
  for (const token of [own, apiToken]) {
    t.equal(await statusOf({ authorization: `Bearer ${token}` }), 401, 'nobody who is disabled')
  }
})

t.test('API2: a session ends by itself, whatever keeps it busy', async (t) => {
  const token = ((await login(await user(), PASSWORD)).body as { token: string }).token
  let hours = 0
  while (hours < 24 * 30) {
    api.clock.advance(6 * 3600)
    hours += 6
    if ((await statusOf({ authorization: `Bearer ${token}` })) !== 200) break
  }
  t.ok(hours <= 7 * 24 + 6, `after ${hours} h`)
})
