import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileErrorOf } from '../host/file-errors.ts'
import { ReadError, RefusedError } from '../host/host.ts'
import type { StuckCalls } from '../host/stuck-calls.ts'

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
