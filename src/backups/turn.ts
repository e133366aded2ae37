import type { Session } from '../db/session.ts'
import { BackupError } from './backup-error.ts'

// Of all who back up this database, or restore a backup of it to look at it, one does at a time: they share the name of
// the database that is for that. Any number nobody else locks.
const LOCK = 7_867_940

/** Takes the turn until the session ends. Rejects with BackupError when somebody else has it. */
export async function takeTurn(session: Session): Promise<void> {
  const [row] = await session.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1) as taken',
    [LOCK],
  )
  if (row?.taken === true) return
  throw new BackupError('ERR_BACKUP_RUNNING', 'another backup of this database is being made')
}
