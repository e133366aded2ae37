import t from 'tap'
import { decodeMediumMemory } from '../../src/consistency/mam.ts'
import { evidenceOf } from '../support/drift-evidence.ts'
import { mamAttributes, mamStruct } from '../support/mam.ts'

const memory = { barcode: 'E01001L8', capacityBytes: 500 * 2 ** 20, remainingBytes: 491 * 2 ** 20 }

t.test(
  'a memory of attributes has as many bytes as the one that was recorded, and is read',
  (t) => {
    const bytes = mamAttributes(memory)
    const recorded = evidenceOf('01-steady').files.get(
      '/opt/mhvtl/STK_L700/E01001L8/mam',
    ) as unknown
    t.equal(bytes.length, (recorded as { stat: { size: number } }).stat.size)
    t.strictSame(decodeMediumMemory(bytes), memory)
    t.end()
  },
)

t.test('the structure of older versions is read, alone and at the begin of meta', (t) => {
  t.strictSame(decodeMediumMemory(mamStruct(memory)), memory)
  t.strictSame(decodeMediumMemory(Buffer.concat([mamStruct(memory), Buffer.alloc(512)])), memory)
  t.end()
})

t.test('what is cut short or something else is refused, and never read beyond its end', (t) => {
  const whole = mamAttributes(memory)
  let read = 0
  for (let length = 0; length < whole.length; length++) {
    try {
      // Behind the barcode there is nothing that is needed.
      t.strictSame(decodeMediumMemory(whole.subarray(0, length)), memory)
      read += 1
    } catch (error) {
      t.match(error, { code: 'ERR_PARSE' })
    }
  }
  t.equal(read, 5, 'only where an attribute ends')
  t.throws(() => decodeMediumMemory(Buffer.alloc(1024)), { code: 'ERR_PARSE' })
  t.throws(() => decodeMediumMemory(Buffer.alloc(2000, 0xff)), { code: 'ERR_PARSE' })
  t.throws(() => decodeMediumMemory(mamStruct(memory).subarray(0, 1000)), { code: 'ERR_PARSE' })
  t.end()
})
