import fc from 'fast-check'
import t from 'tap'
import { PasswordHasher } from '../../src/auth/passwords.ts'
import {
  may,
  permissionsOf,
  roleNames,
  roleOf,
  roles,
  weakerRole,
} from '../../src/auth/permissions.ts'
import { clientNetwork, defaultRateLimit, RateLimiter } from '../../src/auth/rate-limit.ts'
import { Turns } from '../../src/auth/turns.ts'

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000)

t.test('each role may what the weaker one may, and more', (t) => {
  t.strictSame(permissionsOf('viewer'), [
    'monitoring:read',
    'events:write',
    'metrics:write',
    'incidents:write',
  ])
  t.strictSame(permissionsOf('operator').slice(4), [
    'monitoring:write',
    'rules:write',
    'incidents:read-all',
    'stats:read',
    'tasks:run',
  ])
  t.strictSame(permissionsOf('admin').slice(9), [
    'users:manage',
    'config:write',
    'tasks:run-destructive',
  ])
  t.strictSame(
    roles.map((role) => may(role, 'monitoring:write')),
    [false, true, true],
  )
  t.strictSame(roleNames.map(roleOf), ['viewer', 'operator', 'admin', 'viewer', 'operator'])
  t.equal(weakerRole('admin', 'viewer'), 'viewer')
  t.end()
})

t.test('the fifth failure within 60 s blocks for 300 s', (t) => {
  const limiter = new RateLimiter()
  const blocking = [0, 15, 30, 45, 59].map((second) => limiter.fail('a', at(second)))
  t.strictSame(blocking, [false, false, false, false, true])
  t.equal(limiter.retryAfterSeconds('a', at(59)), 300)
  t.equal(limiter.retryAfterSeconds('a', at(358.5)), 1)
  t.equal(limiter.retryAfterSeconds('b', at(59)), null)
  t.equal(limiter.retryAfterSeconds('a', at(359)), null)
  t.end()
})

t.test('failures that are 60 s old no longer count, and a success clears', (t) => {
  const limiter = new RateLimiter()
  for (const second of [0, 20, 40, 60, 80, 100]) t.notOk(limiter.fail('a', at(second)))
  limiter.clear('a')
  for (const second of [101, 102, 103, 104]) t.notOk(limiter.fail('a', at(second)))
  t.ok(limiter.fail('a', at(105)))
  limiter.clear('a')
  t.equal(limiter.retryAfterSeconds('a', at(106)), null)
  t.end()
})

t.test('a flood of keys costs bounded memory and frees nobody who is blocked', (t) => {
  const limiter = new RateLimiter({ ...defaultRateLimit, maxKeys: 100 })
  for (let failure = 0; failure < 5; failure += 1) limiter.fail('attacker', at(failure))
  for (let key = 0; key < 10_000; key += 1) limiter.fail(`flood-${key}`, at(10))
  t.equal(limiter.size, 101)
  t.equal(limiter.retryAfterSeconds('attacker', at(10)), 294)
  t.end()
})

t.test('whatever happens, a key is blocked exactly while five failures are too young', (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 }), (gaps) => {
      const limiter = new RateLimiter()
      let now = 0
      let failures: number[] = []
      let blockedUntil = -1
      for (const gap of gaps) {
        now += gap
        const expected = now < blockedUntil
        if ((limiter.retryAfterSeconds('a', at(now)) !== null) !== expected) return false
        if (expected) continue
        failures = [...failures.filter((failure) => failure > now - 60), now]
        limiter.fail('a', at(now))
        if (failures.length < 5) continue
        blockedUntil = now + 300
        failures = []
      }
      return true
    }),
  )
  t.end()
})

t.test('one client is an IPv4 address or an IPv6 network', (t) => {
  t.strictSame(
    [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '2001:db8:1:2:3:4:5:6',
      '2001:DB8:1:2::1',
      'fe80::1%eth0',
      '::1',
    ].map(clientNetwork),
    [
      '192.0.2.1',
      '192.0.2.1',
      '2001:db8:1:2::/64',
      '2001:db8:1:2::/64',
      'fe80:0:0:0::/64',
      '0:0:0:0::/64',
    ],
  )
  t.end()
})

t.test('passwords are checked a few at a time, and a long line is refused', async (t) => {
  const hasher = new PasswordHasher(1, 2)
  const stored = await hasher.hash('right')
  const outcomes = await Promise.allSettled([
    hasher.verify(stored, 'right'),
    hasher.verify(stored, 'wrong'),
    hasher.verify(null, 'right'),
    hasher.verify(stored, 'right'),
  ])
  t.strictSame(
    outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as { code: string }).code,
    ),
    [true, false, false, 'ERR_TOO_MANY_LOGINS'],
  )
  t.equal(await hasher.verify(stored, 'right'), true, 'the line is empty again')
})

t.test('turns of one key follow one another, also after one that failed', async (t) => {
  const turns = new Turns()
  const order: string[] = []
  const work = (name: string) => async () => {
    order.push(`${name} begins`)
    await Promise.resolve()
    order.push(`${name} ends`)
    if (name === 'first') throw new Error('first')
  }
  await Promise.allSettled([turns.take('a', work('first')), turns.take('a', work('second'))])
  t.strictSame(order, ['first begins', 'first ends', 'second begins', 'second ends'])
})
