import type { Host, ScsiAnswer } from '../../src/host/host.ts'

/** Elements of one type, as a library counts them. */
interface Kind {
  type: number
  first: number
  elements: number
  /** Of a descriptor with its volume tag, and with the identifier of a drive. */
  bytes: number
}

/** What READ ELEMENT STATUS of a large library says, with volume tags and the drives' identifiers. */
export class LargeLibrary {
  readonly #kinds: readonly Kind[]
  readonly #empty: number
  /** Made once: that is the part of the device, and not what is measured. */
  readonly #answers = new Map<string, ScsiAnswer>()

  /** `elements` in all: 80 drives, 64 import/export elements, and slots. At most 64,000. `empty` of ten are empty. */
  constructor(elements: number, empty = 1) {
    this.#empty = empty
    this.#kinds = [
      { type: 2, first: 1000, elements: elements - 144, bytes: 52 },
      { type: 3, first: 500, elements: 64, bytes: 52 },
      { type: 4, first: 100, elements: 80, bytes: 52 + 34 },
    ]
  }

  /** All answers of a complete reading, type by type, when so many bytes are let through at a time. */
  chunks(allocationBytes: number): Uint8Array[] {
    const chunks: Uint8Array[] = []
    for (const { type, first, elements, bytes } of this.#kinds) {
      const perChunk = Math.floor((allocationBytes - 16) / bytes)
      for (let done = 0; done < elements; done += perChunk) {
        chunks.push(this.#answer([type], first + done, allocationBytes))
      }
    }
    return chunks
  }

  /** The answer to the command (SMC-3 6.11): it counts all that was asked for, and holds as many as fit. */
  answer(cdb: Uint8Array): ScsiAnswer {
    const bytes = Buffer.from(cdb)
    const asked = bytes.toString('hex')
    const known = this.#answers.get(asked)
    if (known !== undefined) return known
    const type = bytes.readUInt8(1) & 0x0f
    const types = type === 0 ? [1, 2, 3, 4] : [type]
    const data = this.#answer(types, bytes.readUInt16BE(2), bytes.readUIntBE(7, 3))
    const answer = { status: 0, hostStatus: 0, driverStatus: 0, sense: new Uint8Array(), data }
    this.#answers.set(asked, answer)
    return answer
  }

  #answer(types: readonly number[], start: number, allocationBytes: number): Uint8Array {
    const pages: Buffer[] = []
    let left = allocationBytes - 8
    let count = 0
    let lowest = 0xffff
    for (const kind of this.#kinds.filter(({ type }) => types.includes(type))) {
      const from = Math.max(start, kind.first)
      const wanted = Math.max(0, kind.first + kind.elements - from)
      const fitting = Math.min(wanted, Math.floor((left - 8) / kind.bytes))
      if (wanted > 0) lowest = Math.min(lowest, from)
      if (fitting > 0) pages.push(pageOf(kind, from, fitting, this.#empty))
      left -= fitting > 0 ? 8 + fitting * kind.bytes : 0
      count += wanted
    }
    const length = pages.reduce((sum, page) => sum + page.length, 0)
    const header = Buffer.alloc(8)
    header.writeUInt16BE(lowest, 0)
    header.writeUInt16BE(count, 2)
    header.writeUIntBE(length, 5, 3)
    return new Uint8Array(Buffer.concat([header, ...pages]))
  }
}

/**
 * A machine whose changer is a large library, at each reading the next of them; everything else is answered by
 * `others`.
 */
export function withLibrary(
  libraries: readonly [LargeLibrary, ...LargeLibrary[]],
  device: string,
  others: Host['scsi'],
): Host['scsi'] {
  let readings = 0
  return (asked, cdb, options) => {
    if (asked !== device || cdb[0] !== 0xb8) return others(asked, cdb, options)
    // All types are asked for first.
    if (((cdb[1] ?? 0) & 0x0f) === 0) readings += 1
    return Promise.resolve((libraries[readings % libraries.length] ?? libraries[0]).answer(cdb))
  }
}

function pageOf(kind: Kind, from: number, count: number, empty: number): Buffer {
  const { type, bytes } = kind
  const page = Buffer.alloc(8 + count * bytes)
  page.writeUInt8(type, 0)
  page.writeUInt8(0x80, 1)
  page.writeUInt16BE(bytes, 2)
  page.writeUIntBE(count * bytes, 5, 3)
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * bytes
    writeElement(page.subarray(at, at + bytes), kind, from + index, empty)
  }
  return page
}

/** One of 500 has an exception. */
function writeElement(
  element: Buffer,
  { type, first }: Kind,
  address: number,
  empty: number,
): void {
  const number = address - first
  const full = number % 10 >= empty
  const exception = number % 500 === 0
  element.writeUInt16BE(address, 0)
  element.writeUInt8((full ? 0x01 : 0) | (exception ? 0x04 : 0) | 0x08, 2)
  if (exception) element.writeUInt16BE(0x8300, 4)
  element.write((full ? `E${String(number).padStart(5, '0')}L8` : '').padEnd(32), 12, 'latin1')
  if (type !== 4) return
  element.writeUInt8(0x80, 9)
  element.writeUInt16BE(1000 + number, 10)
  element.write('\x02\x00\x00\x1e', 48, 'latin1')
  element.write(`1013000${number}`.padEnd(30), 52, 'latin1')
}
