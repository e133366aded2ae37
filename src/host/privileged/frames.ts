import { isUtf8 } from 'node:buffer'

/** A frame is as many bytes of JSON in UTF-8 as the four bytes before it say, the most significant first. */
const LENGTH_BYTES = 4

/** What came is no frame, or one that is too long. Whatever follows it cannot be told apart. */
export class FrameError extends Error {
  readonly code = 'ERR_FRAME'

  constructor(message: string) {
    super(message)
    this.name = 'FrameError'
  }
}

/** A message as it goes over the socket. */
export function encodeFrame(message: object): Buffer {
  const json = Buffer.from(JSON.stringify(message), 'utf8')
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(json.length)
  return Buffer.concat([length, json])
}

/** Puts frames together from what arrives, and keeps no more than one of them. */
export class FrameReader {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether the beginning of a frame has come, and not its end. */
  get partial(): boolean {
    return this.#bytes > 0
  }

  /** The messages that are complete now. Throws FrameError. */
  *push(chunk: Buffer): Generator<unknown> {
    this.#parts.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes >= LENGTH_BYTES) {
      const length = this.#lengthOf()
      if (length === 0) throw new FrameError('an empty frame')
      if (length > this.#maxBytes) {
        throw new FrameError(`a frame of ${length} bytes, of which ${this.#maxBytes} are taken`)
      }
      if (this.#bytes < LENGTH_BYTES + length) return
      const all = this.#joined()
      const frame = all.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
      const rest = all.subarray(LENGTH_BYTES + length)
      this.#parts = rest.length === 0 ? [] : [rest]
      this.#bytes = rest.length
      yield messageOf(frame)
    }
  }

  #lengthOf(): number {
    const [first] = this.#parts
    if (first !== undefined && first.length >= LENGTH_BYTES) return first.readUInt32BE()
    return this.#joined().readUInt32BE()
  }

  #joined(): Buffer {
    const [first] = this.#parts
    if (this.#parts.length === 1 && first !== undefined) return first
    const all = Buffer.concat(this.#parts)
    this.#parts = [all]
    return all
  }
}

function messageOf(frame: Buffer): unknown {
  // Decoding would put something else in the place of what is none.
  if (!isUtf8(frame)) throw new FrameError('a frame that is not UTF-8')
  try {
    return JSON.parse(frame.toString('utf8'))
  } catch {
    throw new FrameError('a frame that is not JSON')
  }
}
