import t from 'tap'
import { openPool } from '../../src/db/pool.ts'
import { WriterLock } from '../../src/db/writer-lock.ts'
import { openTestDatabase, type Teardown } from '../support/database.ts'
import { until } from '../support/embedded.ts'

const database = await openTestDatabase(t)
const { connection } = database.server

async function take(t: Teardown) {
  const told: string[] = []
  const lock = await WriterLock.tryTake({
    ...{ connection, beatMs: 20, answerMs: 1000 },
    onSuperseded: () => told.push('superseded'),
    onLost: () => told.push('lost'),
  })
  if (lock !== null) t.teardown(() => lock.release())
  return { lock, told }
}

const breakConnections = () =>
  database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'storwarden writer'`,
  )

t.test('one writes, and the next when it is gone', async (t) => {
  const first = await take(t)
  t.equal(first.lock?.held, true)
  t.equal((await take(t)).lock, null)
  await first.lock?.release()
  t.equal(first.lock?.held, false)
  const second = await take(t)
  t.equal(second.lock?.held, true)
  t.strictSame(first.told, [])
  await second.lock?.release()
})

t.test('a lock that was lost is had again, and nothing is written meanwhile', async (t) => {
  const { lock, told } = await take(t)
  const pool = openPool({ connection, mayWork: () => lock?.held ?? false })
  t.teardown(() => pool.close())
  await pool.query('select 1')
  await breakConnections()
  await until(() => told.length > 0)
  await until(() => lock?.held === true)
  t.strictSame(told, ['lost'])
  await pool.query('select 1')
  await lock?.release()
  await t.rejects(pool.query('select 1'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  await t.rejects(pool.check(), { code: 'ERR_DATABASE_UNAVAILABLE' })
})

t.test('who has lost it to another says so once, and never has it again', async (t) => {
  const first = await take(t)
  let second: Awaited<ReturnType<typeof take>>['lock'] = null
  // Whoever asks first after the connection broke has it: asked until it is the second.
  for (let tries = 0; second === null && tries < 500; tries++) {
    await breakConnections()
    second = (await take(t)).lock
  }
  t.equal(second?.held, true)
  await until(() => first.told.includes('superseded'))
  t.equal(first.lock?.held, false)
  await second?.release()
  t.equal(first.lock?.held, false)
})
