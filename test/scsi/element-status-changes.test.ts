import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { packageRoot } from '../../src/package.ts'
import { DecodeError } from '../../src/scsi/bytes.ts'
import { decodeElementStatus, descriptorAt } from '../../src/scsi/element-status.ts'
import { changedElements } from '../../src/scsi/element-status-changes.ts'
import { RECORDINGS } from '../support/recording.ts'

/** Answers of real and virtual libraries, each once. */
const answers = [
  ...new Set(
    RECORDINGS.flatMap((name) => {
      return textOf(join(packageRoot, 'fixtures/recordings', name, 'scsi.jsonl')).split('\n')
    }).flatMap((line) => {
      const { cdb = '', data } = JSON.parse(line || '{}') as { cdb?: string; data?: string }
      return cdb.startsWith('b8') && data ? [data] : []
    }),
  ),
].map((base64) => new Uint8Array(Buffer.from(base64, 'base64')))

/** What changedElements says, as which elements there are then; null where it says nothing. */
function patched(before: Uint8Array, now: Uint8Array) {
  const changed = changedElements(before, now)
  if (changed === null) return null
  const elements = [...decodeElementStatus(before).elements]
  for (const { index, at, page } of changed) elements[index] = descriptorAt(now, at, page)
  return elements
}

/** A page of storage elements with these addresses, of 48 bytes with volume tags, at most so many bytes of it. */
function library(addresses: number[], tag: (address: number) => string, length = Infinity) {
  const data = Buffer.alloc(16 + addresses.length * 48)
  data.writeUInt16BE(addresses.length, 2)
  data.writeUIntBE(data.length - 8, 5, 3)
  data.writeUInt8(2, 8)
  data.writeUInt8(0x80, 9)
  data.writeUInt16BE(48, 10)
  data.writeUIntBE(addresses.length * 48, 13, 3)
  for (const [index, address] of addresses.entries()) {
    data.writeUInt16BE(address, 16 + index * 48)
    data.write(tag(address).padEnd(32), 28 + index * 48, 'latin1')
  }
  return new Uint8Array(data.subarray(0, length))
}

t.test('the elements that changed are told, by which they are', (t) => {
  const before = library([5, 6, 7, 8], (address) => `T${address}`)
  const now = library([5, 6, 7, 8], (address) => (address % 2 ? `T${address}` : 'OTHER'))
  t.strictSame(changedElements(before, before.slice()), [])
  t.strictSame(
    changedElements(before, now)?.map(({ index, at, page }) => [
      index,
      descriptorAt(now, at, page).volumeTag,
    ]),
    [
      [1, 'OTHER'],
      [3, 'OTHER'],
    ],
  )
  t.end()
})

t.test('where more than that changed nothing is told', (t) => {
  const tag = (address: number) => `T${address}`
  const before = library([5, 6, 7, 8], tag)
  t.equal(changedElements(before, library([5, 6, 7, 9], tag)), null, 'another element')
  t.equal(changedElements(before, library([5, 6, 7], tag)), null, 'one less')
  t.equal(changedElements(before, library([5, 6, 7, 8, 9], tag, before.length)), null, 'cut')
  for (const at of [0, 3, 8, 9, 11]) {
    const other = before.slice()
    other[at] = 0x83
    t.equal(changedElements(before, other), null, `byte ${at} of the headers`)
  }
  const [whole, other] = [library([5, 6], tag, 90), library([5, 6], () => 'X', 90)]
  t.equal(changedElements(whole, other), null, 'in what is left of a descriptor that was cut')
  t.end()
})

t.test('what is told of any two answers is what decoding the second tells', (t) => {
  t.ok(answers.length > 5, `${answers.length} answers`)
  let told = 0
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 6 })
  for (const answer of answers) {
    fc.assert(
      fc.property(flips, fc.nat(), (changes, cut) => {
        // Whole, or cut somewhere near the end.
        const before = answer.subarray(0, answer.length - (cut % 3 === 0 ? cut % 120 : 0))
        if (!isDecoded(before)) return true
        const now = before.slice()
        for (const [at, bits] of changes) now[at % now.length] = (now[at % now.length] ?? 0) ^ bits
        const elements = patched(before, now)
        if (elements === null) return true
        told += 1
        return JSON.stringify(elements) === JSON.stringify(decodeElementStatus(now).elements)
      }),
      { numRuns: 40 },
    )
  }
  t.ok(told > 100, `${told} times something was told`)
  t.end()
})

function isDecoded(data: Uint8Array): boolean {
  try {
    decodeElementStatus(data)
    return true
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
