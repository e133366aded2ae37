import { readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServerBinaries } from './binaries.ts'
import { EmbeddedDatabaseError, errnoOf } from './errors.ts'
import type { Launcher } from './launch.ts'
import { isThere, makePrivate } from './paths.ts'

/** The superuser of the embedded server and its database, of one name. */
export const ROLE = 'storwarden'

/** Major version that wrote the database directory; null when there is no such directory. */
export async function clusterMajor(data: string): Promise<number | null> {
  let text: string
  try {
    text = await readFile(join(data, 'PG_VERSION'), 'utf8')
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' && !(await isThere(data))) return null
    throw new EmbeddedDatabaseError(`${data}: is not a database directory`, { cause })
  }
  const major = Number(text.trim())
  if (!Number.isInteger(major))
    throw new EmbeddedDatabaseError(`${data}/PG_VERSION: says "${text.trim()}"`)
  return major
}

/** PostgreSQL starts only as the owner of its directory. */
export async function checkOwner(data: string, { account }: Launcher): Promise<void> {
  const { uid } = await stat(data)
  if (uid !== account.uid) {
    throw new EmbeddedDatabaseError(
      `${data}: belongs to user ${uid}, but the server would run as ${account.name} (${account.uid})`,
    )
  }
}

/**
 * Makes a new database directory. Appears whole or not at all: what an earlier attempt that was
 * killed left is thrown away. Without `sync` it is not on the disk when this resolves.
 */
export async function createCluster(
  data: string,
  binaries: ServerBinaries,
  launcher: Launcher,
  { sync }: { sync: boolean },
): Promise<void> {
  const unfinished = `${data}.new`
  try {
    await rm(unfinished, { recursive: true, force: true })
    await makePrivate(unfinished, launcher.account)
    const { status, output } = await launcher.run([
      join(binaries.directory, 'initdb'),
      ...['--pgdata', unfinished, '--username', ROLE, '--auth', 'trust'],
      // Byte order is fast and the same on every machine; a daemon has no language.
      ...['--encoding', 'UTF8', '--no-locale', '--data-checksums', '--no-instructions'],
      ...(sync ? [] : ['--no-sync']),
    ])
    if (status !== 0) throw new Error(`initdb: ${lastLines(output) || `exit status ${status}`}`)
    await rename(unfinished, data)
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined)
    throw new EmbeddedDatabaseError(`cannot make ${data}: ${(cause as Error).message}`, { cause })
  }
}

/** The end of a program's output, in one line: where it says why it failed. */
export function lastLines(output: string, count = 4): string {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-count)
    .join(' | ')
}
