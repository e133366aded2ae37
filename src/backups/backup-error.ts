/** Why something about backups was not done, for programs. */
export type BackupErrorCode =
  | 'ERR_BACKUP_RUNNING'
  | 'ERR_BACKUP_NO_SPACE'
  | 'ERR_BACKUP_DIRECTORY'
  | 'ERR_BACKUP_DAMAGED'
  | 'ERR_BACKUP_TOO_NEW'
  | 'ERR_BACKUP_DIFFERS'
  | 'ERR_BACKUP_NOT_FOUND'
  | 'ERR_DATABASE_NOT_EMPTY'
  | 'ERR_DATABASE_IN_USE'
  | 'ERR_NO_SCRATCH_DATABASE'

/** A backup was not made, not verified or not restored; nothing is left half done. */
export class BackupError extends Error {
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'BackupError'
    this.code = code
  }
}

/** ENOSPC and EDQUOT in words; other errors as they are. */
export function withoutSpace(error: unknown, directory: string): Error {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error as Error
  return new BackupError('ERR_BACKUP_NO_SPACE', `${directory}: no space left`, { cause: error })
}
