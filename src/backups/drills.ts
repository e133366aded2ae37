import { openSession } from '../db/session.ts'
import { storeDrill, type RestoreDrill } from './drill-store.ts'
import { rowsOf, type Manifest } from './manifest.ts'
import { takeTurn } from './turn.ts'
import { verifyBackup, type VerifyOptions } from './verify.ts'

/** With what a backup is restored to see that it can be. */
export interface DrillSource extends Omit<VerifyOptions, 'say' | 'onManifest'> {
  now: () => Date
  newId: () => string
  elapsedSeconds: () => number
}

/** Which backup, for whom. */
export interface DrillOrder {
  path: string
  createdBy: string
}

/**
 * Restores a backup into a database that is gone afterwards, compares, and writes down what came of it, which it
 * resolves with. Rejects with BackupError when another backup is being made, or as the database does.
 */
export async function restoreDrill(
  source: DrillSource,
  order: DrillOrder,
  say: (message: string) => void,
): Promise<RestoreDrill> {
  const session = await openSession({ connection: source.connection, name: 'storwarden backup' })
  try {
    await takeTurn(session)
    const drill = await carriedOut(source, order, say)
    await storeDrill(session, drill)
    return drill
  } finally {
    await session.close()
  }
}

/** The same without writing it down, for who has the turn. Rejects never: why it failed is in the drill. */
export async function carriedOut(
  source: DrillSource,
  { path, createdBy }: DrillOrder,
  say: (message: string) => void,
): Promise<RestoreDrill> {
  const startedAt = source.now()
  const begunAt = source.elapsedSeconds()
  const seen: { manifest: Manifest | null } = { manifest: null }
  let error: string | null = null
  try {
    const onManifest = (manifest: Manifest) => {
      seen.manifest = manifest
    }
    await verifyBackup(path, { ...source, say, onManifest })
  } catch (cause) {
    error = (cause as Error).message
    say(`not verified: ${error}`)
  }
  const { manifest } = seen
  const restored = error === null ? manifest : null
  return {
    ...{ id: source.newId(), path, createdBy, startedAt, error },
    seconds: source.elapsedSeconds() - begunAt,
    backupCreatedAt: manifest === null ? null : new Date(manifest.created_at),
    host: manifest?.host ?? null,
    schema: manifest?.schema ?? null,
    version: manifest?.version ?? null,
    tableCount: restored === null ? null : restored.tables.length,
    rowCount: restored === null ? null : rowsOf(restored),
  }
}
