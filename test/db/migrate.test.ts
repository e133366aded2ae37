import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { migrate, nextOf, schemaVersion } from '../../src/db/migrate.ts'
import { parseMigration, readMigrations } from '../../src/db/migrations.ts'
import type { DatabasePool } from '../../src/db/pool.ts'
import { migrationsFolder, openEmptyDatabase, startTestServer } from '../support/database.ts'

const server = await startTestServer(t)

const first = 'insert into schema_migrations (number) values (1);\ncreate table a (n integer);\n'
const second = 'insert into schema_migrations (number) values (2);\ninsert into a values (2);\n'

async function tables(database: DatabasePool): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  return rows.map(({ name }) => name)
}

t.test('applies what is new, in order, and once', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const folder = t.testdir({ '0001-a.sql': first })

  t.strictSame(await migrate(database, folder), ['0001-a.sql'])
  t.strictSame(await migrate(database, folder), [])
  await writeFile(join(folder, '0002-b.sql'), second)
  t.strictSame(await migrate(database, folder), ['0002-b.sql'])

  t.strictSame(await database.query('select n from a'), [{ n: 2 }])
  t.equal(await schemaVersion(database), 2)
  t.match(await database.query('select number, name from schema_migrations order by number'), [
    { number: 1, name: '0001-a.sql' },
    { number: 2, name: '0002-b.sql' },
  ])
})

t.test('two at once do it in turn', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const other = await openEmptyDatabase(t, server)
  const folder = t.testdir({ '0001-a.sql': first, '0002-b.sql': second })

  const done = await Promise.all([1, 2, 3, 4].map(() => migrate(database, folder)))

  t.strictSame(done.flat().sort(), ['0001-a.sql', '0002-b.sql'])
  t.strictSame(await database.query('select n from a'), [{ n: 2 }])
  t.strictSame(await tables(other), [], 'and another database is not touched')
})

t.test('a migration that fails leaves nothing of itself, and what was before it', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const broken = second + 'create table b (n integer);\n\nselect * from\nnowhere;\n'
  const folder = t.testdir({ '0001-a.sql': first, '0002-b.sql': broken })

  await t.rejects(migrate(database, folder), {
    code: 'ERR_MIGRATION',
    message: 'migrations: 0002-b.sql: line 6: relation "nowhere" does not exist',
  })

  t.strictSame(await tables(database), ['a', 'schema_migrations'])
  t.strictSame(await database.query('select n from a'), [])
  t.equal(await schemaVersion(database), 1)

  await writeFile(join(folder, '0002-b.sql'), second)
  t.strictSame(await migrate(database, folder), ['0002-b.sql'], 'and can be put right')
})

t.test('a schema that a newer daemon left is refused', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const folder = t.testdir({
    newer: { '0001-a.sql': first, '0002-b.sql': second },
    older: { '0001-a.sql': first },
  })
  await migrate(database, join(folder, 'newer'))
  await t.rejects(migrate(database, join(folder, 'older')), {
    code: 'ERR_SCHEMA_TOO_NEW',
    message: /^database: schema 2 is newer than 1, /,
  })
})

t.test('a migration that was edited after it was applied is refused', async (t) => {
  const database = await openEmptyDatabase(t, server)
  await migrate(database, t.testdir({ '0001-a.sql': first }))
  await t.resolves(
    migrate(database, t.testdir({ '0001-a.sql': first.replaceAll('\n', '\r\n') })),
    'other line ends are no edit',
  )
  await t.rejects(migrate(database, t.testdir({ '0001-a.sql': `${first}-- more\n` })), {
    code: 'ERR_MIGRATION',
    message: 'migrations: 0001-a.sql: is not the text that was applied',
  })
})

t.test('a file that takes its own number out again is refused', async (t) => {
  const database = await openEmptyDatabase(t, server)
  const folder = t.testdir({ '0001-a.sql': `${first}delete from schema_migrations;\n` })
  await t.rejects(migrate(database, folder), { code: 'ERR_MIGRATION' })
  t.strictSame(await tables(database), ['schema_migrations'])
})

t.test('a migration left out is found', (t) => {
  const migrations = [parseMigration('0001-a.sql', first), parseMigration('0002-b.sql', second)]
  const applied = [{ number: 2, name: '0002-b.sql', sha256: migrations[1]?.sha256 ?? '' }]
  t.throws(() => nextOf(migrations, applied), {
    message: 'migrations: 0001-a.sql: was left out although 2 is applied',
  })
  t.end()
})

t.test('the folder', async (t) => {
  const refused: [string, Record<string, string>][] = [
    ['0002 is missing before 0003-c.sql', { '0001-a.sql': first, '0003-c.sql': number(3) }],
    ['0001-b.sql: its number is taken', { '0001-a.sql': first, '0001-b.sql': first }],
    ['a.sql: is not named NNNN-name.sql', { 'a.sql': first }],
    ['0000-a.sql: is not named NNNN-name.sql', { '0000-a.sql': number(0) }],
    [
      '0001-a.sql: does not begin with "insert into schema_migrations (number) values (1);"',
      { '0001-a.sql': number(2) },
    ],
    [
      "0001-a.sql: begins or ends a transaction, which is the runner's to do",
      { '0001-a.sql': `${first}COMMIT;\ncreate table b ();` },
    ],
  ]
  for (const [message, files] of refused) {
    await t.rejects(readMigrations(t.testdir(files)), {
      code: 'ERR_MIGRATION',
      message: `migrations: ${message}`,
    })
  }
  await t.rejects(readMigrations('/nonexistent'), {
    message: /^migrations: cannot read \/nonexistent: ENOENT/,
  })
})

function number(value: number): string {
  return `insert into schema_migrations (number) values (${value});\n`
}

t.test("a comment above a migration's first statement is welcome", (t) => {
  t.match(parseMigration('0001-a.sql', `-- what for\n/* and\nwhy */\n${first}`), { number: 1 })
  t.end()
})

t.test("storwarden's own migrations apply to an empty database", async (t) => {
  const database = await openEmptyDatabase(t, server)
  const applied = await migrate(database, migrationsFolder)
  const names = (await readMigrations(migrationsFolder)).map(({ name }) => name)
  t.strictSame(applied, names)
  t.equal(names.length >= 5, true)
})
