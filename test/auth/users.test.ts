import { stat } from 'node:fs/promises'
import t from 'tap'
import { listAudit } from '../../src/auth/audit.ts'
import { passwordFault } from '../../src/auth/password-rules.ts'
import type { Role } from '../../src/auth/permissions.ts'
import type { Principal } from '../../src/auth/principal.ts'
import { isUsername, type UserDirectory } from '../../src/auth/user-directory.ts'
import { initialPasswordPath } from '../../src/auth/users.ts'
import { here, principalOf, setUpAccounts } from '../support/accounts.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'

const db = await openTestDatabase(t)

/** The accounts, with admin logged in. */
async function setUp(t: Teardown) {
  const set = await setUpAccounts(t, db)
  const { accounts, password } = set
  const admin = await principalOf(accounts, (await accounts.login('admin', password, here)).token)
  return { ...set, admin, by: { principal: admin, origin: here } }
}

const PASSWORD = 'tape robot at dawn'

async function make(
  users: UserDirectory,
  principal: Principal,
  username: string,
  role: Role = 'viewer',
) {
  const wanted = { username, role, password: PASSWORD, mustChangePassword: false }
  return (await users.create(wanted, { principal, origin: here })).user
}

const codeOf = (outcome: PromiseSettledResult<unknown>) =>
  outcome.status === 'fulfilled' ? 'done' : (outcome.reason as { code: string }).code

t.test('a new user has a password that he has to change', async (t) => {
  const { accounts, users, clock, by } = await setUp(t)
  const wanted = { username: 'jo', role: 'operator' as const, mustChangePassword: true }
  const { user, password } = await users.create({ ...wanted, password: null }, by)
  t.match(password, /^[\w-]{24}$/)
  t.strictSame(user, {
    id: user.id,
    username: 'jo',
    role: 'operator',
    passwordChangedAt: null,
    mustChangePassword: true,
    disabledAt: null,
    lastLoginAt: null,
    identity: null,
    createdAt: clock.now,
  })
  await t.rejects(users.create({ ...wanted, username: 'JO', password: null }, by), {
    code: 'ERR_USERNAME_TAKEN',
  })

  const { token } = await accounts.login('jo', password ?? '', here)
  const jo = await principalOf(accounts, token)
  t.equal(jo.mustChangePassword, true)
  for (const [to, message] of [
    [password ?? '', 'must not be the old one'],
    ['jo', 'must have at least 8 characters'],
    ['password1', 'is one of the commonest passwords'],
  ] as const) {
    const change = accounts.changePassword(jo, { from: password ?? '', to }, here)
    await t.rejects(change, { code: 'ERR_WEAK_PASSWORD', message })
  }
  await accounts.changePassword(jo, { from: password ?? '', to: PASSWORD }, here)
  t.strictSame(await principalOf(accounts, token), { ...jo, mustChangePassword: false })
  t.strictSame(
    (await users.list()).map(({ username, lastLoginAt }) => [username, lastLoginAt]),
    [
      ['admin', clock.now],
      ['jo', clock.now],
    ],
  )
})

t.test('who is disabled is let in no more, by whatever he has', async (t) => {
  const { accounts, users, by, revoked, clock } = await setUp(t)
  const { id } = await make(users, by.principal, 'jo')
  const { token } = await accounts.login('jo', PASSWORD, here)
  const jo = await principalOf(accounts, token)
  const made = await accounts.createToken(jo, { name: 'x', role: 'viewer', expiresAt: null }, here)
  const asToken = { kind: 'token' as const, id: made.record.id }

  t.equal((await users.change(id, { disabled: true }, by)).disabledAt, clock.now)
  t.strictSame(revoked.splice(0), [jo.credential, asToken])
  t.equal(await accounts.authenticate(token, here), null)
  t.equal(await accounts.authenticate(made.token, here), null)
  t.strictSame(await accounts.stillGood([asToken]), [])
  await t.rejects(accounts.login('jo', PASSWORD, here), { code: 'ERR_BAD_CREDENTIALS' })

  t.equal((await users.change('JO', { disabled: false }, by)).disabledAt, null)
  t.equal(await accounts.authenticate(token, here), null, 'his session has ended')
  t.ok(await accounts.authenticate(made.token, here), 'his token is what it was')
  t.ok(await accounts.login('jo', PASSWORD, here))
})

t.test('a role changes for sessions, tokens and open streams at once', async (t) => {
  const { accounts, users, by, revoked } = await setUp(t)
  const { id } = await make(users, by.principal, 'jo', 'operator')
  const jo = await principalOf(accounts, (await accounts.login('jo', PASSWORD, here)).token)
  const made = await accounts.createToken(
    jo,
    { name: 'x', role: 'operator', expiresAt: null },
    here,
  )
  await users.change(id, { role: 'viewer' }, by)
  t.strictSame(revoked.splice(0), [jo.credential, { kind: 'token', id: made.record.id }])
  t.equal((await principalOf(accounts, made.token)).role, 'viewer')

  await users.change(id, { role: 'viewer', disabled: false }, by)
  t.strictSame(revoked, [], 'what changes nothing ends nothing')
  const { total } = await listAudit(db, { action: 'user.update', limit: 1, offset: 0 })
  t.equal(total, 1)
})

t.test('the last admin who can log in stays', async (t) => {
  const { users, admin, by } = await setUp(t)
  const away: (() => Promise<unknown>)[] = [
    () => users.delete('admin', by),
    () => users.change('admin', { disabled: true }, by),
    () => users.change(admin.userId, { role: 'operator' }, by),
  ]
  const { id } = await make(users, admin, 'ann', 'admin')
  await users.change(id, { disabled: true }, by)
  await db.query(
    `insert into users (username, role, oidc_issuer, oidc_subject, created_at)
     values ('far', 'admin', 'https://id.example', '7', now())`,
  )
  for (const take of away) {
    const [outcome] = await Promise.allSettled([take()])
    t.equal(codeOf(outcome), 'ERR_LAST_ADMIN')
  }
  t.strictSame(
    (await users.list()).map(({ username, role, disabledAt }) => [username, role, !disabledAt]),
    [
      ['admin', 'admin', true],
      ['ann', 'admin', false],
      ['far', 'admin', true],
    ],
  )
})

t.test('of two admins who take away each other at once one stays', async (t) => {
  for (let round = 0; round < 10; round += 1) {
    const { users, admin, by } = await setUp(t)
    const { id } = await make(users, admin, 'ann', 'admin')
    const outcomes = await Promise.allSettled([
      round % 2 === 0 ? users.delete('ann', by) : users.change(id, { role: 'viewer' }, by),
      users.change('admin', { disabled: true }, by),
    ])
    t.strictSame(outcomes.map(codeOf).sort(), ['ERR_LAST_ADMIN', 'done'])
  }
})

t.test('a reset is for those below, and told once', async (t) => {
  const { accounts, users, by, revoked } = await setUp(t)
  await make(users, by.principal, 'op', 'operator')
  await make(users, by.principal, 'jo')
  const op = await principalOf(accounts, (await accounts.login('op', PASSWORD, here)).token)
  const jo = await principalOf(accounts, (await accounts.login('jo', PASSWORD, here)).token)
  const tokenOfJo = await accounts.createToken(
    jo,
    { name: 'x', role: 'viewer', expiresAt: null },
    here,
  )
  const byOp = { principal: op, origin: here }

  await t.rejects(users.forcePasswordReset('admin', byOp), {
    code: 'ERR_ADMINS_ONLY',
    permission: 'users:manage',
  })
  const withToken = { ...op, credential: { kind: 'token' as const, id: 'x' } }
  await t.rejects(users.forcePasswordReset('jo', { ...byOp, principal: withToken }), {
    code: 'ERR_SESSION_REQUIRED',
  })
  await t.rejects(users.forcePasswordReset('nobody', byOp), { code: 'ERR_USER_NOT_FOUND' })

  const { password } = await users.forcePasswordReset('jo', byOp)
  t.strictSame(revoked, [jo.credential, { kind: 'token', id: tokenOfJo.record.id }])
  await t.rejects(accounts.login('jo', PASSWORD, here), { code: 'ERR_BAD_CREDENTIALS' })
  t.equal((await principalOf(accounts, tokenOfJo.token)).mustChangePassword, true)
  const { token } = await accounts.login('jo', password ?? '', here)
  t.equal((await principalOf(accounts, token)).mustChangePassword, true)

  await db.query(
    `insert into users (username, role, oidc_issuer, oidc_subject, created_at)
     values ('far', 'viewer', 'https://id.example', '7', now())`,
  )
  await t.rejects(users.forcePasswordReset('far', by), { code: 'ERR_NO_PASSWORD' })
})

t.test('the file of the first start goes with the password in it', async (t) => {
  const reset = await setUp(t)
  await reset.users.forcePasswordReset('admin', reset.by)
  await t.rejects(stat(initialPasswordPath(reset.stateDir)), { code: 'ENOENT' })

  const gone = await setUp(t)
  await make(gone.users, gone.admin, 'ann', 'admin')
  await gone.users.delete('admin', gone.by)
  await t.rejects(stat(initialPasswordPath(gone.stateDir)), { code: 'ENOENT' })
})

t.test('the audit trail tells what users were, and no password', async (t) => {
  const { users, by } = await setUp(t)
  const wanted = { username: 'jo', role: 'viewer' as const, mustChangePassword: true }
  const { user, password } = await users.create({ ...wanted, password: null }, by)
  await users.change('jo', { role: 'operator', disabled: true }, by)
  const reset = await users.forcePasswordReset('jo', by)
  await users.delete('jo', by)
  const { entries } = await listAudit(db, { subject: 'jo', limit: 9, offset: 0 })
  const made = {
    ...{ id: user.id, username: 'jo', role: 'viewer' },
    ...{ disabled: false, must_change_password: true },
  }
  const changed = { ...made, role: 'operator', disabled: true }
  t.strictSame(
    entries.map(({ actor, action, before, after }) => ({ actor, action, before, after })),
    [
      { actor: 'admin', action: 'user.delete', before: changed, after: null },
      { actor: 'admin', action: 'user.force_password_reset', before: changed, after: changed },
      { actor: 'admin', action: 'user.update', before: made, after: changed },
      { actor: 'admin', action: 'user.create', before: null, after: made },
    ],
  )
  const told = JSON.stringify(entries)
  for (const secret of [password ?? '', reset.password ?? '', '$argon2id']) {
    t.notOk(told.includes(secret))
  }
})

t.test('passwords that are guessed first are refused', (t) => {
  const faults = Object.fromEntries(
    [
      ...['short', 'élan vi', 'password', 'Password123!', 'P@ssw0rd2024', '12345678', '1234567890'],
      ...[
        'hgfedcba',
        'aaaaaaaa',
        'abababab',
        'qwertyuiop',
        'jo.smith',
        'Jo.Smith1985',
        'storwarden1',
      ],
      ...['correct horse', 'grünes Band 7', 'ääääööööüüüü', 'x7#kQ2!m'],
    ].map((password) => [password, passwordFault(password, 'jo.smith')]),
  )
  const common = 'is one of the commonest passwords'
  const name = 'must not be the name of the user'
  t.strictSame(faults, {
    short: 'must have at least 8 characters',
    'élan vi': 'must have at least 8 characters',
    password: common,
    'Password123!': common,
    'P@ssw0rd2024': common,
    '12345678': 'must not repeat or count up',
    '1234567890': 'must not repeat or count up',
    hgfedcba: 'must not repeat or count up',
    aaaaaaaa: 'must not repeat or count up',
    abababab: 'must not repeat or count up',
    qwertyuiop: common,
    'jo.smith': name,
    'Jo.Smith1985': name,
    storwarden1: common,
    'correct horse': null,
    'grünes Band 7': null,
    ääääööööüüüü: null,
    'x7#kQ2!m': null,
  })
  t.equal(passwordFault('viewer at the door', 'viewer'), null, 'a name may be in more')
  t.end()
})

t.test('a name is what everybody can type, and no id', (t) => {
  const names = ['jo', 'Jo.Smith', 'jo@example.org', '7', 'a'.repeat(64)]
  const others = ['', '.jo', 'jo smith', 'jö', '-x', 'a'.repeat(65), 'jo\n', 'a/b']
  t.strictSame(names.filter(isUsername), names)
  const id = '11111111-1111-4111-8111-111111111111'
  t.strictSame([...others, id].filter(isUsername), [])
  t.end()
})
