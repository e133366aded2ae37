import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { DecodeError } from '../../src/scsi/bytes.ts'
import { SCSI_DECODERS, type ScsiDecoder } from '../support/scsi-decoders.ts'

type Outcome = { value: unknown } | { refused: string }

function outcome({ name, decode }: ScsiDecoder, data: Uint8Array): Outcome {
  try {
    return { value: decode(data) }
  } catch (error) {
    if (error instanceof DecodeError) return { refused: error.message }
    throw new Error(`${name} of ${Buffer.from(data).toString('hex')}`, { cause: error })
  }
}

/** The same bytes in the middle of others: what lies around them must not matter. */
function among(data: Uint8Array, poison: number): Uint8Array {
  const buffer = new Uint8Array(data.length + 600).fill(poison)
  buffer.set(data, 300)
  return buffer.subarray(300, 300 + data.length)
}

function holds(decoder: ScsiDecoder, data: Uint8Array) {
  const alone = outcome(decoder, Uint8Array.from(data))
  deepStrictEqual(outcome(decoder, among(data, 0x00)), alone, decoder.name)
  deepStrictEqual(outcome(decoder, among(data, 0xa5)), alone, decoder.name)
}

const anyDecoder = fc.constantFrom(...SCSI_DECODERS)
const anyBytes = fc.uint8Array({ maxLength: 400 })

/** A decoder and an answer that is for it. */
const answered = anyDecoder.chain((decoder) =>
  fc.constantFrom(...decoder.seeds).map((seed) => ({ decoder, seed })),
)

t.test('what real devices answered is decoded', (t) => {
  let decoded = 0
  for (const decoder of SCSI_DECODERS) {
    t.ok(decoder.seeds.length > 0, decoder.name)
    for (const seed of decoder.seeds) {
      const told = outcome(decoder, seed)
      if ('refused' in told) t.fail(`${decoder.name}: ${told.refused}: ${seed.toString('hex')}`)
      holds(decoder, seed)
      decoded += 1
    }
  }
  t.ok(decoded > 400, `${decoded} answers`)
  t.end()
})

t.test('any bytes are decoded or refused, whatever lies around them', (t) => {
  fc.assert(fc.property(anyDecoder, anyBytes, holds), { numRuns: 4000 })
  t.end()
})

t.test('so are answers of real devices that were altered on their way', (t) => {
  const alterations = fc.array(fc.tuple(fc.nat(0xffff), fc.nat(0xff)), {
    minLength: 1,
    maxLength: 8,
  })
  const anywhere = fc.constantFrom(8, 16, 64, 0xffff)
  fc.assert(
    fc.property(answered, alterations, anywhere, ({ decoder, seed }, list, within) => {
      const data = Uint8Array.from(seed)
      for (const [place, value] of list) {
        // Lengths and counts stand at the begin: they are altered more often than the rest.
        data[place % Math.min(within, data.length)] = value
      }
      holds(decoder, data)
    }),
    { numRuns: 6000 },
  )
  t.end()
})

t.test('and answers with something put in or left out', (t) => {
  fc.assert(
    fc.property(
      answered,
      fc.nat(0xffff),
      fc.nat(20),
      fc.uint8Array({ maxLength: 20 }),
      ({ decoder, seed }, place, out, put) => {
        const at = place % (seed.length + 1)
        holds(decoder, Buffer.concat([seed.subarray(0, at), put, seed.subarray(at + out)]))
      },
    ),
    { numRuns: 4000 },
  )
  t.end()
})

t.test('an answer cut anywhere is decoded as far as it goes, or refused', (t) => {
  let cuts = 0
  for (const decoder of SCSI_DECODERS) {
    for (const seed of decoder.seeds.slice(0, 4)) {
      const last = Math.min(seed.length, 1200)
      for (let length = 0; length < last; length += length < 128 ? 1 : 7) {
        holds(decoder, seed.subarray(0, length))
        cuts += 1
      }
    }
  }
  t.ok(cuts > 5000, `${cuts} cuts`)
  t.end()
})

t.test('the largest answers are decoded in no time', (t) => {
  const LARGEST = 0x40000
  const fills = [0x00, 0x01, 0x7f, 0xff].map((byte) => new Uint8Array(LARGEST).fill(byte))
  const counted = Uint8Array.from(new Uint8Array(LARGEST), (_, index) => index >> 3)
  for (const decoder of SCSI_DECODERS) {
    for (const fill of [...fills, counted]) {
      const [seed] = decoder.seeds
      const data = Uint8Array.from(fill)
      // With the header of a real answer, and one that says that all of it is the answer.
      for (const length of [0, 4, 8, 16]) {
        data.set(seed?.subarray(0, length) ?? [])
        const before = performance.now()
        outcome(decoder, data)
        const took = performance.now() - before
        if (took > 1000) t.fail(`${decoder.name} took ${took} ms`)
      }
    }
  }
  t.end()
})
