import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TarWriter } from '../archive/tar.ts'
import { openSession, type Session } from '../db/session.ts'
import type { DatabaseConnection } from '../db/pool.ts'
import { storeDrill } from './drill-store.ts'
import { carriedOut } from './drills.ts'
import { dumpDatabase, type OnProgress } from './dump.ts'
import {
  backupName,
  backupsAmong,
  prepareDirectory,
  prunable,
  requireSpace,
  writeWhole,
} from './files.ts'
import { FORMAT, rowsOf, type DumpedFile, type Manifest } from './manifest.ts'
import {
  storeBackup,
  storeDeletion,
  storeVerification,
  verifiedPaths,
  type BackupRecord,
} from './store.ts'
import { takeTurn } from './turn.ts'

/** What is backed up, and by whom. */
export interface BackupSource {
  connection: DatabaseConnection
  /** The file of the configuration; null when there is none. */
  configFile: string | null
  stateDir: string
  /** Files that the configuration names and that hold secrets. */
  secretFiles: readonly string[]
  /** Name of the machine. */
  host: string
  /** Of storwarden. */
  version: string
  migrations: string
  now: () => Date
  newId: () => string
  elapsedSeconds: () => number
}

/** Which backup is wanted. */
export interface BackupOrder {
  directory: string
  verify: boolean
  /** How many are kept in the directory; null deletes none. */
  keep: number | null
  createdBy: string
}

/** Told what is going on. */
export interface BackupObserver {
  progress: OnProgress
  say: (message: string) => void
}

/** What there is besides the database without which a daemon would be another one. */
const STATE_FILES = ['daemon-id'] as const

/**
 * Makes a backup, verifies it where that is wanted, deletes those that are too many, and writes down what became of
 * it. Resolves with that when it was made, verified or not. Rejects with BackupError or as the database does; then no
 * file is left.
 */
export async function makeBackup(
  source: BackupSource,
  order: BackupOrder,
  observer: BackupObserver,
): Promise<BackupRecord> {
  const session = await openSession({ connection: source.connection, name: 'storwarden backup' })
  try {
    await takeTurn(session)
    const record = await recorded(session, source, order, observer)
    if (!order.verify) return await pruned(session, source, order, record, observer)
    const drill = await carriedOut(
      source,
      { path: record.path ?? '', createdBy: order.createdBy },
      observer.say,
    )
    const verified = { at: source.now(), seconds: drill.seconds, error: drill.error }
    await session.transaction(async () => {
      await storeVerification(session, record.id, verified)
      await storeDrill(session, drill)
    })
    const known = {
      ...record,
      verifiedAt: drill.error === null ? verified.at : null,
      verifySeconds: drill.seconds,
      verifyError: drill.error,
    }
    return await pruned(session, source, order, known, observer)
  } finally {
    await session.close()
  }
}

/** Makes it and writes that down, or why it was not made. */
async function recorded(
  session: Session,
  source: BackupSource,
  order: BackupOrder,
  observer: BackupObserver,
): Promise<BackupRecord> {
  const id = source.newId()
  const startedAt = source.now()
  const begun = { id, createdBy: order.createdBy, startedAt }
  const nothing = { verifiedAt: null, verifySeconds: null, verifyError: null, deletedAt: null }
  try {
    const made = await write(session, source, order, startedAt, observer)
    const { manifest } = made
    const record: BackupRecord = {
      ...{ ...begun, ...nothing, state: 'completed', finishedAt: source.now(), error: null },
      ...{ path: made.path, sizeBytes: made.sizeBytes, sha256: made.sha256 },
      ...{ schema: manifest.schema, version: manifest.version },
      ...{ tableCount: manifest.tables.length, rowCount: rowsOf(manifest) },
    }
    await storeBackup(session, record)
    return record
  } catch (error) {
    const { message } = error as Error
    const unknown = { path: null, sizeBytes: null, sha256: null, schema: null, version: null }
    const counts = { tableCount: null, rowCount: null }
    const failed = { state: 'failed', finishedAt: source.now(), error: message } as const
    await noteFailure(source, { ...begun, ...nothing, ...unknown, ...counts, ...failed })
    throw error
  }
}

/** The connection that it was made with may be what has failed. */
async function noteFailure(source: BackupSource, record: BackupRecord): Promise<void> {
  const session = await openSession({
    connection: source.connection,
    name: 'storwarden backup',
  }).catch(() => null)
  await session?.query('select 1').then(
    () => storeBackup(session, record),
    () => undefined,
  )
  await session?.close()
}

async function write(
  session: Session,
  source: BackupSource,
  { directory }: BackupOrder,
  at: Date,
  observer: BackupObserver,
): Promise<{ manifest: Manifest; path: string; sizeBytes: number; sha256: string }> {
  await prepareDirectory(directory)
  await requireSpace(directory, await databaseBytes(session))
  const name = backupName(source.host, at)
  const { size: sizeBytes, result } = await writeWhole(directory, name, async (file) => {
    const archive = new TarWriter(file, source.now)
    const dumped = await dumpDatabase(session, archive, observer.progress)
    const manifest: Manifest = {
      ...{ format: FORMAT, application: 'storwarden', version: source.version },
      ...{ host: source.host, created_at: at.toISOString() },
      ...dumped,
      files: await addFiles(archive, source),
      not_included: source.secretFiles,
    }
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)
    await archive.add('manifest.json', (append) => append(text))
    await archive.end()
    return { manifest, sha256: createHash('sha256').update(text).digest('hex') }
  })
  return { ...result, path: join(directory, name), sizeBytes }
}

/** As many bytes as the database has: what is compressed has less. */
async function databaseBytes(session: Session): Promise<number> {
  const [row] = await session.query<{ bytes: number }>(
    'select pg_database_size(current_database()) as bytes',
  )
  return row?.bytes ?? 0
}

async function addFiles(
  archive: TarWriter,
  { configFile, stateDir }: BackupSource,
): Promise<DumpedFile[]> {
  const wanted: Pick<DumpedFile, 'kind' | 'path' | 'member'>[] = [
    ...(configFile === null
      ? []
      : [{ kind: 'config', path: configFile, member: 'config/config.yaml' } as const]),
    ...STATE_FILES.map((name) => ({
      ...({ kind: 'state', path: join(stateDir, name), member: `state/${name}` } as const),
    })),
  ]
  const files: DumpedFile[] = []
  for (const file of wanted) {
    const content = await readFile(file.path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    })
    if (content === null) continue
    await archive.add(file.member, (append) => append(content))
    const sha256 = createHash('sha256').update(content).digest('hex')
    files.push({ ...file, bytes: content.length, sha256 })
  }
  return files
}

/** Deletes what is too many. Only what could be verified, if it was to be, counts against those before it. */
async function pruned(
  session: Session,
  source: BackupSource,
  { directory, keep, verify }: BackupOrder,
  record: BackupRecord,
  { say }: BackupObserver,
): Promise<BackupRecord> {
  if (keep === null || (verify && record.verifiedAt === null)) return record
  const good = new Set((await verifiedPaths(session)).map((path) => basename(path)))
  const newestFirst = backupsAmong(await readdir(directory), source.host)
  const gone = prunable(newestFirst, keep, (name) => good.has(name))
  for (const name of gone) await rm(join(directory, name), { force: true })
  const paths = gone.map((name) => join(directory, name))
  if (gone.length > 0) {
    await storeDeletion(session, paths, source.now())
    say(`deleted ${gone.join(', ')}`)
  }
  return record
}
