import t from 'tap'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { openPool, type DatabaseObserver } from '../../src/db/pool.ts'
import { openEmptyDatabase, startTestServer } from '../support/database.ts'

const server = await startTestServer(t)

/** Keeps what the pool tells. */
function recorder(): DatabaseObserver & { queries: (string | null)[]; connections: string[] } {
  const queries: (string | null)[] = []
  const connections: string[] = []
  return {
    queries,
    connections,
    query: (_seconds, error) => queries.push(error),
    connectionError: (error) => connections.push(error),
  }
}

t.test('values arrive as JavaScript has them', async (t) => {
  const database = await openEmptyDatabase(t, server)

  const rows = await database.query(
    `select 9007199254740991::int8 as safe, 9223372036854775807::int8 as huge, null::int8 as none,
            array[1, null]::int8[] as list, sum(n) as total, 0.25::numeric as quarter,
            '2026-01-02 03:04:05+00'::timestamptz as at, '{"a": [1]}'::jsonb as json, true as flag
     from unnest(array[1, 2]::int8[]) n`,
  )

  t.strictSame(rows, [
    {
      safe: 9007199254740991,
      huge: '9223372036854775807',
      none: null,
      list: [1, null],
      total: 3,
      quarter: 0.25,
      at: new Date('2026-01-02T03:04:05Z'),
      json: { a: [1] },
      flag: true,
    },
  ])
})

t.test('a transaction', async (t) => {
  const database = await openEmptyDatabase(t, server)
  await database.query('create table notes (text text unique deferrable initially deferred)')
  const texts = () => database.query('select text from notes order by text')

  t.test('is kept when the work resolves, with its result', async (t) => {
    const result = await database.transaction(async (transaction) => {
      await transaction.query('insert into notes values ($1)', ['kept'])
      return 'done'
    })
    t.equal(result, 'done')
    t.strictSame(await texts(), [{ text: 'kept' }])
  })

  t.test('leaves nothing when the work rejects, and the connection stays good', async (t) => {
    const work = database.transaction(async (transaction) => {
      await transaction.query('insert into notes values ($1)', ['lost'])
      throw new Error('changed my mind')
    })
    await t.rejects(work, { message: 'changed my mind' })
    t.strictSame(await texts(), [{ text: 'kept' }])
    t.match(database.statistics(), { active: 0, waiting: 0 })
  })

  t.test('rejects when the commit does', async (t) => {
    const work = database.transaction((transaction) =>
      transaction.query('insert into notes values ($1)', ['kept']),
    )
    await t.rejects(work, { code: '23505' })
    t.strictSame(await texts(), [{ text: 'kept' }])
  })
})

t.test('rows are copied within a transaction, all or none', async (t) => {
  const observer = recorder()
  const database = await openEmptyDatabase(t, server, { observer })
  await database.query('create table words (word text primary key)')
  const copied = (...blocks: string[]) =>
    database.transaction(async (transaction) => {
      await transaction.query(`insert into words values ('first')`)
      return await transaction.copyIn(
        'copy words from stdin',
        blocks.map((block) => Buffer.from(block)),
      )
    })
  t.equal(await copied('a\nb', 'c\n', 'd\n'), 3)
  await t.rejects(copied('e\n', 'a\n'), { code: '23505' })
  await database.query(`delete from words where word = 'first'`)
  await t.rejects(copied('e\n', 'a\n'), { code: '23505' })
  const failing = (function* () {
    yield Buffer.from('f\n')
    throw new Error('no more')
  })()
  await t.rejects(
    database.transaction((transaction) => transaction.copyIn('copy words from stdin', failing)),
    { message: 'no more' },
  )
  await t.rejects(
    database.transaction((transaction) => transaction.copyIn('select 1', [])),
    { message: 'rows where a COPY was expected' },
  )
  const rows = await database.query<{ word: string }>('select word from words order by word')
  t.strictSame(
    rows.map(({ word }) => word),
    ['a', 'bc', 'd'],
  )
  t.ok(observer.queries.includes('23505'))
})

t.test('a statement the server refuses keeps the error of the server', async (t) => {
  const observer = recorder()
  const database = await openEmptyDatabase(t, server, { observer })
  await t.rejects(database.query('select * from nothing'), { code: '42P01' })
  t.strictSame(await database.query('select 1 as one'), [{ one: 1 }])
  t.strictSame(observer.queries, ['42P01', null])
})

t.test('waiting for a lock and running have their limits', async (t) => {
  const observer = recorder()
  const limits = { lockTimeoutMs: 50, statementTimeoutMs: 200 }
  const database = await openEmptyDatabase(t, server, { observer, ...limits })
  await database.query('create table places (name text)')
  await database.transaction(async (transaction) => {
    await transaction.query('lock table places')
    await t.rejects(database.query('select * from places'), { code: '55P03' })
  })
  await t.rejects(database.query('select pg_sleep(60)'), { code: '57014' })
  await t.resolves(
    database.transaction((transaction) => transaction.query('select pg_sleep(0.3)'), {
      statementTimeoutMs: 0,
    }),
    'a transaction may have a limit of its own',
  )
  t.match(
    observer.queries.filter((error) => error !== null),
    ['55P03', '57014'],
  )
})

t.test('a pool without a free connection is unavailable, not broken', async (t) => {
  const observer = recorder()
  const database = await openEmptyDatabase(t, server, {
    observer,
    poolSize: 1,
    connectTimeoutMs: 50,
  })
  await database.transaction(async (transaction) => {
    await transaction.query('select 1')
    const second = database.query('select 2')
    t.strictSame(database.statistics(), { total: 1, idle: 0, active: 1, waiting: 1, max: 1 })
    await t.rejects(second, { code: 'ERR_DATABASE_UNAVAILABLE' })
  })
  t.strictSame(await database.query('select 2 as two'), [{ two: 2 }])
  t.strictSame(observer.connections, ['connect_failed'])
})

t.test('a session that the server ends is unavailable, and the next one works', async (t) => {
  const observer = recorder()
  const database = await openEmptyDatabase(t, server, { observer })
  const admin = openPool({ connection: server.connection, poolSize: 1 })
  t.teardown(() => admin.close())

  const ended = database.transaction(async (transaction) => {
    const [row] = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid')
    const sleep = transaction.query('select pg_sleep(60)')
    await Promise.all([
      t.rejects(sleep, { code: 'ERR_DATABASE_UNAVAILABLE', cause: { code: '57P01' } }),
      admin.query('select pg_terminate_backend($1)', [row?.pid]),
    ])
    await transaction.query('select 1')
  })
  await t.rejects(ended, DatabaseUnavailableError)

  t.strictSame(await database.query('select 1 as one'), [{ one: 1 }])
  t.equal(observer.queries.includes('57P01'), true)
})

t.test('check says how long an answer takes', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const { latencySeconds } = await database.check()
  t.equal(latencySeconds > 0 && latencySeconds < 5, true)
})

t.test('check does not wait for a server that hangs', async (t) => {
  const database = await openEmptyDatabase(t, server, { checkTimeoutMs: 50 })
  const pid = server.processId ?? 0
  process.kill(pid, 'SIGSTOP')
  t.teardown(() => process.kill(pid, 'SIGCONT'))
  await t.rejects(database.check(), {
    code: 'ERR_DATABASE_UNAVAILABLE',
    message: 'database: no answer within 0.05 s',
  })
  process.kill(pid, 'SIGCONT')
  t.strictSame(await database.query('select 1 as one'), [{ one: 1 }])
})

t.test('a server that is not there is unavailable', async (t) => {
  const nowhere = [
    { host: t.testdir({}), user: 'nobody', database: 'none' },
    { url: 'postgres://nobody@127.0.0.1:1/none' },
    { url: 'postgres://nobody@name.invalid/none' },
  ]
  for (const connection of nowhere) {
    const observer = recorder()
    const database = openPool({ connection, observer })
    t.teardown(() => database.close())
    await t.rejects(database.query('select 1'), { code: 'ERR_DATABASE_UNAVAILABLE' })
    await t.rejects(database.check(), { code: 'ERR_DATABASE_UNAVAILABLE' })
    await t.rejects(
      database.transaction(() => Promise.resolve()),
      { code: 'ERR_DATABASE_UNAVAILABLE' },
    )
    t.equal(observer.connections.length, 3)
    t.match(observer.connections[0], /^(?:ENOENT|ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/)
  }
})

t.test('a server that is there and knows no such database is not unavailable', async (t) => {
  const connection = { ...server.connection, database: 'none' }
  const database = openPool({ connection })
  t.teardown(() => database.close())
  await t.rejects(database.query('select 1'), { code: '3D000' })
})

t.test('a closed pool may be closed again and answers nothing', async (t) => {
  const database = openPool({ connection: server.connection })
  await database.query('select 1')
  await database.close()
  await database.close()
  await t.rejects(database.query('select 1'), { code: 'ERR_DATABASE_UNAVAILABLE' })
})
