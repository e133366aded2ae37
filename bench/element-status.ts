// What decoding the inventory of a large library costs: READ ELEMENT STATUS of 20,000 elements, with volume
// tags and the drives' identifiers, in the chunks that adapters let through. The peer copies the same
// bytes and makes of every element the one string that is its volume tag, which is the least it takes.
import { decodeElementStatus } from '../src/scsi/element-status.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const STORAGE = { type: 2, first: 1000, elements: 19_856, bytes: 52 }
const IMPORT_EXPORT = { type: 3, first: 500, elements: 64, bytes: 52 }
const DATA_TRANSFER = { type: 4, first: 100, elements: 80, bytes: 52 + 34 }
/** As much as is asked for at once. */
const CHUNK_BYTES = 0x40000

interface Kind {
  type: number
  first: number
  elements: number
  bytes: number
}

const answers = [STORAGE, IMPORT_EXPORT, DATA_TRANSFER].flatMap(chunksOf)
const elements = answers.reduce((sum, data) => sum + decodeElementStatus(data).elements.length, 0)
const bytes = answers.reduce((sum, { length }) => sum + length, 0)

printTable(
  'Decoding READ ELEMENT STATUS',
  ['elements', 'answers', 'bytes', 'CPU ms', 'strings alone', 'ratio'],
  [await measure()],
)

async function measure(): Promise<Cell[]> {
  const spent = await interleave([
    { name: 'ours', run: () => answers.map(decodeElementStatus) },
    { name: 'theirs', run: () => answers.map(tagsOf) },
  ])
  const our = spent.get('ours')?.cpuMs ?? Number.NaN
  const their = spent.get('theirs')?.cpuMs ?? Number.NaN
  return [String(elements), String(answers.length), bytes, our, their, ratio(our, their)]
}

function tagsOf(data: Uint8Array): string[] {
  const copy = Buffer.from(data)
  const size = copy.readUInt16BE(8 + 2)
  const tags: string[] = []
  for (let at = 16; at + size <= copy.length; at += size) {
    tags.push(copy.toString('latin1', at + 12, at + 44).trimEnd())
  }
  return tags
}

/** Answers of one type: the elements that fit into a chunk each, nine of ten full, one of 500 with an exception. */
function chunksOf({ type, first, elements, bytes }: Kind): Uint8Array[] {
  const perChunk = Math.floor((CHUNK_BYTES - 16) / bytes)
  const chunks: Uint8Array[] = []
  for (let done = 0; done < elements; done += perChunk) {
    const count = Math.min(perChunk, elements - done)
    const data = Buffer.alloc(16 + count * bytes)
    data.writeUInt16BE(first + done, 0)
    data.writeUInt16BE(count, 2)
    data.writeUIntBE(8 + count * bytes, 5, 3)
    data.writeUInt8(type, 8)
    data.writeUInt8(0x80, 9)
    data.writeUInt16BE(bytes, 10)
    data.writeUIntBE(count * bytes, 13, 3)
    for (let index = 0; index < count; index += 1) {
      writeElement(data.subarray(16 + index * bytes, 16 + (index + 1) * bytes), type, done + index)
    }
    chunks.push(new Uint8Array(data))
  }
  return chunks

  function writeElement(element: Buffer, type: number, number: number): void {
    const full = number % 10 !== 0
    const exception = number % 500 === 0
    element.writeUInt16BE(first + number, 0)
    element.writeUInt8((full ? 0x01 : 0) | (exception ? 0x04 : 0) | 0x08, 2)
    if (exception) element.writeUInt16BE(0x8300, 4)
    element.write((full ? `E${String(number).padStart(5, '0')}L8` : '').padEnd(32), 12, 'latin1')
    if (type !== DATA_TRANSFER.type) return
    element.writeUInt8(0x80, 9)
    element.writeUInt16BE(STORAGE.first + number, 10)
    element.write('\x02\x00\x00\x1e', 48, 'latin1')
    element.write(`1013000${number}`.padEnd(30), 52, 'latin1')
  }
}
