import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { root } from './root.mjs'

/** The hash of files and of all that is in folders, names and content, relative to the root. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesOf))
    hash.update(`${path}\0`).update(read(path)).update('\0')
  return hash.digest('hex')
}

/** Does the work unless the stamp says that it was done on the same inputs. Work that gives false was not. */
export async function unlessFresh(stamp, inputs, work) {
  const isFresh = () => read(stamp).toString() === hashOf(inputs)
  if (isFresh()) return
  await alone(async () => {
    if (isFresh()) return
    const hash = hashOf(inputs)
    if ((await work()) !== false) writeStamp(stamp, hash)
  })
}

/** Notes what the work was done on. */
export function writeStamp(stamp, hash) {
  mkdirSync(dirname(join(root, stamp)), { recursive: true })
  writeFileSync(join(root, stamp), hash)
}

/** Does the work while no other launcher works in the same clone. */
export async function alone(work) {
  const lock = join(root, '.stamps', 'lock')
  mkdirSync(dirname(lock), { recursive: true })
  for (let tries = 0; !take(lock); tries++) {
    if (tries === 5) process.stderr.write('waiting for another launcher in the same clone\n')
    await delay(200)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  // Whoever was killed while working left the lock behind.
  if (!isAlive(Number(read('.stamps/lock')))) rmSync(lock, { force: true })
  return false
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function filesOf(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return [path]
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => filesOf(join(path, name)))
}

function read(path) {
  try {
    return readFileSync(join(root, path))
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
