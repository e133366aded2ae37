import { chmod, mkdtemp, rm, rmdir, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROLE } from './cluster.ts'
import type { Directories } from './directories.ts'
import { EmbeddedDatabaseError, errnoOf } from './errors.ts'
import type { Launcher } from './launch.ts'
import { isThere, linkTarget, makePrivate } from './paths.ts'

/** The port only names the socket's file: there is no TCP. */
export const PORT = 5432

/** The connection to a server that a daemon of this state directory runs now; whoever may pass the directory may use it. */
export function runningConnection(stateDir: string) {
  return { host: join(stateDir, 'postgresql', 'socket'), user: ROLE, database: ROLE, port: PORT }
}

// sun_path of unix(7) holds 108 bytes with the closing zero.
const PATH_BYTES = 107
const NAME = `.s.PGSQL.${PORT}`

/**
 * Makes the directory of the socket: nobody but the account (and root) gets in, so that reaching
 * the socket is all the authentication there is. In `home`; where that is too long a path for a
 * socket, in /run or /tmp, with a link from `<state>/postgresql/socket`.
 */
export async function makeSocketDirectory(
  { base, home }: Directories,
  { account }: Launcher,
  log: (message: string) => void,
): Promise<string> {
  await removeSocketDirectory(base)
  const link = join(base, 'socket')
  const inside = join(home, 'socket')
  const path = fits(inside) ? inside : join(await makeShort(), 'socket')
  await makePrivate(path, account)
  if (path !== inside) log(`${inside} is too long a path for a socket: it is in ${path}`)
  if (path !== link) await symlink(path, link)
  return path
}

/** Also what a daemon that was killed left behind. Nothing but a socket and its lock is removed. */
export async function removeSocketDirectory(base: string): Promise<void> {
  const link = join(base, 'socket')
  const target = await linkTarget(link)
  if (target === null && !(await isThere(link))) return
  const path = target ?? link
  for (const name of [NAME, `${NAME}.lock`]) await rm(join(path, name), { force: true })
  await removeEmpty(path)
  if (target === null) return
  await rm(link)
  if (SHORT.test(target)) await removeEmpty(join(target, '..'))
}

const SHORT = /\/storwarden-[^/]{6}\/socket$/

async function removeEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory)
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY'].includes(errnoOf(error) ?? '')) throw error
  }
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, NAME)) <= PATH_BYTES
}

async function makeShort(): Promise<string> {
  for (const parent of [...(process.getuid?.() === 0 ? ['/run'] : []), tmpdir(), '/tmp']) {
    if (!fits(join(parent, 'storwarden-XXXXXX', 'socket'))) continue
    try {
      const path = await mkdtemp(join(parent, 'storwarden-'))
      await chmod(path, 0o711)
      return path
    } catch (error) {
      if (errnoOf(error) === undefined) throw error
    }
  }
  throw new EmbeddedDatabaseError('no directory for the socket: /run and /tmp cannot be written')
}
