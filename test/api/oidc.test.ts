import t from 'tap'
import { OidcLogin } from '../../src/auth/oidc.ts'
import { OidcProvider } from '../../src/auth/oidc-provider.ts'
import { listAudit } from '../../src/auth/audit.ts'
import type { Credential } from '../../src/auth/principal.ts'
import { RateLimiter } from '../../src/auth/rate-limit.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import {
  Browser,
  CLIENT,
  oidcSettings,
  startIdentityProvider,
} from '../support/identity-provider.ts'
import { TestClient } from '../support/ws.ts'

const database = await openTestDatabase(t)
const settings = oidcSettings()
const reasons: string[] = []
const lifetime = { idleSeconds: 12 * 3600, absoluteSeconds: 7 * 24 * 3600 }
const now = () => api.clock.now
const provider = new OidcProvider(settings, now)
const oidc = new OidcLogin({
  ...{ db: database, settings, lifetime, now, provider, limiter: new RateLimiter() },
  onRevoked: (credentials: readonly Credential[]) => {
    api.hub.revoke(credentials)
  },
  onFailure: (reason) => {
    reasons.push(reason)
  },
})
const api = await startTestApi(database, await makeStateDirectory(t), { oidc })
t.teardown(() => api.stop())
settings.redirectUrl = `${api.url}/api/v1/auth/oidc/callback`
const id = await startIdentityProvider(t, settings.redirectUrl)
settings.issuer = id.issuer

const START = `${api.url}/api/v1/auth/oidc/start`
const page = `${api.url}/?`
const home = `${api.url}/`

/** Logs in as this person; resolves with where the browser ends, and with who it is there. */
async function login(person: string, browser = new Browser()) {
  id.state.person = person
  const at = await browser.go(START, home)
  const headers = { Cookie: browser.cookies(home) }
  const { status, body } = await api.ask('GET', '/api/v1/auth/me', { headers })
  const me = body as { id: string; username: string; role: string; has_password: boolean }
  return { at, browser, me: status === 200 ? me : null, headers }
}

const listed = async () => {
  const { body } = await api.ask('GET', '/api/v1/users', { token: await api.session('admin') })
  return (body as { users: { username: string; identity: object | null }[] }).users
}

t.test('the page is told what is on the button', async (t) => {
  t.strictSame((await api.ask('GET', '/api/v1/auth/oidc')).body, {
    label: 'Example ID',
    start: '/api/v1/auth/oidc/start',
  })
})

t.test('who comes from the provider has a session like any other', async (t) => {
  id.people.set('u-1', { preferred_username: 'jo', groups: ['everybody', 'storage'] })
  const { at, me, browser } = await login('u-1')
  t.equal(me?.has_password, false)
  t.equal(at, home)
  t.match(me, { username: 'jo', role: 'operator', must_change_password: false })
  t.strictSame((await listed()).find(({ username }) => username === 'jo')?.identity, {
    issuer: id.issuer,
    subject: 'u-1',
  })
  const own = browser.set.filter((cookie) => cookie.startsWith('storwarden_'))
  t.match(own, [
    /^storwarden_oidc=[\w-]+; Path=\/api\/v1\/auth\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/,
    /^storwarden_session=sws_[\w-]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    /^storwarden_oidc=; Path=\/api\/v1\/auth\/oidc; Max-Age=0; HttpOnly; SameSite=Lax$/,
  ])
  const asked = new URL(browser.trail[1] ?? '')
  t.match(Object.fromEntries(asked.searchParams), {
    response_type: 'code',
    client_id: CLIENT.id,
    redirect_uri: settings.redirectUrl,
    code_challenge_method: 'S256',
    code_challenge: /^[\w-]{43}$/,
    state: /^[\w-]{43}$/,
    nonce: /^[\w-]{43}$/,
  })
  t.notOk(browser.trail.some((place) => place.includes(CLIENT.secret)))
  const { entries } = await listAudit(database, { subject: 'jo', limit: 9, offset: 0 })
  t.match(
    entries.map(({ actor, action, before, after }) => [actor, action, before, after]),
    [
      ['jo', 'session.create', null, { method: 'oidc', issuer: id.issuer }],
      ['jo', 'user.create', null, { role: 'operator', issuer: id.issuer, subject: 'u-1' }],
    ],
  )
  const password = { username: 'jo', password: '' }
  for (const guess of ['none', 'null', 'x']) {
    const { status } = await api.ask('POST', '/api/v1/auth/login', {
      body: { ...password, password: guess },
    })
    t.equal(status, 401, 'no password opens the account')
  }
})

t.test('the role follows the claim at each login, and ends what the old one opened', async (t) => {
  id.people.set('u-2', { preferred_username: 'ann', groups: ['storage-admins'] })
  const first = await login('u-2')
  t.match(first.me, { username: 'ann', role: 'admin' })
  const stream = new TestClient(`${api.url.replace('http', 'ws')}/api/v1/monitoring/events`, {
    headers: { ...first.headers, Origin: api.url },
  })
  await stream.told('hello')

  id.people.set('u-2', { preferred_username: 'someone else', groups: ['staff'] })
  const second = await login('u-2')
  t.match(second.me, { id: first.me?.id, username: 'ann', role: 'viewer' }, 'the name stays')
  t.equal((await stream.end()).code, 4401)
  const old = await api.ask('GET', '/api/v1/auth/me', { headers: first.headers })
  t.equal(old.status, 401)

  id.people.set('u-2', { preferred_username: 'ann' })
  const third = await login('u-2')
  t.strictSame([third.at, third.me], [`${page}login=refused`, null])
  t.equal((await api.ask('GET', '/api/v1/auth/me', { headers: second.headers })).status, 401)
  t.match(reasons.at(-1), 'ann has no role by the claim groups')
})

t.test('a person is issuer and subject, whatever the name is', async (t) => {
  await database.query(
    `insert into users (username, role, password_hash, created_at)
     values ('Max', 'admin', 'none', now())`,
  )
  id.people.set('u-3', { preferred_username: 'max', groups: ['staff'] })
  id.people.set('u-4', { preferred_username: 'max', groups: ['staff'] })
  id.people.set('u-5', { preferred_username: 'no name \n at all', groups: ['staff'] })
  t.match((await login('u-3')).me, { username: 'max@127.0.0.1', role: 'viewer' })
  t.strictSame((await login('u-4')).at, `${page}login=refused`, 'a third max has no name left')
  t.match((await login('u-5')).me, { username: 'u-5' })
  t.match(
    (await listed()).find(({ username }) => username === 'Max'),
    { identity: null },
  )
})

t.test('who is disabled is refused, and who has no role is not made a user', async (t) => {
  id.people.set('u-6', { preferred_username: 'eve', groups: ['staff'] })
  const { me } = await login('u-6')
  const token = await api.session('admin')
  const body = { disabled: true }
  await api.ask('PATCH', `/api/v1/users/${me?.id ?? ''}`, { token, body })
  t.equal((await login('u-6')).at, `${page}login=refused`)

  id.people.set('u-7', { preferred_username: 'mallory', groups: ['cleaners'] })
  t.equal((await login('u-7')).at, `${page}login=refused`)
  t.notOk((await listed()).some(({ username }) => username === 'mallory'))
})

t.test('an answer is taken from the browser that has asked, and once', async (t) => {
  id.people.set('u-1', { preferred_username: 'jo', groups: ['storage'] })
  const callback = (browser: Browser) => browser.trail.find((at) => at.includes('/callback?')) ?? ''
  const visit = async (url: string, cookie: string) => {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } })
    return [answer.status, answer.headers.get('location')]
  }
  const failed = [302, '/?login=failed']
  const { browser } = await login('u-1')
  const url = callback(browser)
  t.strictSame(await visit(url, ''), failed, 'a browser that never began')
  const other = await fetch(START, { redirect: 'manual' })
  const cookie = (other.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  t.strictSame(await visit(url, cookie), failed, 'one that began something else')
  const mine = browser.set[0]?.split(';')[0] ?? ''
  t.strictSame(await visit(url, mine), failed, 'the code was used before')
  t.strictSame(await visit(url, 'storwarden_oidc=AAAA'), failed, 'what nobody has sealed')
  t.strictSame(await visit(url, mine), [302, '/?login=failed'])
  t.strictSame(await visit(url, mine), [302, '/?login=too_many_failures'])
  api.clock.advance(601)
  t.strictSame(await visit(url, mine), failed, 'ten minutes are over')
  api.clock.advance(601)
})

t.test('nobody is sent elsewhere', async (t) => {
  for (const path of [
    '/api/v1/auth/oidc/start?redirect=https://evil.example&next=//evil.example',
    '/api/v1/auth/oidc/callback?redirect=https://evil.example&error=//evil.example',
  ]) {
    const { headers } = await fetch(api.url + path, { redirect: 'manual' })
    const location = headers.get('location') ?? ''
    t.notMatch(location, 'evil.example', path)
    t.ok(location.startsWith(id.issuer) || location.startsWith('/?login='), location)
  }
})

t.test('a provider that is away hinders nobody else, and is asked again', async (t) => {
  const away = new OidcProvider(settings, now)
  const begin = async () => {
    try {
      return (await away.begin()).url.origin
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  id.state.down = true
  t.equal(await begin(), 'ERR_OIDC_UNAVAILABLE')
  id.state.down = false
  t.equal(await begin(), 'ERR_OIDC_UNAVAILABLE', 'not everybody asks at once')
  api.clock.advance(5)
  t.equal(await begin(), id.issuer)

  api.clock.advance(3600)
  id.state.hung = true
  const browser = new Browser()
  t.equal(await browser.go(START, home), `${page}login=unavailable`)
  id.state.hung = false
  const { body } = await api.ask('GET', '/api/v1/auth/me', { token: await api.session('viewer') })
  t.match(body, { role: 'viewer' })
  api.clock.advance(5)
  t.match((await login('u-1')).me, { username: 'jo' })
})

t.test('what is logged names no secret', (t) => {
  const logged = reasons.join('\n')
  t.ok(reasons.length > 5)
  t.notMatch(logged, CLIENT.secret)
  t.notMatch(logged, /code=|state=/)
  t.ok(api.told.failures.includes('oidc'))
  t.strictSame(api.told.errors, [])
  t.end()
})
