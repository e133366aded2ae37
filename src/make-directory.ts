import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it that are not there, and says whether it had to.
 * Throws the error of the directory that cannot be made.
 *
 * Node's own `recursive` tells ENOENT where a file system is read-only, and never returns where one
 * answers ENOENT to every mkdir(2), as /proc does.
 */
export function makeDirectory(path: string): boolean {
  const parent = dirname(path)
  try {
    return makeOne(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error
  }
  makeDirectory(parent)
  return makeOne(path)
}

function makeOne(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    if (isThere && statSync(path).isDirectory()) return false
    throw error
  }
}
