import t from 'tap'
import { forgetOldSilences } from '../../src/alerts/silence-retention.ts'
import { forgetOldAudit } from '../../src/auth/audit-retention.ts'
import { forgetOldBackups } from '../../src/backups/store.ts'
import { activityReader, readActivity } from '../../src/db/activity.ts'
import { openPool } from '../../src/db/pool.ts'
import { openSession } from '../../src/db/session.ts'
import { keepUp, tableStatistics, upkeepOf } from '../../src/db/upkeep.ts'
import { populate } from '../support/backups.ts'
import { openTestDatabase } from '../support/database.ts'
import { until } from '../support/embedded.ts'

const NOW = new Date('2026-11-28T03:17:00Z')
const database = await openTestDatabase(t)
await populate(database, NOW)
const session = await openSession({ connection: database.server.connection, name: 'test' })
t.teardown(() => session.close())

t.test('the server tells how it is, and no text of a statement', async (t) => {
  const sleeping = await openSession({ connection: database.server.connection, name: 'other' })
  const asleep = sleeping.query(`select pg_sleep(600), 'canary-value'`).catch(() => undefined)
  await until(async () => (await readActivity(database, NOW)).longestQuerySeconds > 0)
  const activity = await readActivity(database, NOW)
  t.match(activity, {
    ...{ serverVersion: /^\d+/, maxConnections: 40, slowQueries: 0, waitingForLocks: 0 },
    ...{ wraparoundRatio: Number, replicationSlots: [], topStatements: null, deadlocks: 0 },
  })
  t.ok((activity.sizeBytes ?? 0) > 1e6)
  t.ok(activity.connections.some(({ state }) => state === 'active'))
  t.ok((activity.cacheHitRatio ?? 0) > 0.5)
  t.equal(activity.tables.length, 10)
  t.ok(
    activity.tables.every(({ table }) => !/\d{8}/.test(table)),
    'partitions count as their table',
  )
  t.notMatch(JSON.stringify(activity), /canary-value|pg_sleep/)
  await database.query(
    `select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'other'`,
  )
  await asleep
  await sleeping.close()
})

t.test('a role that may not know everything is told the rest', async (t) => {
  await database.query('create role somebody login')
  const other = openPool({ connection: { ...database.server.connection, user: 'somebody' } })
  t.match(await readActivity(other, NOW), { maxConnections: 40, slowQueries: 0 })
  await other.close()
})

t.test('sizes are asked for every five minutes, the rest each time', async (t) => {
  let at = NOW
  const read = activityReader(database, () => at)
  const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)
  const tables = async () => (await read()).tables.map(({ table }) => table)
  t.notOk((await tables()).includes('large'))
  await database.query('create table large as select generate_series(1, 500000) as n')
  const asleep = session.query('select pg_sleep(0.3)')
  at = later(299)
  t.notOk((await tables()).includes('large'))
  await until(async () => (await read()).longestQuerySeconds > 0)
  await asleep
  at = later(300)
  t.match(await read(), { sizesReadAt: at, longestQuerySeconds: 0 })
  t.ok((await tables()).includes('large'))
  at = later(-3600)
  t.match(await read(), { sizesReadAt: at }, 'the clock was put back')
  await database.query('drop table large')
})

t.test('only tables of which much has changed are looked after', async (t) => {
  const table = { table: 'a', liveRows: 10_000, deadRows: 0, changedRows: 0 }
  t.strictSame(
    upkeepOf([
      table,
      { ...table, deadRows: 999, changedRows: 999 },
      { ...table, deadRows: 1000 },
      { ...table, changedRows: 1000 },
      { ...table, liveRows: 10_001, deadRows: 1000, changedRows: 1000 },
    ]),
    [
      { table: 'a', vacuum: true },
      { table: 'a', vacuum: false },
    ],
  )
  await session.query(
    `create table busy (n integer); insert into busy select generate_series(1, 5000)`,
  )
  await session.query('delete from busy where n > 100')
  await until(async () => {
    await session.query('select pg_stat_force_next_flush()').catch(() => undefined)
    return upkeepOf(await tableStatistics(database)).some(({ table: name }) => name === 'busy')
  })
  for (const one of upkeepOf(await tableStatistics(database))) await keepUp(session, one)
  await until(async () => {
    const found = (await tableStatistics(database)).find(({ table: name }) => name === 'busy')
    return found?.deadRows === 0 && found.liveRows === 100
  })
})

t.test('the audit trail is forgotten after years, and tells so itself', async (t) => {
  t.equal(await forgetOldAudit(database, 90, NOW), 0)
  t.match(await database.query('select count(*) as n from audit'), [{ n: 1 }], 'nothing to tell')
  const later = new Date(NOW.getTime() + 91 * 86_400_000)
  t.equal(await forgetOldAudit(database, 90, later), 1)
  t.match(await database.query('select actor, action, after from audit'), [
    { actor: 'storwardend', action: 'audit.forget', after: { entries: 1, kept_days: 90 } },
  ])
})

t.test('silences that lasted, or never end, are kept', async (t) => {
  const add = (ends: string | null, cancelled: string | null) =>
    database.query(
      `insert into silences (id, matchers, maintenance, starts_at, ends_at, comment, author,
         created_at, cancelled_at, cancelled_by)
       values (gen_random_uuid(), '[]', true, '2020-01-01', $1, '', 'ada', '2020-01-01', $2, $3)`,
      [ends, cancelled, cancelled === null ? null : 'ada'],
    )
  await add(null, null)
  await add('2026-11-20', null)
  await add('2021-01-01', null)
  await add(null, '2021-01-01')
  t.equal(await forgetOldSilences(database, 400, NOW), 2)
  t.match(await database.query('select count(*) as n from silences'), [{ n: 2 }])
  t.equal(await forgetOldBackups(database, NOW), 0)
})
