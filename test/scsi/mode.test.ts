import t from 'tap'
import { modeSense10, modeSense6 } from '../../src/scsi/cdb.ts'
import { decodeChangerCapabilities } from '../../src/scsi/mode/changer-capabilities.ts'
import { decodeCompressionMode } from '../../src/scsi/mode/data-compression.ts'
import {
  decodeDeviceConfiguration,
  decodeDeviceConfigurationExtension,
} from '../../src/scsi/mode/device-configuration.ts'
import { decodeElementAddresses } from '../../src/scsi/mode/element-addresses.ts'
import { decodeInformationalExceptionsControl } from '../../src/scsi/mode/informational-exceptions.ts'
import {
  decodeModeSense10,
  decodeModeSense6,
  modePage,
  writeProtected,
  type ModePage,
} from '../../src/scsi/mode/page.ts'
import { SAMPLE_ANSWERS } from '../support/sample-answers.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

/** A page as MODE SENSE answers with it, page and subpage out of its header. */
function page(digits: string): ModePage {
  const data = bytes(digits)
  const first = data[0] ?? 0
  return { page: first & 0x3f, subpage: (first & 0x40) === 0 ? 0 : (data[1] ?? 0), bytes: data }
}

t.test('the commands are laid out as the standard says', (t) => {
  t.equal(hex(modeSense6(0x3f)), '1a003f00ff00')
  t.equal(hex(modeSense6(0x10, 0x01, 0x40)), '1a0010014000')
  t.equal(hex(modeSense10(0x10, 0x1234, 0x01)), '5a081001000000123400')
  t.end()
})

t.test('headers, block descriptors and pages', (t) => {
  const six = bytes('0f 88 90 08 5e 000010 00 000200 1d 02 aabb')
  t.strictSame(decodeModeSense6(six), {
    mediumType: 0x88,
    deviceSpecific: 0x90,
    blockDescriptors: [{ densityCode: 0x5e, blocks: 16, blockBytes: 512 }],
    pages: [{ page: 0x1d, subpage: 0, bytes: bytes('1d 02 aabb') }],
    truncated: false,
  })
  const pages = '8f 01 aa 50 01 0002 bbcc'
  const ten = decodeModeSense10(bytes(`000f 00 10 0000 0000 ${pages}`))
  t.strictSame(ten.pages, [
    { page: 0x0f, subpage: 0, bytes: bytes('8f 01 aa') },
    { page: 0x10, subpage: 1, bytes: bytes('50 01 0002 bbcc') },
  ])
  t.equal(modePage(ten, 0x10, 1)?.bytes.length, 6)
  t.equal(modePage(ten, 0x10), null)
  t.equal(writeProtected(decodeModeSense6(six)), true)
  t.equal(writeProtected(ten), false)
  const long = decodeModeSense10(bytes(`0019 00 00 0100 0010 ${'00'.repeat(16)} 0f 01 aa`))
  t.match(long, { blockDescriptors: [], pages: [{ page: 0x0f }] }, 'long descriptors of a disk')
  t.end()
})

t.test('an answer that is cut, and one that contradicts itself', (t) => {
  const whole = bytes('000f 00 10 0000 0000 8f 01 aa 50 01 0002 bbcc')
  for (let length = 8; length < whole.length; length++) {
    const { pages, truncated } = decodeModeSense10(whole.subarray(0, length))
    t.strictSame([pages.length, truncated], [length < 11 ? 0 : 1, true])
  }
  const refuses = (data: string, problem: string) => {
    t.throws(() => decodeModeSense10(bytes(data)), {
      code: 'ERR_DECODE',
      message: `MODE SENSE: ${problem}`,
    })
  }
  refuses('0009 00 10 0000 0000 0f 04 00', 'page 0fh ends behind the answer')
  refuses('0006 00 10 0000 0008', 'block descriptors end behind the answer')
  refuses('0009 00', '3 bytes, at least 4 expected')
  t.end()
})

t.test('pages of a changer', (t) => {
  t.strictSame(decodeElementAddresses(page('1d 12 0001 0001 03e8 0027 000a 0004 01f4 0004 0000')), {
    'medium-transport': { first: 1, count: 1 },
    storage: { first: 1000, count: 39 },
    'import-export': { first: 10, count: 4 },
    'data-transfer': { first: 500, count: 4 },
  })
  t.throws(
    () => decodeElementAddresses(page(`1d 1e ${'00'.repeat(30)}`)),
    { code: 'ERR_DECODE', message: 'mode page 1dh: 32 bytes, 20 expected' },
    'medium configuration, which a tape drive has there',
  )
  t.throws(() => decodeElementAddresses(page('1e 02 0000')), {
    message: 'mode page 1dh: it is mode page 1eh',
  })

  const drive = ['data-transfer']
  t.strictSame(
    decodeChangerCapabilities(page('1f 12 0a 05 08 04 02 01 00000000 00 08 00 00 00000000')),
    {
      stores: ['storage', 'data-transfer'],
      secondVersion: true,
      volumeTagReader: false,
      cleansDrives: true,
      moves: {
        'medium-transport': drive,
        storage: ['import-export'],
        'import-export': ['storage'],
        'data-transfer': ['medium-transport'],
      },
      exchanges: {
        'medium-transport': [],
        storage: drive,
        'import-export': [],
        'data-transfer': [],
      },
    },
  )
  t.match(decodeChangerCapabilities(page('1f 06 0e 00 0e 0e 0e 0e')), {
    exchanges: { storage: [] },
  })
  t.end()
})

t.test('pages of a tape drive', (t) => {
  t.strictSame(decodeCompressionMode(page('0f 0e c0 80 00000001 00000010 00000000')), {
    enabled: true,
    capable: true,
    decompressionEnabled: true,
    algorithm: 1,
    decompressionAlgorithm: 16,
  })
  t.strictSame(decodeDeviceConfiguration(page('10 0e 00 02 00 00 0064 40 00 1c 000000 01 86')), {
    activePartition: 2,
    writeDelaySeconds: 10,
    softwareWriteProtect: true,
    compressionAlgorithm: 1,
    associatedWriteProtect: true,
    persistentWriteProtect: true,
    permanentWriteProtect: false,
  })
  const answer = decodeModeSense10(SAMPLE_ANSWERS.deviceConfigurationExtension)
  const extension = modePage(answer, 0x10, 0x01)
  t.strictSame(extension && decodeDeviceConfigurationExtension(extension), {
    logSenseKeepsTapeAlerts: true,
    tapeAlertRespectsPageControl: true,
    tapeAlertSelectsExceptions: false,
    tapeAlertRespectsParameters: true,
    writeMode: 1,
    earlyWarningBytes: 5e9,
  })
  t.throws(() => decodeDeviceConfigurationExtension(page('10 0e 00')), {
    message: 'mode page 10h/01h: it is mode page 10h',
  })
  const exceptions = (digits: string) => decodeInformationalExceptionsControl(page(digits))
  t.strictSame(exceptions('1c 0a 15 06 00000258 00000001'), {
    disabled: false,
    warnings: true,
    test: true,
    logged: true,
    method: 'on-request',
    intervalSeconds: 60,
    reportCount: 1,
  })
  t.match(exceptions('1c 0a 08 00 ffffffff 00000000'), {
    disabled: true,
    method: 'none',
    intervalSeconds: null,
  })
  t.match(exceptions('1c 0a 00 0c 00000000 00000000'), { method: 'vendor-specific' })
  t.match(exceptions('1c 0a 00 07 00000000 00000000'), { method: 'reserved' })
  t.end()
})
