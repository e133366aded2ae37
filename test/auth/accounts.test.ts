import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import t from 'tap'
import { listAudit } from '../../src/auth/audit.ts'
import { ensureAdmin, initialPasswordPath } from '../../src/auth/users.ts'
import { here, hasher, HOUR, principalOf, setUpAccounts } from '../support/accounts.ts'
import { Clock } from '../support/clock.ts'
import { makeStateDirectory, openTestDatabase, type Teardown } from '../support/database.ts'

const db = await openTestDatabase(t)
const setUp = (t: Teardown) => setUpAccounts(t, db)

t.test('the first start creates admin with a password in a file of mode 0600', async (t) => {
  const { accounts, clock, password, stateDir } = await setUp(t)

  t.equal((await stat(initialPasswordPath(stateDir))).mode & 0o777, 0o600)
  t.match(password, /^[\w-]{24}$/)
  const login = await accounts.login('admin', password, here)
  t.strictSame(
    { role: login.user.role, changed: login.user.passwordChangedAt, expiresAt: login.expiresAt },
    { role: 'admin', changed: null, expiresAt: new Date(clock.now.getTime() + HOUR * 1000) },
  )

  t.equal(
    await ensureAdmin(db, stateDir, hasher, clock.now),
    null,
    'a second start creates nothing',
  )
  t.equal((await readFile(initialPasswordPath(stateDir), 'utf8')).trim(), password)
})

t.test('a password file that was lost before the first login is not made again', async (t) => {
  const { clock, stateDir } = await setUp(t)
  await rm(initialPasswordPath(stateDir))
  t.equal(await ensureAdmin(db, stateDir, hasher, clock.now), null)
  await t.rejects(stat(initialPasswordPath(stateDir)), { code: 'ENOENT' })
})

t.test('two daemons that start at once create one admin', async (t) => {
  await db.query('truncate users cascade')
  const stateDir = await makeStateDirectory(t)
  const other = await makeStateDirectory(t)
  const { now } = new Clock()
  const created = await Promise.all([
    ensureAdmin(db, stateDir, hasher, now),
    ensureAdmin(db, other, hasher, now),
  ])
  t.equal(created.filter((path) => path !== null).length, 1)
  t.strictSame(await db.query('select username from users'), [{ username: 'admin' }])
})

t.test('changing the password ends other sessions and removes the file', async (t) => {
  const { accounts, clock, stateDir, password, revoked } = await setUp(t)
  const other = await accounts.login('admin', password, here)
  const otherId = (await principalOf(accounts, other.token)).credential.id
  const { token } = await accounts.login('ADMIN', password, here)
  const principal = await principalOf(accounts, token)

  await t.rejects(
    accounts.changePassword(principal, { from: 'not this', to: 'correct horse' }, here),
    { code: 'ERR_BAD_CREDENTIALS' },
  )
  await accounts.changePassword(principal, { from: password, to: 'correct horse' }, here)

  t.strictSame(revoked, [{ kind: 'session', id: otherId }])
  t.equal(await accounts.authenticate(other.token, here), null)
  t.equal((await principalOf(accounts, token)).username, 'admin')
  await t.rejects(stat(initialPasswordPath(stateDir)), { code: 'ENOENT' })
  await t.rejects(accounts.login('admin', password, here), { code: 'ERR_BAD_CREDENTIALS' })
  t.ok(await accounts.login('admin', 'correct horse', here))

  await writeFile(initialPasswordPath(stateDir), 'left by a daemon that was killed')
  await ensureAdmin(db, stateDir, hasher, clock.now)
  await t.rejects(stat(initialPasswordPath(stateDir)), { code: 'ENOENT' })
})

t.test('passwords are stored as argon2id and tokens as hashes', async (t) => {
  const { accounts, password } = await setUp(t)
  const { token } = await accounts.login('admin', password, here)
  const [user] = await db.query<{ password_hash: string }>('select password_hash from users')
  t.match(user?.password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const stored = await db.query(`select encode(token_hash, 'escape') as hash from sessions`)
  t.notMatch(JSON.stringify(stored), token)
})

t.test('a session ends when it is not used, and at all after its lifetime', async (t) => {
  const { accounts, clock, password } = await setUp(t)
  const { token } = await accounts.login('admin', password, here)
  for (let used = 0; used < 3; used += 1) {
    clock.advance(0.9 * HOUR)
    t.ok(await accounts.authenticate(token, here), 'used before it was idle for an hour')
  }
  clock.advance(0.4 * HOUR)
  t.equal(await accounts.authenticate(token, here), null, 'three hours are over')

  const { token: idle } = await accounts.login('admin', password, here)
  clock.advance(HOUR)
  t.equal(await accounts.authenticate(idle, here), null, 'an hour without use')
})

t.test('a page that asks by itself uses its session, and does not keep it', async (t) => {
  const { accounts, sessions, clock, password } = await setUp(t)
  const { token } = await accounts.login('admin', password, here)
  const admin = await principalOf(accounts, token)
  const page = { ...here, unattended: true }
  const ends = new Date(clock.now.getTime() + HOUR * 1000)
  clock.advance(0.5 * HOUR)
  t.match(await accounts.authenticate(token, page), { expiresAt: ends })
  t.match(await sessions.list(admin), [{ lastUsedAt: clock.now }], 'nobody uses one unseen')
  clock.advance(0.4 * HOUR)
  const { credential } = admin
  t.strictSame(await accounts.stillGood([credential]), [{ ...credential, role: 'admin' }])
  t.match(await sessions.list(admin), [{ lastUsedAt: clock.now }])
  t.ok(await accounts.authenticate(token, here), 'somebody is there')
  clock.advance(0.9 * HOUR)
  t.ok(await accounts.authenticate(token, page))
  clock.advance(0.1 * HOUR)
  t.strictSame(await accounts.stillGood([credential]), [], 'its stream is closed')
  t.equal(await accounts.authenticate(token, page), null)
  t.equal(await accounts.authenticate(token, here), null, 'nor does anybody find it again')
})

t.test('a token that is nobody’s opens nothing', async (t) => {
  const { accounts } = await setUp(t)
  const secrets = ['', 'sws_', `sws_${'A'.repeat(43)}`, `swt_${'A'.repeat(43)}`, "' or 1=1 --", 'é']
  for (const secret of secrets) t.equal(await accounts.authenticate(secret, here), null, secret)
})

t.test('an API token does at most what its user does, now and later', async (t) => {
  const { accounts, clock, password, revoked } = await setUp(t)
  const admin = await principalOf(accounts, (await accounts.login('admin', password, here)).token)
  const expiresAt = new Date(clock.now.getTime() + HOUR * 1000)
  const made = await accounts.createToken(
    admin,
    { name: 'backup', role: 'operator', expiresAt },
    here,
  )
  const principal = await principalOf(accounts, made.token)
  t.strictSame(
    { role: principal.role, credential: principal.credential, expiresAt: principal.expiresAt },
    { role: 'operator', credential: { kind: 'token', id: made.record.id }, expiresAt },
  )
  t.strictSame(await accounts.tokens(admin), [{ ...made.record, lastUsedAt: clock.now }])

  await t.rejects(
    accounts.createToken(principal, { name: 'child', role: 'viewer', expiresAt: null }, here),
    { code: 'ERR_SESSION_REQUIRED' },
  )
  await t.rejects(
    accounts.createToken(admin, { name: 'old', role: 'viewer', expiresAt: clock.now }, here),
    { code: 'ERR_EXPIRY_PASSED' },
  )

  await db.query(`update users set role = 'viewer'`)
  t.equal((await principalOf(accounts, made.token)).role, 'viewer')
  const viewer = { ...admin, role: 'viewer' as const }
  await t.rejects(
    accounts.createToken(viewer, { name: 'up', role: 'operator', expiresAt: null }, here),
    { code: 'ERR_ROLE_TOO_HIGH' },
  )

  clock.advance(HOUR)
  t.equal(await accounts.authenticate(made.token, here), null, 'expired')

  await accounts.revokeToken(admin, made.record.id, here)
  t.strictSame(revoked, [{ kind: 'token', id: made.record.id }])
  await t.rejects(accounts.revokeToken(admin, made.record.id, here), {
    code: 'ERR_TOKEN_NOT_FOUND',
  })
  await t.rejects(accounts.revokeToken(admin, 'no uuid', here), { code: 'ERR_TOKEN_NOT_FOUND' })
})

t.test('nobody but an admin sees or revokes the tokens of others', async (t) => {
  const { accounts, password } = await setUp(t)
  const admin = await principalOf(accounts, (await accounts.login('admin', password, here)).token)
  const made = await accounts.createToken(
    admin,
    { name: 'a', role: 'admin', expiresAt: null },
    here,
  )
  const [row] = await db.query<{ id: string }>(
    `insert into users (username, role, password_hash, created_at)
     values ('eve', 'operator', '-', now()) returning id`,
  )
  const eve = { ...admin, userId: row?.id ?? '', username: 'eve', role: 'operator' as const }
  t.strictSame(await accounts.tokens(eve), [])
  await t.rejects(accounts.revokeToken(eve, made.record.id, here), { code: 'ERR_TOKEN_NOT_FOUND' })
  t.ok(await accounts.authenticate(made.token, here))
})

t.test('five failures block a client and an account for 300 s, also in parallel', async (t) => {
  const { accounts, clock, password } = await setUp(t)
  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, () => accounts.login('admin', 'guess', here)),
  )
  const codes = tries.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'in',
  )
  t.strictSame(codes, [
    ...Array<string>(5).fill('ERR_BAD_CREDENTIALS'),
    ...Array<string>(15).fill('ERR_RATE_LIMITED'),
  ])
  await t.rejects(accounts.login('Admin', password, here), {
    code: 'ERR_RATE_LIMITED',
    retryAfterSeconds: 300,
  })
  t.ok(await accounts.login('admin', password, { ...here, address: '192.0.2.8' }), 'elsewhere')
  clock.advance(300)
  t.ok(await accounts.login('admin', password, here))
})

t.test('credentials that are still good are told apart from those that are not', async (t) => {
  const { accounts, password } = await setUp(t)
  const { token } = await accounts.login('admin', password, here)
  const { credential } = await principalOf(accounts, token)
  const gone = { kind: 'token' as const, id: '00000000-0000-4000-8000-000000000000' }
  t.strictSame(await accounts.stillGood([credential, gone]), [{ ...credential, role: 'admin' }])
})

t.test('logout ends the session and nothing else', async (t) => {
  const { accounts, password, revoked } = await setUp(t)
  const kept = await accounts.login('admin', password, here)
  const ended = await accounts.login('admin', password, here)
  const principal = await principalOf(accounts, ended.token)
  await accounts.logout(principal, here)
  t.equal(await accounts.authenticate(ended.token, here), null)
  t.ok(await accounts.authenticate(kept.token, here))
  t.strictSame(revoked, [principal.credential])
})

t.test('the audit trail tells who did what from where, and no secret', async (t) => {
  const { accounts, clock, password } = await setUp(t)
  const { token } = await accounts.login('admin', password, here)
  const admin = await principalOf(accounts, token)
  const made = await accounts.createToken(
    admin,
    { name: 'backup', role: 'viewer', expiresAt: null },
    here,
  )
  await accounts.revokeToken(admin, made.record.id, here)

  const { entries, total } = await listAudit(db, { limit: 2, offset: 0 })
  const common = { at: clock.now, actor: 'admin', credential: 'session', address: '192.0.2.7' }
  const record = { name: 'backup', role: 'viewer', username: 'admin', expires_at: null }
  t.equal(total, 4)
  t.strictSame(entries, [
    {
      id: entries[0]?.id,
      ...common,
      action: 'token.delete',
      subject: made.record.id,
      before: record,
      after: null,
      requestId: null,
    },
    {
      id: entries[1]?.id,
      ...common,
      action: 'token.create',
      subject: made.record.id,
      before: null,
      after: record,
      requestId: null,
    },
  ])
  const all = JSON.stringify(await listAudit(db, { limit: 100, offset: 0 }))
  for (const secret of [password, token, made.token]) t.notOk(all.includes(secret))
})
