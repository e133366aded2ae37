import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedDatabaseError } from './errors.ts'
import type { Launcher } from './launch.ts'
import { copyPackage, linkLibraries, packageDirectory } from './package.ts'

/** A directory that holds initdb and postgres, both of which the account can run. */
export interface ServerBinaries {
  directory: string
  /** e.g. 15: what a database directory is bound to. */
  major: number
  /** e.g. 15.18 */
  version: string
}

/** Which programs of PostgreSQL will do. */
export interface BinariesWanted {
  launcher: Launcher
  /** Of the database directory that is there; null when there is none yet. */
  major: number | null
  /** Nothing but this directory; null looks in the places below. */
  only: string | null
  /** Holds `<major>/bin` of every server of the machine; Debian's /usr/lib/postgresql if not said. */
  machine?: string
  /** Unpacked binaries of the npm package; looked for beside our own if not said. */
  native?: string | null
  /** Where a copy goes when the account cannot run the package's binaries where they are. */
  copyTo: string
}

/** Where Debian's packages put their servers, one directory a major version. */
export const MACHINE = '/usr/lib/postgresql'

/**
 * Finds a server: the machine's own (its distribution keeps it patched), newest first, else that of
 * the npm package. Rejects with EmbeddedDatabaseError that says what was found instead.
 */
export async function findBinaries(wanted: BinariesWanted): Promise<ServerBinaries> {
  const { only, launcher, major, copyTo, machine = MACHINE, native = packageDirectory() } = wanted
  const rejected: string[] = []
  const consider = async (directory: string): Promise<ServerBinaries | null> => {
    const found = await examine(directory, launcher)
    if (typeof found === 'string') rejected.push(found)
    else if (major !== null && found.major !== major)
      rejected.push(`${directory} has PostgreSQL ${found.version}`)
    else return found
    return null
  }
  for (const directory of only === null ? await machineDirectories(machine) : [only]) {
    const found = await consider(directory)
    if (found) return found
  }
  if (only === null && native !== null) {
    await linkLibraries(native)
    const inPlace = await consider(join(native, 'bin'))
    if (inPlace) return inPlace
    const copy = await copyPackage(native, copyTo)
    const copied = await consider(join(copy, 'bin'))
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

async function machineDirectories(parent: string): Promise<string[]> {
  const majors = await readdir(parent).catch((): string[] => [])
  const directories: string[] = []
  for (const major of majors.filter((name) => /^\d+$/.test(name)).sort((a, b) => +b - +a)) {
    const directory = join(parent, major, 'bin')
    // The client's package makes the directory too.
    if ((await readdir(directory).catch((): string[] => [])).includes('postgres'))
      directories.push(directory)
  }
  return directories
}
