import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readlink,
  rm,
  rmdir,
  stat,
  symlink,
} from 'node:fs/promises'
import { constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { EmbeddedDatabaseError, errnoOf } from './errors.ts'
import type { Launcher } from './launch.ts'

/** Where the parts of the embedded server are. */
export interface Directories {
  /** `<state>/postgresql`, the daemon's. */
  base: string
  /** Holds `data`; the same as base where the account can get there. */
  home: string
  data: string
  /** The daemon's, not the account's. */
  log: string
}

// sun_path of unix(7) holds 108 bytes with the closing zero.
const SOCKET_PATH_BYTES = 107
/** The port only names the socket's file: there is no TCP. */
export const PORT = 5432
const ELSEWHERE = '/var/lib/storwarden-databases'

/** Owner of the database directory when there is one, and of the state directory: candidates for the account. */
export async function ownersOf(stateDir: string): Promise<{ uid: number; gid: number }[]> {
  const owners: { uid: number; gid: number }[] = []
  for (const path of [join(stateDir, 'postgresql', 'data'), stateDir]) {
    try {
      owners.push(await stat(path))
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
  return owners
}

/**
 * Makes what is not there yet, but for `data` itself. Where the account cannot reach the state
 * directory (one under /root, say) the database goes to /var/lib/storwarden-databases and
 * `<state>/postgresql/data` is a link to it.
 */
export async function prepareDirectories(
  stateDir: string,
  launcher: Launcher,
  log: (message: string) => void,
): Promise<Directories> {
  const base = join(stateDir, 'postgresql')
  const logDir = join(base, 'log')
  await makeOpen(base)
  await mkdir(logDir, { recursive: true, mode: 0o755 })
  const link = join(base, 'data')
  const target = await linkTarget(link)
  const exists = target !== null || (await isThere(link))
  if (!exists && !(await canEnter(base, launcher))) {
    const home = await makeElsewhere()
    await symlink(join(home, 'data'), link)
    log(`user ${launcher.account.name} cannot reach ${base}: the database is in ${home}`)
    return { base, home, data: join(home, 'data'), log: logDir }
  }
  const home = target === null ? base : dirname(target)
  const blocked = await firstBlocked(home, launcher)
  if (blocked !== null) {
    throw new EmbeddedDatabaseError(
      `user ${launcher.account.name}, who runs PostgreSQL, cannot enter ${blocked}`,
    )
  }
  return { base, home, data: join(home, 'data'), log: logDir }
}

/**
 * Makes the directory of the socket: nobody but the account (and root) gets in, so that reaching
 * the socket is all the authentication there is. In `home`, or where the path is short enough.
 */
export async function makeSocketDirectory(
  { base, home }: Directories,
  launcher: Launcher,
  log: (message: string) => void,
): Promise<string> {
  const link = join(base, 'socket')
  await removeSocketDirectory(base)
  const inside = join(home, 'socket')
  const path = fits(inside) ? inside : await makeShort()
  if (path === inside) await mkdir(path, { mode: 0o700, recursive: true })
  else log(`${inside} is too long for a socket: it is in ${path}`)
  if (path !== link) await symlink(path, link)
  await chmod(path, 0o700)
  if (launcher.account.drop) await chown(path, launcher.account.uid, launcher.account.gid)
  return path
}

/** Also what a daemon that was killed left behind. Nothing but a socket and its lock is removed. */
export async function removeSocketDirectory(base: string): Promise<void> {
  const link = join(base, 'socket')
  const target = await linkTarget(link)
  if (target === null && !(await isThere(link))) return
  const path = target ?? link
  for (const name of [`.s.PGSQL.${PORT}`, `.s.PGSQL.${PORT}.lock`])
    await rm(join(path, name), { force: true })
  try {
    await rmdir(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
  if (target !== null) await rm(link)
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_BYTES
}

async function makeShort(): Promise<string> {
  for (const parent of [...(process.getuid?.() === 0 ? ['/run'] : []), tmpdir(), '/tmp']) {
    if (!fits(join(parent, 'storwarden-XXXXXX'))) continue
    try {
      return await mkdtemp(join(parent, 'storwarden-'))
    } catch (error) {
      if (errnoOf(error) === undefined) throw error
    }
  }
  throw new EmbeddedDatabaseError('no directory for the socket: /run and /tmp cannot be written')
}

async function makeElsewhere(): Promise<string> {
  try {
    await mkdir(ELSEWHERE, { recursive: true, mode: 0o755 })
    const home = await mkdtemp(join(ELSEWHERE, 'db-'))
    await chmod(home, 0o711)
    return home
  } catch (cause) {
    throw new EmbeddedDatabaseError(`cannot make ${ELSEWHERE}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** Whoever may get to it may pass through it; what is in it has its own modes. */
async function makeOpen(path: string): Promise<void> {
  try {
    await mkdir(path)
    await chmod(path, 0o711)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

async function firstBlocked(path: string, launcher: Launcher): Promise<string | null> {
  if (await canEnter(path, launcher)) return null
  const parent = dirname(path)
  return (parent === path ? null : await firstBlocked(parent, launcher)) ?? path
}

async function canEnter(path: string, { account, run }: Launcher): Promise<boolean> {
  if (account.drop) return (await run(['test', '-x', path])).status === 0
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function linkTarget(path: string): Promise<string | null> {
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
