import type { Queryable } from './database.ts'
import { MigrationError, readMigrations, SchemaTooNewError, type Migration } from './migrations.ts'

/** What migrate() needs of a Database. */
export interface MigrationTarget {
  transaction<T>(
    work: (transaction: Queryable) => Promise<T>,
    options?: { statementTimeoutMs?: number },
  ): Promise<T>
}

interface Applied {
  number: number
  name: string | null
  sha256: string | null
}

// Any number nobody else locks in this database; alerts have their own.
const LOCK = 7_867_936

/**
 * Brings the schema up to the newest file of `folder`, or to number `upTo`, each in one transaction, and resolves
 * with the names of those applied now. Two at once do it in turn.
 * Rejects with SchemaTooNewError, MigrationError (files and database do not fit, or a statement
 * fails: then nothing of that file remains) or DatabaseUnavailableError.
 */
export async function migrate(
  database: MigrationTarget,
  folder: string,
  upTo = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const migrations = (await readMigrations(folder)).filter(({ number }) => number <= upTo)
  await locked(database, (transaction) =>
    transaction.query(
      `create table if not exists schema_migrations (
         number integer primary key,
         name text,
         sha256 text,
         applied_at timestamptz not null default now()
       )`,
    ),
  )
  const done: string[] = []
  for (;;) {
    const name = await locked(database, async (transaction) => {
      const next = nextOf(migrations, await appliedIn(transaction))
      return next === null ? null : apply(transaction, next)
    })
    if (name === null) return done
    done.push(name)
  }
}

/** Number of the newest migration that was applied; 0 for none, also in a database without any table. */
export async function schemaVersion(database: Queryable): Promise<number> {
  if (!(await wasEverMigrated(database))) return 0
  const [row] = await database.query<{ number: number }>(
    'select coalesce(max(number), 0) as number from schema_migrations',
  )
  return row?.number ?? 0
}

/** When the first daemon was started on a database that has been migrated. */
export async function firstStart(database: Queryable): Promise<Date> {
  const [row] = await database.query<{ at: Date }>(
    'select min(applied_at) as at from schema_migrations',
  )
  if (!row) throw new Error('schema_migrations: an aggregate without a row')
  return row.at
}

async function wasEverMigrated(database: Queryable): Promise<boolean> {
  const [table] = await database.query<{ there: boolean }>(
    `select to_regclass('schema_migrations') is not null as there`,
  )
  return table?.there === true
}

/**
 * The first migration that is not applied, null when all are.
 * Throws when what is applied is not what the files say.
 */
export function nextOf(migrations: readonly Migration[], applied: Applied[]): Migration | null {
  const newest = migrations.at(-1)?.number ?? 0
  const found = Math.max(0, ...applied.map(({ number }) => number))
  if (found > newest) throw new SchemaTooNewError(found, newest)
  for (const migration of migrations) {
    const row = applied.find(({ number }) => number === migration.number)
    if (!row && migration.number < found)
      throw new MigrationError(`${migration.name}: was left out although ${found} is applied`)
    if (!row) return migration
    if (row.sha256 !== migration.sha256)
      throw new MigrationError(`${migration.name}: is not the text that was applied`)
  }
  return null
}

async function apply(transaction: Queryable, migration: Migration): Promise<string> {
  const { number, name, sql, sha256 } = migration
  try {
    await transaction.query(sql)
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ERR_DATABASE_UNAVAILABLE') throw cause
    throw new MigrationError(`${name}: ${describe(cause, sql)}`, { cause })
  }
  const rows = await transaction.query(
    'update schema_migrations set name = $2, sha256 = $3 where number = $1 returning number',
    [number, name, sha256],
  )
  if (rows.length === 0) throw new MigrationError(`${name}: took its own number out again`)
  return name
}

/** What the server says, with the line of the file. */
function describe(error: unknown, sql: string): string {
  const { message, position } = error as { message: string; position?: string }
  if (position === undefined) return message
  return `line ${sql.slice(0, Number(position) - 1).split('\n').length}: ${message}`
}

async function appliedIn(transaction: Queryable): Promise<Applied[]> {
  return transaction.query<Applied & Record<string, unknown>>(
    'select number, name, sha256 from schema_migrations order by number',
  )
}

/** The lock ends with the transaction, so no crash leaves it behind. */
async function locked<T>(
  database: MigrationTarget,
  work: (transaction: Queryable) => Promise<T>,
): Promise<T> {
  return database.transaction(
    async (transaction) => {
      // Another daemon's migration may take long, and so may ours: no limit on either.
      await transaction.query('set local lock_timeout = 0')
      await transaction.query('select pg_advisory_xact_lock($1)', [LOCK])
      return work(transaction)
    },
    { statementTimeoutMs: 0 },
  )
}
