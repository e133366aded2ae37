import { constants } from 'node:fs'
import { access, lstat, mkdir, open, readlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Account } from './account.ts'
import { errnoOf } from './errors.ts'
import type { Launcher } from './launch.ts'

/**
 * Makes a directory nobody but `account` (and root) gets into. Changed by its descriptor: where the
 * parent is another user's, its name may be something else a moment later.
 */
export async function makePrivate(path: string, account: Account): Promise<void> {
  await mkdir(path, { mode: 0o700 })
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants
  const directory = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    await directory.chmod(0o700)
    if (account.drop) await directory.chown(account.uid, account.gid)
  } finally {
    await directory.close()
  }
}

/** Asked as the account itself, so that access control lists and security modules are heard too. */
export async function canEnter(path: string, launcher: Launcher): Promise<boolean> {
  if (launcher.account.drop) return (await launcher.run(['test', '-x', path])).status === 0
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The directory nearest the root that keeps the account from `path`; null when none does. */
export async function firstBlocked(path: string, launcher: Launcher): Promise<string | null> {
  if (await canEnter(path, launcher)) return null
  const parent = dirname(path)
  return (parent === path ? null : await firstBlocked(parent, launcher)) ?? path
}

/** Where a symbolic link points; null for anything else, or nothing. */
export async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EINVAL') return null
    throw error
  }
}

/** Does not follow a link. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
}
