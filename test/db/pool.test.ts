import t from 'tap'
import {
  doublesOf,
  doublesParameter,
  integersOf,
  integersParameter,
} from '../../src/db/binary-arrays.ts'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import type { DatabaseObserver } from '../../src/db/connection.ts'
import { openPool } from '../../src/db/pool.ts'
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

t.test('rows are copied out within a transaction', async (t) => {
  const observer = recorder()
  const database = await openEmptyDatabase(t, server, { observer })
  await database.query(
    `create table words as select 'word ' || n as word from generate_series(1, 50000) as n`,
  )
  const copied = (text: string, write: (block: Buffer) => Promise<void>) =>
    database.transaction((transaction) => transaction.copyOut(text, write))
  const blocks: string[] = []
  const keep = async (block: Buffer) => {
    await Promise.resolve()
    blocks.push(block.toString())
  }
  t.equal(await copied('copy (delete from words returning word) to stdout', keep), 50_000)
  t.ok(blocks.length > 1)
  t.ok(
    blocks.every((block) => block.endsWith('\n')),
    'each is of whole rows',
  )
  const words = Array.from({ length: 50_000 }, (_, index) => `word ${index + 1}\n`)
  t.equal(blocks.join(''), words.join(''))
  t.strictSame(await database.query('select * from words'), [], 'and it is part of it')
  await database.query(`insert into words select repeat('x', 1000) from generate_series(1, 1000)`)
  for (const rows of [100, 200, 300, 400, 500]) {
    const text = `copy (select * from words limit ${rows}) to stdout`
    t.equal(await copied(text, keep), rows, 'and the connection goes on')
  }
  await t.rejects(copied('copy nothing to stdout', keep), { code: '42P01' })
  await t.rejects(copied('select 1', keep), { message: 'rows where a COPY was expected' })
  t.ok(observer.queries.includes('42P01'))
})

t.test('arrays go to the server and come back in binary', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const [doubles, integers] = [
    [0.1, -0, 5e-324, 1.7976931348623157e308, NaN],
    [0, -1, 2 ** 31 - 1],
  ]
  const given = [
    doublesParameter([Float64Array.from(doubles.slice(0, 2)), Float64Array.from(doubles.slice(2))]),
    integersParameter(Int32Array.from(integers)),
  ]
  const [sent] = await database.query<{ doubles: Buffer; integers: Buffer; none: Buffer }>(
    `select array_send($1::double precision[]) as doubles, array_send($2::integer[]) as integers,
            array_send(($1::double precision[])[10:]) as none`,
    given,
  )
  t.strictSame(Array.from(doublesOf(sent?.doubles ?? Buffer.of())), doubles)
  t.strictSame(Array.from(integersOf(sent?.integers ?? Buffer.of())), integers)
  t.strictSame(doublesOf(sent?.none ?? Buffer.of()).length, 0)
  const sparse = await database.query(
    'select $1::double precision[] as doubles, $2::integer[] as integers',
    [
      doublesParameter([Float64Array.of(NaN, 2, NaN)], { nanIsNull: true }),
      integersParameter(Int32Array.of(0, 2, 0), { zeroIsNull: true }),
    ],
  )
  t.strictSame(sparse, [{ doubles: [null, 2, null], integers: [null, 2, null] }])
  await t.rejects(
    async () => {
      const [row] = await database.query<{ sent: Buffer }>(
        'select array_send(array[1, null]::double precision[]) as sent',
      )
      return doublesOf(row?.sent ?? Buffer.of())
    },
    { message: 'array_send: 36 bytes are not 2 elements of 8' },
  )
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
    connectTimeoutMs: 500,
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
