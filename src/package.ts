import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of package.json: the sources are one level below it, the build is two. */
export const packageRoot = rootAbove(import.meta.dirname)

/** The version in package.json. */
export const version = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version

/** Whether the program runs from a clone of the sources and not from an installed package. */
export const isClone = existsSync(join(packageRoot, 'src', 'main.ts'))

function rootAbove(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory
  const parent = dirname(directory)
  if (parent === directory) throw new Error('no package.json above the program')
  return rootAbove(parent)
}

/** Folder of the migrations of the database. */
export const migrations = join(packageRoot, 'migrations')
