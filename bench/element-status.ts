// What decoding the inventory of a large library costs: READ ELEMENT STATUS of 20,000 elements, with volume
// tags and the drives' identifiers, in the chunks that adapters let through. The peer copies the same
// bytes and makes of every element the one string that is its volume tag, which is the least it takes.
import { decodeElementStatus } from '../src/scsi/element-status.ts'
import { LargeLibrary } from './support/large-library.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const ELEMENTS = 20_000
/** As much as is asked for at once. */
const CHUNK_BYTES = 0x40000

const answers = new LargeLibrary(ELEMENTS).chunks(CHUNK_BYTES)
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
