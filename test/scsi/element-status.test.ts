import fc from 'fast-check'
import t from 'tap'
import { readElementStatus } from '../../src/scsi/cdb.ts'
import { decodeElementStatus } from '../../src/scsi/element-status.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const number = (value: number, length: number) => value.toString(16).padStart(length * 2, '0')
const ascii = (text: string, length: number) =>
  Buffer.from(text.padEnd(length), 'latin1').toString('hex')

/** A page as a library sends it, descriptors in hex. */
function page(type: number, flags: number, descriptors: string[]): string {
  const body = descriptors.map((hex) => hex.replaceAll(/\s/g, '')).join('')
  const length = (descriptors[0] ?? '').replaceAll(/\s/g, '').length / 2
  return `${number(type, 1)}${number(flags, 1)}${number(length, 2)}00${number(body.length / 2, 3)}${body}`
}

function answer(count: number, ...pages: string[]): Uint8Array {
  const body = pages.join('')
  return bytes(`0001${number(count, 2)}00${number(body.length / 2, 3)}${body}`)
}

const TAGS = 0x80
const EMPTY = {
  full: false,
  exception: null,
  access: false,
  byOperator: null,
  importEnabled: null,
  exportEnabled: null,
  operatorNeeded: null,
  disabled: false,
  inverted: null,
  mediumType: null,
  sourceAddress: null,
  volumeTag: null,
  alternateVolumeTag: null,
  device: null,
}

t.test('the command is laid out as the standard says', (t) => {
  const all = {
    type: 0,
    start: 0,
    count: 0xffff,
    volumeTags: true,
    currentData: false,
    deviceIdentifiers: true,
    allocationLength: 0x40000,
  }
  const hexOf = (data: Uint8Array) => Buffer.from(data).toString('hex')
  t.equal(hexOf(readElementStatus(all)), 'b8100000ffff010400000000')
  t.equal(
    hexOf(readElementStatus({ ...all, deviceIdentifiers: false })),
    'b8100000ffff000400000000',
  )
  t.equal(
    hexOf(readElementStatus({ ...all, type: 2, start: 1000, count: 1, currentData: true })),
    'b81203e80001030400000000',
  )
  t.end()
})

t.test('a drive with a cartridge, its source and the device that it is', (t) => {
  const drive = `01f5 01 00 0000 0000 00 81 03ee ${ascii('E01007L8', 32)} 00000000
    02 01 00 22 ${ascii('IBM', 8)} ${ascii('ULT3580-TD8', 16)} ${ascii('XYZZY_A02', 10)}`

  t.strictSame(decodeElementStatus(answer(1, page(4, TAGS, [drive]))), {
    available: 1,
    elements: [
      {
        ...EMPTY,
        type: 'data-transfer',
        address: 0x1f5,
        full: true,
        inverted: false,
        mediumType: 'data',
        sourceAddress: 0x3ee,
        volumeTag: 'E01007L8',
        device: { type: 1, serial: 'XYZZY_A02', name: null },
      },
    ],
    truncated: false,
  })
  t.end()
})

t.test('a library that announces alternate tags without room for them', (t) => {
  const drive = `01e1 01 00 0000 0000 00 81 0021 ${ascii('K05002L6', 32)} 00000000
    02 00 00 14 ${ascii('DEC3005002', 20)}`

  t.match(decodeElementStatus(answer(1, page(4, 0xc0, [drive]))).elements, [
    {
      volumeTag: 'K05002L6',
      alternateVolumeTag: null,
      device: { type: 0, serial: 'DEC3005002' },
    },
  ])
  t.end()
})

t.test('alternate tags, an exception, a disabled element', (t) => {
  const slot = `0400 0d 00 8300 0000 00 08 0000 ${ascii('A00001L8', 32)} 00000000
    ${ascii('B00001L8', 32)} 00000000 00000000`

  t.strictSame(decodeElementStatus(answer(1, page(2, 0xc0, [slot]))).elements, [
    {
      ...EMPTY,
      type: 'storage',
      address: 0x400,
      full: true,
      exception: 0x8300,
      access: true,
      disabled: true,
      volumeTag: 'A00001L8',
      alternateVolumeTag: 'B00001L8',
    },
  ])
  t.end()
})

t.test('an import/export element says who put the cartridge there and which way it opens', (t) => {
  const slots = ['0010 3b 00 0000 0000 00 00 0000', '0011 08 00 0000 0000 00 00 0000']
  t.match(decodeElementStatus(answer(2, page(3, 0, slots))).elements, [
    { full: true, byOperator: true, importEnabled: true, exportEnabled: true, access: true },
    { full: false, byOperator: false, importEnabled: false, exportEnabled: false, access: true },
  ])
  t.end()
})

t.test('an import/export element that an operator has to look at', (t) => {
  const slots = ['0010 88 00 0000 0000 00 00 0000', '0011 08 00 0000 0000 00 00 0000']
  t.match(decodeElementStatus(answer(2, page(3, 0, slots))).elements, [
    { operatorNeeded: true },
    { operatorNeeded: false },
  ])
  t.end()
})

t.test('what kind of cartridge it is, and whether it was turned over', (t) => {
  const slot = (source: string) => `0400 09 00 0000 0000 00 ${source} 0000`
  const codes = ['00', '01', '82', '03', 'c4', '05', '06', '07']
  t.strictSame(
    decodeElementStatus(answer(8, page(2, 0, codes.map(slot)))).elements.map(
      ({ mediumType, inverted, sourceAddress }) => [mediumType, inverted, sourceAddress],
    ),
    [
      [null, null, null],
      ['data', null, null],
      ['cleaning', false, 0],
      ['diagnostics', null, null],
      ['write-once', true, 0],
      ['microcode', null, null],
      [null, null, null],
      [null, null, null],
    ],
  )
  t.end()
})

t.test('a drive that is told by its name', (t) => {
  const drive = '0100 00 00 0000 0000 00 00 0000 01 03 00 08 50223344ab000100'
  t.match(decodeElementStatus(answer(1, page(4, 0, [drive]))).elements, [
    { device: { type: 3, serial: null, name: '50223344ab000100' } },
  ])
  t.end()
})

t.test('a drive whose serial number is told in UTF-8, and one whose code set is reserved', (t) => {
  const drive = (codeSet: string) =>
    `0100 00 00 0000 0000 00 00 0000 ${codeSet} 00 00 08 ${ascii('1013A6F', 8)}`
  t.strictSame(
    decodeElementStatus(answer(2, page(4, 0, [drive('03'), drive('04')]))).elements.map(
      ({ device }) => device,
    ),
    [
      { type: 0, serial: '1013A6F', name: null },
      { type: 0, serial: null, name: null },
    ],
  )
  t.end()
})

t.test('tags that are not text are unknown', (t) => {
  const tagged = (tag: string) => `0400 01 00 0000 0000 00 00 0000 ${tag} 00000000`
  const slots = [tagged('ff'.repeat(32)), tagged('00'.repeat(32)), tagged(ascii('', 32))]
  t.strictSame(
    decodeElementStatus(answer(3, page(2, TAGS, slots))).elements.map((e) => e.volumeTag),
    [null, null, null],
  )
  t.end()
})

t.test('an answer that is cut short says so and keeps what came whole', (t) => {
  const slots = ['0400 01 00 0000 0000 00 00 0000', '0401 00 00 0000 0000 00 00 0000']
  const whole = answer(2, page(2, 0, slots))

  for (let length = 8; length < whole.length; length++) {
    const { elements, truncated } = decodeElementStatus(whole.subarray(0, length))
    t.equal(truncated, true)
    t.equal(elements.length, length < 16 + 12 ? 0 : 1)
  }
  t.strictSame(decodeElementStatus(whole).truncated, false)
  t.equal(
    decodeElementStatus(answer(3, page(2, 0, slots))).truncated,
    true,
    'also when the header counts the bytes that fitted, but all elements',
  )
  t.end()
})

t.test('an answer that contradicts itself is refused', (t) => {
  const refusals: [Uint8Array, string][] = [
    [bytes('0001'), '2 bytes, at least 3 expected'],
    [answer(1, page(7, 0, ['0400 01 00 0000 0000 00 00 0000'])), 'element type 7'],
    [answer(1, '0200 0000 00 000010'.replaceAll(' ', '')), 'descriptors of 0 bytes, 12 expected'],
    [
      answer(1, page(2, TAGS, ['0400 01 00 0000 0000 00 00 0000'])),
      'descriptors of 12 bytes, 48 expected',
    ],
    [answer(1, '0200000c0000000d'.padEnd(16 + 26, '0')), 'a page ends within a descriptor'],
    [answer(1, '0200000c00000018'.padEnd(16 + 24, '0')), 'a page ends behind the answer'],
    [answer(1, '0200'), 'a page header ends behind the answer'],
  ]
  for (const [data, problem] of refusals) {
    t.throws(() => decodeElementStatus(data), {
      code: 'ERR_DECODE',
      message: `READ ELEMENT STATUS: ${problem}`,
    })
  }
  t.end()
})

t.test('any bytes are decoded or refused, and no element is made of nothing', (t) => {
  const header = fc.tuple(fc.nat(300), fc.uint8Array({ maxLength: 300 })).map(([count, body]) => {
    return Uint8Array.from([
      0,
      0,
      count >> 8,
      count & 255,
      0,
      0,
      body.length >> 8,
      body.length & 255,
      ...body,
    ])
  })
  const paged = fc
    .record({
      type: fc.nat(5),
      flags: fc.nat(255),
      length: fc.nat(90),
      body: fc.uint8Array({ maxLength: 400 }),
    })
    .map(({ type, flags, length, body }) => {
      const size = 8 + body.length
      return Uint8Array.from([
        ...[0, 0, 0, 4, 0, 0, size >> 8, size & 255],
        ...[type, flags, 0, length, 0, 0, body.length >> 8, body.length & 255],
        ...body,
      ])
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), header, paged), (data) => {
      try {
        return decodeElementStatus(data).elements.length * 12 <= data.length
      } catch (error) {
        return (error as { code?: unknown }).code === 'ERR_DECODE'
      }
    }),
    { numRuns: 1000 },
  )
  t.end()
})
