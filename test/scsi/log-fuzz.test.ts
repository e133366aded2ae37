import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { DecodeError } from '../../src/scsi/bytes.ts'
import { LOG_DECODERS, type LogDecoder } from '../support/log-decoders.ts'
import { distinctLogPages } from '../support/recorded-log-pages.ts'
import { SAMPLE_LOG_PAGES } from '../support/sample-log-pages.ts'

const REAL_PAGES: readonly Buffer[] = [
  ...Object.values(SAMPLE_LOG_PAGES).map(({ data }) => data),
  ...distinctLogPages().map(({ data }) => data),
]

type Outcome = { value: unknown } | { refused: string }

function outcome({ name, decode }: LogDecoder, data: Uint8Array): Outcome {
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

function holds(decoder: LogDecoder, data: Uint8Array) {
  const alone = outcome(decoder, Uint8Array.from(data))
  deepStrictEqual(outcome(decoder, among(data, 0x00)), alone, decoder.name)
  deepStrictEqual(outcome(decoder, among(data, 0xa5)), alone, decoder.name)
}

const isOf = (data: Uint8Array) => (each: LogDecoder) =>
  each.page === ((data[0] ?? 0) & 0x3f) &&
  each.subpage === (((data[0] ?? 0) & 0x40) === 0 ? 0 : data[1])

const anyBytes = fc.uint8Array({ maxLength: 600 })
const anyDecoder = fc.constantFrom(...LOG_DECODERS)

t.test('any bytes are decoded or refused, whatever lies around them', (t) => {
  fc.assert(fc.property(anyDecoder, anyBytes, holds), { numRuns: 3000 })
  t.end()
})

t.test('so is anything that calls itself the page', (t) => {
  const parameter = fc
    .tuple(
      fc.oneof(fc.integer({ min: 0, max: 0x60 }), fc.integer({ min: 0, max: 0xffff })),
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.uint8Array({ maxLength: 255 }),
        fc.integer({ min: 0, max: 100 }).map((length) => new Uint8Array(length).fill(0xff)),
      ),
    )
    .map(([code, value]) => [code >> 8, code & 0xff, 0, value.length, ...value])
  const parameters = fc.array(parameter, { maxLength: 12 }).map((list) => list.flat())
  const body = fc.oneof(
    parameters,
    anyBytes.map((bytes) => [...bytes]),
  )
  const lie = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -9, max: 9 }))
  fc.assert(
    fc.property(anyDecoder, body, lie, (decoder, bytes, off) => {
      const { page, subpage } = decoder
      const length = Math.max(0, bytes.length + off)
      const first = subpage === 0 ? page : page | 0x40
      holds(decoder, Uint8Array.from([first, subpage, length >> 8, length & 0xff, ...bytes]))
    }),
    { numRuns: 6000 },
  )
  t.end()
})

t.test('so are pages of real devices that were altered on their way', (t) => {
  const place = fc.nat({ max: 0xffff })
  const alterations = fc.array(fc.tuple(place, fc.nat({ max: 0xff })), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(fc.constantFrom(...REAL_PAGES), alterations, (page, list) => {
      const data = Uint8Array.from(page)
      // The header stays, or it would be refused at once in almost all cases.
      for (const [place, bits] of list) {
        const at = 2 + (place % (data.length - 2))
        data[at] = (data[at] ?? 0) ^ bits
      }
      for (const decoder of LOG_DECODERS.filter(isOf(data))) holds(decoder, data)
    }),
    { numRuns: 4000 },
  )
  t.end()
})

t.test('a page cut anywhere tells nothing that the whole page does not', (t) => {
  let cuts = 0
  for (const data of REAL_PAGES) {
    for (const decoder of LOG_DECODERS.filter(isOf(data))) {
      const whole = decoder.decode(data)
      for (let length = 0; length < data.length; length++) {
        const cut = outcome(decoder, data.subarray(0, length))
        if ('value' in cut) requirePart(cut.value, whole, `${decoder.name} of ${length} bytes`)
        else if (length >= 4 && decoder.name !== 'decodeDeviceStatus') {
          t.fail(`${decoder.name} refused ${length} bytes: ${cut.refused}`)
        }
        cuts++
      }
    }
  }
  t.ok(cuts > 10_000, `${cuts} cuts`)
  t.end()
})

/** Part of a whole: unknown, the same, a list that ends earlier, or an object of such. */
function requirePart(part: unknown, whole: unknown, name: string): void {
  if (part === null || name.endsWith('.truncated')) return
  if (part instanceof Uint8Array || typeof part !== 'object') {
    deepStrictEqual(part, whole, name)
  } else if (Array.isArray(part)) {
    const list = whole as unknown[]
    if (part.length > list.length) throw new Error(`${name}: ${part.length} of ${list.length}`)
    part.forEach((each, i) => {
      requirePart(each, list[i], `${name}[${i}]`)
    })
  } else {
    for (const [key, value] of Object.entries(part)) {
      requirePart(value, (whole as Record<string, unknown>)[key], `${name}.${key}`)
    }
  }
}

t.test('the largest pages are decoded in no time', (t) => {
  const LARGEST = 0xffff
  const empty = new Uint8Array(LARGEST - 3)
  const codes = Uint8Array.from(empty, (_, i) => [i >> 10, i >> 2, 0, 0][i & 3] ?? 0)
  const small = Uint8Array.from(empty, (_, i) => [(i / 5) >> 8, i / 5, 0, 1, 0xff][i % 5] ?? 0)
  const large = Uint8Array.from(empty, (_, i) => ((i & 0xff) === 3 ? 252 : i >> 8))
  for (const body of [empty, codes, small, large]) {
    for (const decoder of LOG_DECODERS) {
      const { page, subpage } = decoder
      const first = subpage === 0 ? page : page | 0x40
      const data = new Uint8Array(body.length + 4)
      data.set([first, subpage, body.length >> 8, body.length & 0xff])
      data.set(body, 4)
      const before = performance.now()
      outcome(decoder, data)
      const took = performance.now() - before
      if (took > 1000) t.fail(`${decoder.name} took ${took} ms`)
    }
  }
  t.end()
})
