import { open, type FileHandle } from 'node:fs/promises'

/** A tar file, POSIX ustar (IEEE 1003.1, pax): what `tar` of any system reads. */
const BLOCK = 512
/** Eleven octal digits; beyond them GNU tar's base 256. */
const OCTAL_MAX = 8 ** 11

/** The archive is not one, or is cut off. */
export class ArchiveError extends Error {
  readonly code = 'ERR_ARCHIVE'

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'ArchiveError'
  }
}

/** The header of a regular file that only its owner may read. Names are at most 100 bytes. */
export function tarHeader(name: string, bytes: number, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(BLOCK)
  if (Buffer.byteLength(name) > 100) throw new ArchiveError(`${name}: is too long a name`)
  header.write(name, 0)
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  if (bytes < OCTAL_MAX) header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124)
  else {
    header[124] = 0x80
    header.writeBigUInt64BE(BigInt(bytes), 128)
  }
  const seconds = Math.max(0, Math.floor(modifiedAt.getTime() / 1000))
  header.write(`${seconds.toString(8).padStart(11, '0')}\0`, 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** What fills up the last block of a member of so many bytes. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK)
}

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * BLOCK)

/** Where a member is in the file. */
export interface Member {
  name: string
  /** Of its first byte. */
  offset: number
  bytes: number
}

/** Writes a tar file, member by member, whose sizes are known only when they have been written. */
export class TarWriter {
  readonly #file: FileHandle
  readonly #now: () => Date
  #position = 0

  constructor(file: FileHandle, now: () => Date) {
    this.#file = file
    this.#now = now
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#position
  }

  /** Adds what `produce` writes. Resolves with how many bytes that was. */
  async add(
    name: string,
    produce: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
  ): Promise<number> {
    const at = this.#position
    this.#position += BLOCK
    await produce((chunk) => this.#append(chunk))
    const bytes = this.#position - at - BLOCK
    await this.#append(tarPadding(bytes))
    await writeAll(this.#file, tarHeader(name, bytes, this.#now()), at)
    return bytes
  }

  /** Ends the archive. */
  async end(): Promise<void> {
    await this.#append(tarEnd)
  }

  async #append(chunk: Uint8Array): Promise<void> {
    await writeAll(this.#file, chunk, this.#position)
    this.#position += chunk.length
  }
}

/** A write may write less than it was given. */
async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done)
    done += bytesWritten
  }
}

/** An open tar file. */
export class TarReader {
  readonly #file: FileHandle
  readonly members: ReadonlyMap<string, Member>

  private constructor(file: FileHandle, members: ReadonlyMap<string, Member>) {
    this.#file = file
    this.members = members
  }

  /** Opens it and finds its members. Rejects with ArchiveError when it is none, or not all of one. */
  static async open(path: string): Promise<TarReader> {
    const file = await open(path, 'r')
    try {
      return new TarReader(file, await membersOf(file, path))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The content of a member, block by block. Throws ArchiveError for one that is not there. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const member = this.members.get(name)
    if (member === undefined) throw new ArchiveError(`${name}: is not in the archive`)
    for (let done = 0; done < member.bytes;) {
      const block = Buffer.alloc(Math.min(256 * 1024, member.bytes - done))
      const { bytesRead } = await this.#file.read(block, 0, block.length, member.offset + done)
      if (bytesRead === 0) throw new ArchiveError(`${name}: is cut off`)
      done += bytesRead
      yield block.subarray(0, bytesRead)
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function membersOf(file: FileHandle, path: string): Promise<Map<string, Member>> {
  const members = new Map<string, Member>()
  const { size } = await file.stat()
  const header = Buffer.alloc(BLOCK)
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(header, 0, BLOCK, at)
    if (bytesRead < BLOCK) throw new ArchiveError(`${path}: is cut off`)
    if (header.every((byte) => byte === 0)) return members
    const member = parseHeader(header, at + BLOCK)
    if (member === null) throw new ArchiveError(`${path}: is not a tar file, or is damaged`)
    if (member.offset + member.bytes > size) throw new ArchiveError(`${path}: is cut off`)
    members.set(member.name, member)
    at = member.offset + member.bytes + tarPadding(member.bytes).length
  }
}

/** Null for what is no header: its sum has to be right. */
function parseHeader(header: Buffer, offset: number): Member | null {
  const sum = parseInt(header.toString('latin1', 148, 156), 8)
  const blank = Buffer.from(header).fill(0x20, 148, 156)
  if (blank.reduce((total, byte) => total + byte, 0) !== sum) return null
  const end = header.indexOf(0)
  const name = header.toString('utf8', 0, Math.min(end === -1 ? 100 : end, 100))
  const bytes =
    header[124] === 0x80
      ? Number(header.readBigUInt64BE(128))
      : parseInt(header.toString('latin1', 124, 136), 8)
  return Number.isSafeInteger(bytes) && bytes >= 0 ? { name, offset, bytes } : null
}
