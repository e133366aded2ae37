import fc from 'fast-check'
import t from 'tap'
import { decodeDeviceStatus } from '../../src/scsi/log/device-status.ts'
import { decodeLogPage } from '../../src/scsi/log/page.ts'
import { decodeSupportedLogPages } from '../../src/scsi/log/supported-pages.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

t.test('supported pages', (t) => {
  // An LTO drive of mhvtl.
  const data = bytes('00 00 00 0d 00 02 03 0c 0d 10 11 17 2e 30 31 32 37')
  t.strictSame(
    decodeSupportedLogPages(data),
    [0x00, 0x02, 0x03, 0x0c, 0x0d, 0x10, 0x11, 0x17, 0x2e, 0x30, 0x31, 0x32, 0x37],
  )
  t.strictSame(decodeSupportedLogPages(bytes('00 00 00 0d 00 02')), [0x00, 0x02], 'cut short')
  t.throws(() => decodeSupportedLogPages(bytes('11 00 00 01 00')), {
    code: 'ERR_DECODE',
    message: 'log page 00h: the answer is page 11h',
  })
  t.end()
})

t.test('parameters of a page', (t) => {
  t.strictSame(decodeLogPage(bytes('0d 00 00 0c 00 00 03 02 00 19 00 01 03 02 00 3c')), {
    page: 0x0d,
    subpage: 0,
    parameters: [
      { code: 0, value: bytes('00 19') },
      { code: 1, value: bytes('00 3c') },
    ],
    truncated: false,
  })
  t.match(
    decodeLogPage(bytes('0d 00 00 0c 00 00 03 02 00 19 00 01 03 02 00')),
    { parameters: [{ code: 0 }], truncated: true },
    'a page cut by the allocation length says so',
  )
  t.match(decodeLogPage(bytes('4d 01 00 00')), { page: 0x0d, subpage: 1 }, 'with a subpage')
  t.throws(() => decodeLogPage(bytes('0d 00 00 06 00 00 03 08 00 19')), {
    code: 'ERR_DECODE',
    message: 'log page 0dh: a parameter ends behind the page',
  })
  t.end()
})

t.test('device status', (t) => {
  const page = (value: string) => bytes(`11 00 00 08 00 00 03 04 ${value}`)
  const NAMES = [
    ['removalPrevented', '80 00 00 00'],
    ['hostInitiatedUnload', '40 00 00 00'],
    ['auxiliaryMemoryAccessible', '20 00 00 00'],
    ['compressionEnabled', '10 00 00 00'],
    ['writeProtected', '08 00 00 00'],
    ['cleaningRequested', '04 00 00 00'],
    ['cleaningRequired', '02 00 00 00'],
    ['initialized', '01 00 00 00'],
    ['inTransition', '00 80 00 00'],
    ['robotAccessAllowed', '00 20 00 00'],
    ['mediumPresent', '00 10 00 00'],
    ['mediumSeated', '00 04 00 00'],
    ['mediumThreaded', '00 02 00 00'],
    ['mounted', '00 01 00 00'],
    ['tapeDiagnosticData', '00 00 00 20'],
    ['encryptionParametersPresent', '00 00 00 10'],
    ['encryptionServiceRequested', '00 00 00 08'],
    ['recoveryRequested', '00 00 00 04'],
    ['interfaceChanged', '00 00 00 02'],
    ['tapeAlertChanged', '00 00 00 01'],
  ] as const
  for (const [name, value] of NAMES) {
    const set = Object.entries(decodeDeviceStatus(page(value))).filter(([, bit]) => bit === true)
    t.strictSame(set, [[name, true]], `${value} is ${name} alone`)
  }
  t.equal(decodeDeviceStatus(page('00 00 0e 00')).activity, 0x0e)
  t.throws(() => decodeDeviceStatus(bytes('11 00 00 08 00 01 03 04 00 00 00 00')), {
    message: 'log page 11h: no parameter 0000h',
  })
  t.throws(() => decodeDeviceStatus(bytes('11 00 00 06 00 00 03 02 00 00')), { code: 'ERR_DECODE' })
  for (const all of ['11 00 00 08 00 00 03 04 ff ff ff ff', '11 00 00 05 00 00 03 01 ff']) {
    t.throws(() => decodeDeviceStatus(bytes(all)), {
      code: 'ERR_DECODE',
      message: 'log page 11h: parameter 0000h is all FFh',
    })
  }
  t.throws(() => decodeDeviceStatus(bytes('2e 00 00 00')), {
    message: 'log page 11h: the answer is page 2eh',
  })
  t.end()
})

t.test('any bytes are decoded or refused, and no parameter is longer than its page', (t) => {
  const anyBytes = fc.uint8Array({ maxLength: 200 })
  const page = anyBytes.map((body) => Uint8Array.from([0x11, 0, 0, body.length, ...body]))
  fc.assert(
    fc.property(fc.oneof(anyBytes, page), (data) => {
      for (const decode of [decodeSupportedLogPages, decodeDeviceStatus, decodeLogPage]) {
        try {
          const decoded = decode(data)
          if (!('parameters' in decoded)) continue
          const size = decoded.parameters.reduce((sum, { value }) => sum + 4 + value.length, 4)
          if (size > data.length) throw new Error(`${size} bytes out of ${data.length}`)
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_DECODE') throw error
        }
      }
    }),
  )
  t.end()
})
