import { firstStart } from '../db/migrate.ts'
import type { Queryable } from '../db/database.ts'
import { latestBackups, type BackupRecord } from './store.ts'

/** Of a backup what rules and numbers are about. */
export type BackupFacts = Pick<
  BackupRecord,
  | 'state'
  | 'startedAt'
  | 'finishedAt'
  | 'path'
  | 'sizeBytes'
  | 'error'
  | 'verifiedAt'
  | 'verifySeconds'
  | 'verifyError'
>

/** How it stands with backups. */
export interface BackupsState {
  /** When this was asked. */
  at: Date
  /** Since when there is something to back up. */
  since: Date
  /** How old the last verified one may be; 0: as old as it likes. */
  overdueHours: number
  /** The newest, made or not; null when there never was one. */
  last: BackupFacts | null
  /** The newest that was made. */
  completed: BackupFacts | null
  /** The newest that could be restored. */
  verified: BackupFacts | null
}

/** Asks the database. */
export async function backupsState(
  db: Queryable,
  overdueHours: number,
  at: Date,
): Promise<BackupsState> {
  return { at, since: await firstStart(db), overdueHours, ...(await latestBackups(db)) }
}
