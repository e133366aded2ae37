import fc from 'fast-check'
import t from 'tap'
import { AccountBrake } from '../../src/auth/account-brake.ts'
import { clientNetwork, defaultRateLimit, RateLimiter } from '../../src/auth/rate-limit.ts'
import { here, principalOf, setUpAccounts } from '../support/accounts.ts'
import { openTestDatabase } from '../support/database.ts'

const db = await openTestDatabase(t)
const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000)
const NEVER_MADE = `swt_${'A'.repeat(43)}`

/** What a try came to: a code, or that it was let in or answered. */
async function outcome(tried: Promise<unknown>): Promise<string> {
  return await tried.then(
    (value) => (value === null ? 'nobody' : 'in'),
    (error: unknown) => (error as { code: string }).code,
  )
}

t.test('an API token that opens nothing is heard five times, from each client', async (t) => {
  const { accounts, clock } = await setUpAccounts(t, db)
  const ask = (address: string, token = NEVER_MADE) =>
    outcome(accounts.authenticate(token, { address }))
  const asked = []
  for (let tries = 0; tries < 7; tries += 1) asked.push(await ask('192.0.2.7'))
  t.strictSame(asked, [
    ...Array<string>(5).fill('nobody'),
    ...Array<string>(2).fill('ERR_RATE_LIMITED'),
  ])
  await t.rejects(accounts.authenticate(NEVER_MADE, here), {
    code: 'ERR_RATE_LIMITED',
    retryAfterSeconds: 300,
  })
  t.equal(await ask('192.0.2.8'), 'nobody', 'from elsewhere')
  t.equal(await ask('192.0.2.7', `swt_${'B'.repeat(43)}`), 'nobody', 'another token')
  clock.advance(300)
  t.equal(await ask('192.0.2.7'), 'nobody')
})

t.test('a good token and a session are heard whatever others try from there', async (t) => {
  const { accounts, password, clock } = await setUpAccounts(t, db)
  const { token } = await accounts.login('admin', password, here)
  const admin = await principalOf(accounts, token)
  const wanted = { name: 'x', role: 'viewer' as const, expiresAt: null }
  const made = await accounts.createToken(admin, wanted, here)
  for (let tries = 0; tries < 50; tries += 1) await outcome(accounts.authenticate(NEVER_MADE, here))
  t.ok(await accounts.authenticate(made.token, here))
  t.ok(await accounts.authenticate(token, here))

  await accounts.revokeToken(admin, made.record.id, here)
  const revoked = []
  for (let tries = 0; tries < 6; tries += 1) {
    revoked.push(await outcome(accounts.authenticate(made.token, here)))
  }
  t.strictSame(revoked.slice(-2), ['nobody', 'ERR_RATE_LIMITED'])
  clock.advance(4 * 3600)
  for (let tries = 0; tries < 9; tries += 1) {
    t.equal(await accounts.authenticate(token, here), null, 'the page is told that it is over')
  }
})

t.test('a million keys are no more memory than ten thousand', (t) => {
  const limiter = new RateLimiter()
  for (let failure = 0; failure < 5; failure += 1) limiter.fail('attacker', at(0))
  const bytesAfter = (keys: number, prefix: string) => {
    for (let key = 0; key < keys; key += 1) limiter.fail(`${prefix} ${key}`, at(1))
    return limiter.size
  }
  t.equal(bytesAfter(defaultRateLimit.maxKeys, 'few'), defaultRateLimit.maxKeys + 1)
  t.equal(bytesAfter(1_000_000, 'many'), defaultRateLimit.maxKeys + 1)
  t.equal(limiter.retryAfterSeconds('attacker', at(1)), 299)
  t.end()
})

t.test(
  'the hundredth wrong password within an hour brakes the account but where it is at home',
  async (t) => {
    const { accounts, clock, password } = await setUpAccounts(t, db)
    await accounts.login('admin', password, here)
    const guess = (name: string, address: string, typed = 'guess') =>
      outcome(accounts.login(name, typed, { address, userAgent: null }))
    const botnet = (count: number, from: number) =>
      Promise.all(
        Array.from({ length: count }, (_, bot) => guess('admin', `198.51.${from}.${bot}`)),
      )
    // A few at a time: the line for the thread pool is short.
    const guesses = []
    for (let net = 0; net < 10; net += 1) guesses.push(...(await botnet(10, net)))
    t.strictSame([...new Set(guesses)], ['ERR_BAD_CREDENTIALS'])

    t.equal(await guess('admin', '198.51.100.1'), 'ERR_RATE_LIMITED')
    t.equal(
      await guess('ADMIN', '198.51.100.2', password),
      'ERR_RATE_LIMITED',
      'also if it is right',
    )
    t.equal(await guess('admin', here.address, password), 'in', 'from where he logged in before')
    t.equal(await guess('admin', '::1', password), 'in', 'at the machine itself')
    t.equal(await guess('nobody', '198.51.100.1'), 'ERR_BAD_CREDENTIALS', 'another account')

    clock.advance(3600)
    t.equal(await guess('admin', '203.0.113.9', password), 'in', 'an hour later from anywhere')
  },
)

t.test('a name that nobody has is braked as one that somebody has', async (t) => {
  const brake = new AccountBrake(
    async () => new Set<string>(),
    new RateLimiter({ ...defaultRateLimit, maxFailures: 2 }),
  )
  t.notOk(brake.fail('nobody', at(0)))
  t.ok(brake.fail('Nobody', at(1)))
  t.notOk(brake.fail('nobody', at(2)), 'it is not prolonged')
  t.equal(await brake.retryAfterSeconds('NOBODY', '192.0.2.1', at(2)), 299)
})

t.test('whatever networks guess, who has logged in from a network is heard there', async () => {
  const network = fc.integer({ min: 1, max: 4 }).map((host) => `192.0.2.${host}`)
  await fc.assert(
    fc.asyncProperty(fc.array(network, { maxLength: 30 }), network, async (guesses, home) => {
      const brake = new AccountBrake(
        async () => new Set([clientNetwork(home)]),
        new RateLimiter({ ...defaultRateLimit, maxFailures: 3 }),
      )
      for (const [second] of guesses.entries()) brake.fail('jo', at(second / 10))
      const others = await brake.retryAfterSeconds('jo', '198.51.100.1', at(3))
      return (
        (await brake.retryAfterSeconds('jo', home, at(3))) === null &&
        (others !== null) === guesses.length >= 3
      )
    }),
    { numRuns: 50 },
  )
})
