import fc from 'fast-check'
import t from 'tap'
import { inquiry, logSense, modeSense10 } from '../../src/scsi/cdb.ts'
import { decodeDesignators } from '../../src/scsi/designators.ts'
import { decodeInquiry, decodeUnitSerialNumber, decodeVpdPages } from '../../src/scsi/inquiry.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const hexOf = (data: Uint8Array) => Buffer.from(data).toString('hex')

t.test('commands are laid out as the standard says', (t) => {
  t.equal(hexOf(inquiry(null, 0xf0)), '12000000f000')
  t.equal(hexOf(inquiry(0x80, 0x100)), '120180010000')
  t.equal(hexOf(logSense(0x00)), '4d004000000000ffff00')
  t.equal(hexOf(logSense(0x11)), '4d005100000000ffff00')
  t.equal(hexOf(modeSense10(0x1d, 0x100)), '5a081d00000000010000')
  t.end()
})

t.test('standard INQUIRY data', (t) => {
  const library = (serial: string) =>
    latin(`\x08\x80\x03\x02\x35\0\x01 IBM     03584L32        1060\0\0${serial}00\0\0\0\0`)

  t.strictSame(decodeInquiry(library('IBMLIB0030  ')), {
    type: 8,
    qualifier: 0,
    vendor: 'IBM',
    product: '03584L32',
    revision: '1060',
    serial: 'IBMLIB0030',
  })
  t.equal(
    decodeInquiry(library('000007812345')).serial,
    null,
    'twelve characters may be part of a longer serial number',
  )
  t.equal(
    decodeInquiry(latin(`\x08\x80\x02\x02\x3b\0\x01 HP      MSL G3 Series   E.00\0\0ABCDEF`))
      .serial,
    null,
    'other families keep other things there',
  )
  t.throws(() => decodeInquiry(bytes('08 80')), { code: 'ERR_DECODE' })
  t.end()
})

t.test('unit serial number', (t) => {
  t.equal(decodeUnitSerialNumber(latin('\x08\x80\0\x12XYZZY_A     \0\0\0\0\0\0')), 'XYZZY_A')
  t.equal(
    decodeUnitSerialNumber(latin('\x08\x80\0\x16IBMLIB0030\0\x000400\0\0\0\0\0\0')),
    'IBMLIB0030',
    'what stands behind a NUL is not part of it',
  )
  t.equal(decodeUnitSerialNumber(latin('\x01\x80\0\x0aXYZZY_')), 'XYZZY_', 'cut short')
  t.equal(decodeUnitSerialNumber(latin('\x01\x80\0\x04    ')), null, 'blank')
  t.equal(decodeUnitSerialNumber(bytes('01 80 00 04 ff ff ff ff')), null, 'all FFh')
  t.throws(() => decodeUnitSerialNumber(bytes('01 83 00 00')), {
    code: 'ERR_DECODE',
    message: 'VPD 80h: the answer is page 83h',
  })
  t.end()
})

t.test('designators', (t) => {
  const naa = '01 03 00 08 50 22 33 44 ab 00 01 00'
  t.strictSame(decodeDesignators(bytes(`01 83 00 0c ${naa}`)), [
    { type: 3, association: 0, value: '50223344ab000100' },
  ])
  t.strictSame(
    decodeDesignators(bytes(`08 83 00 12 ${naa} 02 01 00 22 48 50`)),
    [{ type: 3, association: 0, value: '50223344ab000100' }],
    'one that is longer than the page is left out',
  )
  t.strictSame(decodeDesignators(bytes('01 83 00 06 52 14 00 02 41 42')), [
    { type: 4, association: 1, value: 'AB' },
  ])
  t.end()
})

t.test('pages that a device has', (t) => {
  t.strictSame(decodeVpdPages(bytes('08 00 00 02 00 80')), [0x00, 0x80])
  t.end()
})

t.test('any bytes are decoded or refused', (t) => {
  const anyBytes = fc.uint8Array({ maxLength: 300 })
  const page = fc.tuple(fc.constantFrom(0x00, 0x80, 0x83), anyBytes).map(([code, body]) => {
    return Uint8Array.from([8, code, 0, Math.min(255, body.length), ...body])
  })
  fc.assert(
    fc.property(fc.oneof(anyBytes, page), (data) => {
      for (const decode of [
        decodeInquiry,
        decodeVpdPages,
        decodeUnitSerialNumber,
        decodeDesignators,
      ]) {
        try {
          decode(data)
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_DECODE') throw error
        }
      }
    }),
  )
  t.end()
})
