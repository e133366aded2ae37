import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the migrations folder. */
export interface Migration {
  number: number
  /** The file's name, e.g. `0001-events.sql`. */
  name: string
  sql: string
  /** SHA-256 of the text: an applied migration is never edited. */
  sha256: string
}

/** The migrations and the database do not fit together; nothing was changed. */
export class MigrationError extends Error {
  readonly code = 'ERR_MIGRATION'

  constructor(reason: string, options?: ErrorOptions) {
    super(`migrations: ${reason}`, options)
    this.name = 'MigrationError'
  }
}

/** The database was written by a newer daemon, whose tables this one does not know. */
export class SchemaTooNewError extends Error {
  readonly code = 'ERR_SCHEMA_TOO_NEW'

  constructor(found: number, known: number) {
    super(
      `database: schema ${found} is newer than ${known}, the newest this version knows: start the newer version, or restore a backup of before the upgrade`,
    )
    this.name = 'SchemaTooNewError'
  }
}

const NAME = /^(\d{4})-[a-z0-9][a-z0-9-]*\.sql$/
const FIRST = /^insert into schema_migrations\s*\(\s*number\s*\)\s*values\s*\(\s*(\d+)\s*\)\s*;/i
// The runner's transaction is the file's: who ends it leaves half a migration behind.
const ENDS_TRANSACTION =
  /^\s*(?:begin|start\s+transaction|commit|end|rollback|abort)(?:\s+(?:work|transaction))?\s*;/im

/** Reads `NNNN-name.sql`, numbered from 0001 without a gap, in order. Other files are refused. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    throw new MigrationError(`cannot read ${folder}: ${(cause as Error).message}`, { cause })
  }
  const migrations: Migration[] = []
  for (const name of names.sort()) {
    const sql = await readFile(join(folder, name), 'utf8')
    migrations.push(parseMigration(name, sql))
  }
  checkNumbers(migrations)
  return migrations
}

/** Number of the newest migration of the folder; 0 for none. Rejects with MigrationError. */
export async function newestMigration(folder: string): Promise<number> {
  return (await readMigrations(folder)).at(-1)?.number ?? 0
}

/** Checks what can be checked without a server: name, number, first statement. */
export function parseMigration(name: string, sql: string): Migration {
  const number = Number(NAME.exec(name)?.[1] ?? 0)
  if (number === 0) throw new MigrationError(`${name}: is not named NNNN-name.sql`)
  const statements = withoutComments(sql)
  if (Number(FIRST.exec(statements)?.[1]) !== number) {
    throw new MigrationError(
      `${name}: does not begin with "insert into schema_migrations (number) values (${number});"`,
    )
  }
  if (ENDS_TRANSACTION.test(statements)) {
    throw new MigrationError(`${name}: begins or ends a transaction, which is the runner's to do`)
  }
  // A checkout with other line ends is not an edit.
  const sha256 = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
  return { number, name, sql, sha256 }
}

function withoutComments(sql: string): string {
  return sql
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*--.*$/gm, '')
    .trim()
}

function checkNumbers(migrations: readonly Migration[]): void {
  migrations.forEach(({ number, name }, index) => {
    if (number > index + 1) {
      throw new MigrationError(`${String(index + 1).padStart(4, '0')} is missing before ${name}`)
    }
    if (number <= index) throw new MigrationError(`${name}: its number is taken`)
  })
}
