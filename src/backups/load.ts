import { createHash } from 'node:crypto'
import { createGunzip } from 'node:zlib'
import { ArchiveError, type TarReader } from '../archive/tar.ts'
import { migrate, type MigrationTarget } from '../db/migrate.ts'
import { readMigrations, type Migration } from '../db/migrations.ts'
import type { Session } from '../db/session.ts'
import { BackupError } from './backup-error.ts'
import { copyText, quoted, readCatalog } from './catalog.ts'
import type { OnProgress } from './dump.ts'
import { parseManifest, rowsOf, type DumpedTable, type Manifest } from './manifest.ts'

/** Reads what is in a backup. Rejects with BackupError or ArchiveError. */
export async function readManifest(archive: TarReader): Promise<Manifest> {
  const blocks: Buffer[] = []
  for await (const block of archive.read('manifest.json')) blocks.push(block)
  const manifest = parseManifest(Buffer.concat(blocks).toString('utf8'))
  const members = [...manifest.tables, ...manifest.files].map(({ member }) => member)
  const missing = members.find((member) => !archive.members.has(member))
  if (missing !== undefined) {
    throw new BackupError('ERR_BACKUP_DAMAGED', `the backup lacks ${missing}`)
  }
  return manifest
}

/** Rejects with BackupError when the migrations of this version are not those that the backup was made with. */
export async function checkSchema({ schema }: Manifest, folder: string): Promise<void> {
  const newest = (await readMigrations(folder)).at(-1)?.number ?? 0
  if (schema <= newest) return
  throw new BackupError(
    'ERR_BACKUP_TOO_NEW',
    `the backup has schema ${schema}, newer than ${newest}, the newest this version knows: restore it with the version that made it`,
  )
}

/**
 * Makes the tables as they were and fills them, in the transaction that is open: whatever fails, the rollback leaves
 * the database as it was. The database has to be empty. `onProgress` is told after each table. Rejects with BackupError when a checksum is not right.
 */
export async function loadDatabase(
  session: Session,
  archive: TarReader,
  manifest: Manifest,
  folder: string,
  onProgress: OnProgress = () => undefined,
): Promise<void> {
  await makeTables(session, manifest, folder)
  await emptyTables(session)
  const whole = rowsOf(manifest)
  let rows = 0
  for (const table of manifest.tables) {
    await loadTable(session, archive, table)
    rows += table.rows
    onProgress(whole === 0 ? 1 : rows / whole)
  }
  await checkMigrations(session, await readMigrations(folder))
  for (const { name, last_value: last } of manifest.sequences) {
    if (last !== null) await session.query('select setval($1::regclass, $2)', [quoted(name), last])
  }
}

/** Drops every table and function of the schema that statements work in, in the transaction that is open. */
export async function dropEverything(session: Session): Promise<void> {
  const { tables, partitioned } = await readCatalog(session)
  const names = [...partitioned, ...tables.map(({ name }) => name)]
  if (names.length > 0) {
    await session.query(`drop table if exists ${names.map(quoted).join(', ')} cascade`)
  }
  const functions = await session.query<{ signature: string }>(
    `select oid::regprocedure::text as signature from pg_proc
     where pronamespace = current_schema()::regnamespace and not exists (
       select from pg_depend
       where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e'
     )`,
  )
  for (const { signature } of functions) {
    await session.query(`drop routine if exists ${signature} cascade`)
  }
}

/** Migrations in the transaction that is open already. */
export function inTransaction(session: Session): MigrationTarget {
  return { transaction: (work) => work(session) }
}

async function makeTables(session: Session, manifest: Manifest, folder: string): Promise<void> {
  await migrate(inTransaction(session), folder, manifest.schema)
  const there = new Set((await readCatalog(session)).partitions.map(({ name }) => name))
  for (const { name, parent, bound } of manifest.partitions) {
    if (there.has(name)) continue
    await session.query(`create table ${quoted(name)} partition of ${quoted(parent)} ${bound}`)
  }
}

/** Of what migrations put in: it is in the backup, too, as it was last. */
async function emptyTables(session: Session): Promise<void> {
  const { tables } = await readCatalog(session)
  for (const { name } of [...tables].reverse()) {
    await session.query(`delete from only ${quoted(name)}`)
  }
}

async function loadTable(session: Session, archive: TarReader, table: DumpedTable): Promise<void> {
  const hash = createHash('sha256')
  const content = async function* () {
    for await (const block of gunzipped(archive, table.member)) {
      hash.update(block)
      yield block
    }
    if (hash.digest('hex') !== table.sha256) {
      throw new BackupError('ERR_BACKUP_DAMAGED', `${table.member}: its checksum is not right`)
    }
  }
  const rows = await session.copyIn(`${copyText(table)} from stdin`, content())
  if (rows !== table.rows) {
    throw new BackupError(
      'ERR_BACKUP_DAMAGED',
      `${table.member}: has ${rows} rows, not ${table.rows}`,
    )
  }
}

async function* gunzipped(archive: TarReader, member: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const feeding = (async () => {
    for await (const block of archive.read(member)) {
      if (!gunzip.write(block)) await new Promise((resolve) => gunzip.once('drain', resolve))
    }
    gunzip.end()
  })()
  feeding.catch((error: unknown) => gunzip.destroy(error as Error))
  try {
    for await (const block of gunzip) yield block as Buffer
    await feeding
  } catch (cause) {
    if (cause instanceof ArchiveError) throw cause
    throw new BackupError(
      'ERR_BACKUP_DAMAGED',
      `${member}: cannot be read: ${(cause as Error).message}`,
      { cause },
    )
  }
}

/** The tables were made by the migrations of this version: they have to be those that the backup was made by. */
async function checkMigrations(session: Session, known: readonly Migration[]): Promise<void> {
  const applied = await session.query<{ number: number; sha256: string }>(
    'select number, sha256 from schema_migrations',
  )
  const other = applied.find(
    ({ number, sha256 }) => known.find((one) => one.number === number)?.sha256 !== sha256,
  )
  if (other !== undefined) {
    throw new BackupError(
      'ERR_BACKUP_DIFFERS',
      `migration ${other.number} is not the text that the backup was made with`,
    )
  }
}
