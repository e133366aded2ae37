import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileErrorOf } from '../host/file-errors.ts'
import { ReadError, RefusedError } from '../host/host.ts'
import { keptVersions, replaceFile } from '../host/replace-file.ts'
import type { StuckCalls } from '../host/stuck-calls.ts'
import { assertNoWayOut, configText, type ConfigChange } from './config-change.ts'

const MAX_BYTES = 4 * 1024 * 1024
const TIMEOUT_MS = 5_000

/**
 * Reads a configuration file that is one, and no link to another. Rejects with NotFoundError, PermissionError,
 * ReadError, TimeoutError, or RefusedError where there is something else.
 */
export async function readConfigFile(path: string, calls: StuckCalls): Promise<Uint8Array> {
  return await calls.within(path, path, TIMEOUT_MS, async () => {
    try {
      return await readRegular(path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ELOOP') throw new RefusedError(path, 'it is a link')
      throw fileErrorOf(path, error)
    }
  })
}

async function readRegular(path: string): Promise<Uint8Array> {
  // Non-blocking: opening a named pipe would wait for who writes into it.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags)
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new RefusedError(path, 'it is no file')
    if (found.size > MAX_BYTES) throw new ReadError(path, 'EFBIG')
    return await file.readFile()
  } finally {
    await file.close()
  }
}

const REPLACE_MS = 30_000

/**
 * Puts another configuration file in its place and resolves with where the old one is kept. Rejects with RefusedError
 * for what is not to be there (configText), and as replaceFile does.
 */
export function replacingConfig(parts: {
  calls: StuckCalls
  storage: readonly string[]
  now: () => Date
}): (change: ConfigChange) => Promise<string | null> {
  const { calls, storage, now } = parts
  return (change) =>
    calls.within(change.path, `write ${change.path}`, REPLACE_MS, async () => {
      const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
      const { path } = change
      const current = await readRegular(path).then(text, (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      })
      const kept = await Promise.all(
        (await keptVersions(path)).map((one) => readRegular(one).then(text, () => '')),
      )
      const known = { current, kept, storage }
      const wanted = configText(change, known)
      await assertNoWayOut(wanted, known, path)
      return await replaceFile({
        ...{ path, content: Buffer.from(wanted), now: now() },
        assertCurrent(bytes) {
          if ((bytes === null ? null : text(bytes)) === current) return
          throw new RefusedError(path, 'it was changed meanwhile')
        },
      })
    })
}
