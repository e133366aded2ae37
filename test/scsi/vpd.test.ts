import t from 'tap'
import { decodeDesignators, naaKind, wwnOf, type Designator } from '../../src/scsi/designators.ts'
import { decodeUnitSerialNumber } from '../../src/scsi/inquiry.ts'
import {
  decodeBlockDeviceCharacteristics,
  decodeBlockLimits,
  decodeLogicalBlockProvisioning,
} from '../../src/scsi/vpd-disk.ts'
import {
  decodeAutomationSerial,
  decodeElementAddress,
  decodeManufacturerSerial,
  decodeSequentialAccessCapabilities,
  decodeSupportedTapeAlerts,
} from '../../src/scsi/vpd-tape.ts'
import { distinctAnswers, type RecordedAnswer } from '../support/recorded-answers.ts'
import { SAMPLE_ANSWERS } from '../support/sample-answers.ts'
import { hasSgTools, sgTool } from '../support/sg-tool.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const skip = !hasSgTools() && 'sg3-utils 1.46 is not installed'

t.test('pages of tape drives', (t) => {
  t.strictSame(decodeSequentialAccessCapabilities(bytes('01 b0 00 04 03 00 00 00')), {
    worm: true,
    tapeStreamMirroring: true,
  })
  t.equal(decodeManufacturerSerial(bytes('01 b1 00 08 41 42 43 31 20 20 00 00')), 'ABC1')
  t.strictSame(
    decodeSupportedTapeAlerts(bytes('01 b2 00 08 80 40 00 00 00 00 00 03')),
    [1, 10, 63, 64],
  )
  t.equal(decodeAutomationSerial(bytes('01 b3 00 04 4c 49 42 31')), 'LIB1')
  t.equal(decodeAutomationSerial(bytes('01 b3 00 04 20 20 20 20')), null, 'in no library')
  t.equal(decodeElementAddress(bytes('01 b4 00 02 01 f4')), 500)
  t.equal(decodeElementAddress(bytes('01 b4 00 04 00 00 01 f4')), 500)
  t.equal(decodeElementAddress(bytes('01 b4 00 02 ff ff')), null)
  t.equal(decodeElementAddress(bytes('01 b4 00 00')), null)
  t.throws(() => decodeElementAddress(bytes('01 b4 00 07 00 00 00 00 00 00 00')), {
    message: 'VPD b4h: an address of 7 bytes',
  })
  t.throws(
    () => decodeElementAddress(new Uint8Array()),
    { message: 'VPD b4h: 0 bytes, at least 2 expected' },
    'mhvtl answers pages that it does not have with nothing',
  )
  t.end()
})

t.test('a page means another thing for another device', (t) => {
  t.throws(() => decodeBlockLimits(bytes('01 b0 00 04 01 00 00 00')), {
    code: 'ERR_DECODE',
    message: 'VPD b0h: peripheral device type 01h has another page there',
  })
  t.throws(() => decodeManufacturerSerial(bytes('00 b1 00 04 00 01 00 00')), {
    message: 'VPD b1h: peripheral device type 00h has another page there',
  })
  t.match(
    decodeSequentialAccessCapabilities(bytes('88 b0 00 01 01')),
    { worm: true },
    'the peripheral qualifier does not matter',
  )
  t.end()
})

t.test('pages of disks', (t) => {
  const limits = `01 20 0008 00004000 00000400 00000010 00200000 ffffffff 00000008
    80000007 0000000000080000`
  t.strictSame(decodeBlockLimits(bytes(`00 b0 00 28 ${limits}`)), {
    maximumCompareAndWriteBlocks: 32,
    optimalGranularityBlocks: 8,
    maximumTransferBlocks: 0x4000,
    optimalTransferBlocks: 0x400,
    maximumPrefetchBlocks: 16,
    maximumUnmapBlocks: 0x200000,
    maximumUnmapDescriptors: null,
    optimalUnmapGranularityBlocks: 8,
    unmapAlignmentBlock: 7,
    maximumWriteSameBlocks: 0x80000,
  })
  t.match(
    decodeBlockLimits(bytes('00 b0 00 0c 00 00 0008 00004000 00000000')),
    { maximumTransferBlocks: 0x4000, optimalTransferBlocks: null, maximumUnmapBlocks: null },
    'of an older standard',
  )
  t.strictSame(decodeBlockDeviceCharacteristics(bytes('00 b1 00 3c 1c 20 00 02 10')), {
    rotationsPerMinute: 7200,
    rotating: true,
    formFactorInches: 3.5,
    zoned: 'host-aware',
  })
  t.strictSame(decodeBlockDeviceCharacteristics(bytes('00 b1 00 3c 00 01 00 03 00')), {
    rotationsPerMinute: null,
    rotating: false,
    formFactorInches: 2.5,
    zoned: null,
  })
  t.match(decodeBlockDeviceCharacteristics(bytes('00 b1 00 3c 00 00')), {
    rotationsPerMinute: null,
    rotating: null,
    formFactorInches: null,
  })
  t.strictSame(decodeLogicalBlockProvisioning(bytes('00 b2 00 04 0b e4 02 00')), {
    type: 'thin',
    unmap: true,
    writeSame16: true,
    writeSame10: true,
    readsZeros: true,
    thresholdBlocks: 2048,
  })
  t.end()
})

t.test('names that are unique in the world', (t) => {
  const page = bytes(`01 83 00 46
    02 01 00 12 49424d2020202020 554c54333538302d5444
    01 03 00 08 5005076312345678
    61 93 00 08 5005076312345679
    61 94 00 04 00000001
    61 a3 00 08 500507631234567a
    53 a8 00 04 6e616100`)
  t.strictSame(wwnOf(decodeDesignators(page)), {
    name: '5005076312345678',
    targetPorts: ['5005076312345679'],
    vendor: 'IBM',
    vendorSpecific: 'ULT3580-TD',
  })
  const of = (...designators: Designator[]) => wwnOf(designators).name
  const naa = { type: 3, association: 2, value: '50' }
  const eui = { type: 2, association: 0, value: '00' }
  t.equal(of(naa), '50', 'of the device, when the logical unit has none')
  t.equal(of(naa, eui), '00')
  t.equal(of({ ...naa, association: 1 }), null, 'a port is not the unit')
  t.equal(naaKind('5005076312345678'), 'IEEE Registered')
  t.equal(naaKind('60'), 'IEEE Registered Extended')
  t.equal(naaKind('f0'), null)
  t.end()
})

/** What sg_vpd says of a label: a number, or what follows it. */
function said(text: string, label: string): string | null {
  const escaped = label.replaceAll(/[()]/g, '\\$&')
  return new RegExp(`^ *${escaped}[:=] ?(.*)$`, 'm').exec(text)?.[1] ?? null
}

function numberSaid(text: string, label: string): number | null {
  const number = Number(/^(?:0x)?-?[\da-f]+/.exec(said(text, label) ?? '')?.[0] ?? 'none')
  return Number.isNaN(number) || number <= 0 ? null : number
}

const LIMITS = {
  maximumCompareAndWriteBlocks: 'Maximum compare and write length',
  optimalGranularityBlocks: 'Optimal transfer length granularity',
  maximumTransferBlocks: 'Maximum transfer length',
  optimalTransferBlocks: 'Optimal transfer length',
  maximumPrefetchBlocks: 'Maximum prefetch transfer length',
  maximumUnmapBlocks: 'Maximum unmap LBA count',
  maximumUnmapDescriptors: 'Maximum unmap block descriptor count',
  optimalUnmapGranularityBlocks: 'Optimal unmap granularity',
  maximumWriteSameBlocks: 'Maximum write same length',
} as const

/** Of each page what was decoded, and the same out of the text of sg_vpd. */
const COMPARED: Readonly<
  Record<string, (data: Uint8Array, text: string) => [decoded: unknown, said: unknown]>
> = {
  '0 b0': (data, text) => {
    const { unmapAlignmentBlock, ...decoded } = decodeBlockLimits(data)
    const fields = Object.entries(LIMITS)
    const alignment = /alignment: (\d+)/.exec(text)?.[1]
    const valid = said(text, 'Unmap granularity alignment valid') === 'true'
    return [
      { ...decoded, unmapAlignmentBlock },
      {
        ...Object.fromEntries(fields.map(([name, label]) => [name, numberSaid(text, label)])),
        unmapAlignmentBlock: valid ? Number(alignment) : null,
      },
    ]
  },
  '0 b1': (data, text) => {
    const { rotating, rotationsPerMinute, formFactorInches } =
      decodeBlockDeviceCharacteristics(data)
    const rotation = numberSaid(text, 'Nominal rotation rate')
    const isSolid = text.includes('Non-rotating medium')
    const inches = said(text, 'Nominal form factor')
    return [
      [rotating, rotationsPerMinute, formFactorInches],
      [
        isSolid ? false : rotation === null ? null : true,
        rotation,
        inches === null || inches.includes('not') ? null : Number.parseFloat(inches),
      ],
    ]
  },
  '0 b2': (data, text) => {
    const { type, thresholdBlocks, ...flags } = decodeLogicalBlockProvisioning(data)
    const flag = (label: string) => said(text, label) === '1'
    const exponent = numberSaid(text, 'Threshold exponent')
    return [
      { ...flags, thin: type === 'thin', thresholdBlocks },
      {
        unmap: flag('Unmap command supported (LBPU)'),
        writeSame16: flag('Write same (16) with unmap bit supported (LBPWS)'),
        writeSame10: flag('Write same (10) with unmap bit supported (LBPWS10)'),
        readsZeros: flag('Logical block provisioning read zeros (LBPRZ)'),
        thin: said(text, 'Provisioning type')?.includes('thin') ?? false,
        thresholdBlocks: exponent === null ? null : 2 ** exponent,
      },
    ]
  },
  '1 b0': (data, text) => [
    decodeSequentialAccessCapabilities(data).worm,
    said(text, 'WORM') === '1',
  ],
  '1 b1': (data, text) => [
    decodeManufacturerSerial(data),
    said(text, 'Manufacturer-assigned serial number')?.trim(),
  ],
  '1 b2': (data, text) => [
    decodeSupportedTapeAlerts(data),
    [...text.matchAll(/([\dA-F]{2})h: (\d)/g)]
      .filter(([, , set]) => set === '1')
      .map(([, number]) => Number.parseInt(number ?? '', 16)),
  ],
  '1 b3': (data, text) => [
    decodeAutomationSerial(data),
    said(text, 'Automation device serial number')?.trim(),
  ],
  '1 b4': (data, text) => [
    decodeElementAddress(data),
    Number(said(text, 'Data transfer device element address')),
  ],
}

function designatorsSaid(text: string): string[] {
  const values: string[] = []
  for (const line of text.split('\n')) {
    const [, more] = /^ {6}vendor specific: (.*)$/.exec(line) ?? []
    const [, value] = /^ {6}(?:vendor id: |Relative target port: 0x|0x)(.*)$/.exec(line) ?? []
    const vendor = values.at(-1)
    if (value !== undefined) values.push(value)
    else if (more !== undefined && vendor?.length === 8) values[values.length - 1] = vendor + more
    else if (more !== undefined) values.push(more)
  }
  return values.map((value) => value.trim())
}

/** Ours as sg_vpd has them: of the unit first, and ports as short numbers. */
function designatorsDecoded(data: Uint8Array): string[] {
  const designators = decodeDesignators(data)
  return [0, 1, 2].flatMap((association) =>
    designators
      .filter((one) => one.association === association)
      .map(({ type, value }) => (type === 4 ? (value ?? '').replace(/^0+/, '') : (value ?? ''))),
  )
}

t.test('pages of all devices say what sg_vpd says of them', { skip }, (t) => {
  const typeOf = ({ data }: { data: Uint8Array }) => (data[0] ?? 0) & 0x1f
  const pageOf = ({ data }: { data: Uint8Array }) => (data[1] ?? 0).toString(16)
  const argv = (file: string, answer: { data: Uint8Array }) => [
    `--page=0x${pageOf(answer)}`,
    `--inhex=${file}`,
  ]
  const pages: Pick<RecordedAnswer, 'data'>[] = [
    ...distinctAnswers('1201b', [0, 1]),
    ...distinctAnswers('120180'),
    ...distinctAnswers('120183'),
    { data: SAMPLE_ANSWERS.automationSerial },
    { data: SAMPLE_ANSWERS.elementAddress },
    { data: SAMPLE_ANSWERS.blockLimits },
  ]
  const seen = new Set<string>()
  for (const { answer, stdout } of sgTool('sg_vpd', pages, argv)) {
    const page = pageOf(answer)
    const name = `${typeOf(answer)} ${page}`
    seen.add(name)
    if (page === '80') {
      const [serial = ''] = (said(stdout, 'Unit serial number') ?? '').split('\0')
      t.equal(decodeUnitSerialNumber(answer.data), serial.trim())
    } else if (page === '83') {
      t.strictSame(designatorsDecoded(answer.data), designatorsSaid(stdout))
    } else {
      const [decoded, expected] = COMPARED[name]?.(answer.data, stdout) ?? []
      t.strictSame(decoded, expected, `${name}: ${stdout}`)
    }
  }
  t.strictSame([...seen].sort(), [
    ...['0 80', '0 83', '0 b0', '0 b1', '0 b2'],
    ...['1 80', '1 83', '1 b0', '1 b1', '1 b2', '1 b3', '1 b4', '8 80', '8 83'],
  ])
  t.end()
})
