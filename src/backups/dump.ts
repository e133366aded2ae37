import { createHash } from 'node:crypto'
import { createGzip } from 'node:zlib'
import type { TarWriter } from '../archive/tar.ts'
import { schemaVersion } from '../db/migrate.ts'
import type { Session } from '../db/session.ts'
import { copyText, quoted, readCatalog, type Catalog, type Table } from './catalog.ts'
import type { DumpedTable, Manifest } from './manifest.ts'

/** What of a manifest is about the database. */
export type DumpedDatabase = Pick<
  Manifest,
  'schema' | 'database' | 'tables' | 'partitions' | 'sequences'
>

/** Tables that are dropped while they are looked for: tried again. */
const TRIES = 3
const UNDEFINED_TABLE = '42P01'
/** Of zlib: most of what there is to gain, in a third of the time. */
const LEVEL = 3

/** Told how far it is, 0..1. */
export type OnProgress = (done: number) => void

/**
 * Writes all of the database into the archive, as it was at one moment: one transaction of isolation `repeatable
 * read` sees nothing of what others commit meanwhile, and holds nobody up who reads or writes.
 */
export async function dumpDatabase(
  session: Session,
  archive: TarWriter,
  onProgress: OnProgress = () => undefined,
): Promise<DumpedDatabase> {
  for (let tries = 1; ; tries++) {
    await session.query('begin isolation level repeatable read read only')
    try {
      const catalog = await lockedCatalog(session)
      const dumped = await dumpAll(session, archive, catalog, onProgress)
      await session.query('commit')
      return dumped
    } catch (error) {
      await session.query('rollback').catch(() => undefined)
      const gone = (error as { code?: string }).code === UNDEFINED_TABLE
      if (!gone || tries === TRIES || archive.bytes > 0) throw error
    }
  }
}

/** The tables cannot be dropped or changed from here on. */
async function lockedCatalog(session: Session): Promise<Catalog> {
  const catalog = await readCatalog(session)
  const names = catalog.tables.map(({ name }) => `only ${quoted(name)}`)
  if (names.length > 0) await session.query(`lock table ${names.join(', ')} in access share mode`)
  return catalog
}

async function dumpAll(
  session: Session,
  archive: TarWriter,
  { tables, partitions, sequences }: Catalog,
  onProgress: OnProgress,
): Promise<DumpedDatabase> {
  const [server] = await session.query<{ version: string; bytes: number }>(
    `select current_setting('server_version') as version,
       pg_database_size(current_database()) as bytes`,
  )
  const schema = await schemaVersion(session)
  const dumped: DumpedTable[] = []
  for (const table of tables) {
    dumped.push(await dumpTable(session, archive, table))
    onProgress(dumped.length / tables.length)
  }
  return {
    schema,
    database: { server_version: server?.version ?? 'unknown', bytes: server?.bytes ?? 0 },
    ...{ tables: dumped, partitions, sequences },
  }
}

async function dumpTable(session: Session, archive: TarWriter, table: Table): Promise<DumpedTable> {
  const member = `tables/${table.name}.copy.gz`
  let content = { rows: 0, bytes: 0, sha256: '' }
  await archive.add(member, async (write) => {
    const gzip = createGzip({ level: LEVEL })
    // Told by what reads it.
    gzip.on('error', () => undefined)
    const written = (async () => {
      for await (const chunk of gzip) await write(chunk as Buffer)
    })()
    // What fails to be written has to end the copy, not wait for its end.
    const failed = written.then(() => new Promise<never>(() => undefined))
    failed.catch(() => undefined)
    failed.catch(() => undefined)
    content = await digestTable(session, table, async (block) => {
      if (gzip.write(block)) return
      await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), failed])
    })
    gzip.end()
    await written
  })
  return { name: table.name, columns: table.columns, ...content, member }
}

/** Reads all of a table: how many rows, how much text, and its checksum. */
export async function digestTable(
  session: Session,
  table: Table,
  each: (block: Buffer) => Promise<void> = () => Promise.resolve(),
): Promise<{ rows: number; bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const rows = await session.copyOut(`${copyText(table)} to stdout`, async (block) => {
    hash.update(block)
    bytes += block.length
    await each(block)
  })
  return { rows, bytes, sha256: hash.digest('hex') }
}
