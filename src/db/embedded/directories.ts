import { chmod, mkdir, mkdtemp, realpath, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EmbeddedDatabaseError, errnoOf } from './errors.ts'
import type { Launcher } from './launch.ts'
import { canEnter, firstBlocked, isThere, linkTarget } from './paths.ts'

/** Where the parts of the embedded server are, links followed. */
export interface Directories {
  /** `<state>/postgresql`, the daemon's. */
  base: string
  /** Holds `data`; the same as base where the account can get there. */
  home: string
  data: string
  /** The daemon's, not the account's. */
  log: string
}

/** Holds the databases whose accounts cannot reach their state directories. */
const ELSEWHERE = '/var/lib/storwarden-databases'

/**
 * Owners of the database directory, when there is one, and of the state directory: candidates for
 * the account.
 */
export async function ownersOf(stateDir: string): Promise<{ uid: number; gid: number }[]> {
  const owners: { uid: number; gid: number }[] = []
  for (const path of [join(stateDir, 'postgresql', 'data'), stateDir]) {
    try {
      const { uid, gid } = await stat(path)
      owners.push({ uid, gid })
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
  return owners
}

/**
 * Makes what is not there yet, but for `data` itself. Where the account cannot reach the state
 * directory (one under /root, say) the database goes to a directory of its own in `elsewhere`, and
 * `<state>/postgresql/data` becomes a link to it. A directory at random, not one by the name of the
 * state directory: who removed that wants to begin anew.
 */
export async function prepareDirectories(
  stateDir: string,
  launcher: Launcher,
  log: (message: string) => void,
  elsewhere = ELSEWHERE,
): Promise<Directories> {
  const { name } = launcher.account
  const base = join(await realpath(stateDir), 'postgresql')
  await makePassable(base)
  const logDir = join(base, 'log')
  await mkdir(logDir, { recursive: true, mode: 0o755 })
  const link = join(base, 'data')
  const target = await linkTarget(link)
  const at = (home: string): Directories => ({ base, home, data: join(home, 'data'), log: logDir })
  if (target === null && !(await isThere(link)) && !(await canEnter(base, launcher))) {
    const home = await makeElsewhere(elsewhere)
    await symlink(join(home, 'data'), link)
    log(`user ${name}, who runs PostgreSQL, cannot enter ${base}: the database is in ${home}`)
    return at(home)
  }
  const home = target === null ? base : await realpath(dirname(target))
  const blocked = await firstBlocked(home, launcher)
  if (blocked !== null)
    throw new EmbeddedDatabaseError(`user ${name}, who runs PostgreSQL, cannot enter ${blocked}`)
  return at(home)
}

/** Whoever can get to it may pass through it; what is in it has its own modes. */
async function makePassable(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw error
  }
  await chmod(path, 0o711)
}

async function makeElsewhere(parent: string): Promise<string> {
  if ((await mkdir(parent, { recursive: true })) !== undefined) await chmod(parent, 0o711)
  const home = await realpath(await mkdtemp(join(parent, 'db-')))
  await chmod(home, 0o711)
  return home
}
