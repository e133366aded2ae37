import { closeSync, openSync, readSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { PermissionError, ReadError } from './host.ts'

/** No file that is read here is as big as this; one that is would only fill the memory. */
const MAX_FILE_BYTES = 16 * 1024 * 1024

/** What most files of sysfs fit into. */
const PAGE_BYTES = 4096
/** Larger files are read in pieces of this size. */
const CHUNK_BYTES = 64 * 1024

const chunk = Buffer.allocUnsafe(CHUNK_BYTES)

/** Not all of /sys is: control groups, for one, are mounted below it. */
const OF_SYSFS = /^\/sys\/(?:block|bus|class|devices)\//

/**
 * Reads a file whose size stat(2) does not tell, as those of /proc and /sys, without leaving this turn; the piece
 * with which there are `enoughBytes` is the last. `endsShort`: so is one of less than a page, as in sysfs, which hands
 * out a page at a time (fs/kernfs/file.c of the kernel); elsewhere the end is where nothing comes any more.
 */
export function readSmallSync(
  path: string,
  { enoughBytes = Infinity, endsShort = OF_SYSFS.test(path) } = {},
): Buffer {
  const descriptor = openSync(path, 'r')
  try {
    const parts: Buffer[] = []
    for (let total = 0; total < enoughBytes;) {
      const bytes = readSync(descriptor, chunk, 0, CHUNK_BYTES, null)
      if (bytes === 0) break
      total += bytes
      if (total > MAX_FILE_BYTES) throw new ReadError(path, 'EFBIG')
      parts.push(Buffer.from(chunk.subarray(0, bytes)))
      if (endsShort && bytes < PAGE_BYTES) break
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.concat(parts)) : Buffer.concat(parts)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * The same on libuv's threads, for what may block. A link may lead to a device: opening is what rewinds a tape,
 * or waits for a writer, so what is there is seen before.
 */
export async function readSmall(path: string): Promise<Buffer> {
  const found = await stat(path)
  if (!found.isFile() && !found.isDirectory()) throw new PermissionError(path)
  const handle = await open(path, 'r')
  try {
    const full: Buffer[] = []
    let part = Buffer.allocUnsafe(PAGE_BYTES)
    let used = 0
    for (let total = 0; ;) {
      const { bytesRead } = await handle.read(part, used, part.length - used, null)
      if (bytesRead === 0) return Buffer.concat([...full, part.subarray(0, used)])
      total += bytesRead
      if (total > MAX_FILE_BYTES) throw new ReadError(path, 'EFBIG')
      used += bytesRead
      if (used < part.length) continue
      full.push(part)
      part = Buffer.allocUnsafe(CHUNK_BYTES)
      used = 0
    }
  } finally {
    await handle.close()
  }
}
