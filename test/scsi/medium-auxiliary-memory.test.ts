import t from 'tap'
import { readAttributeList, readAttributes } from '../../src/scsi/cdb.ts'
import { coherencyOf } from '../../src/scsi/coherency.ts'
import {
  decodeAttributeList,
  decodeAttributes,
  decodeCartridgeMemory,
} from '../../src/scsi/medium-auxiliary-memory.ts'
import { textAttribute } from '../../src/scsi/text-attribute.ts'
import { distinctAnswers, recordedAnswers } from '../support/recorded-answers.ts'
import { attribute, attributes, SAMPLE_ANSWERS } from '../support/sample-answers.ts'
import { hasSgTools, sgTool } from '../support/sg-tool.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const skip = !hasSgTools() && 'sg3-utils 1.46 is not installed'

t.test('the commands are laid out as the standard says', (t) => {
  t.equal(hex(readAttributes()), '8c0000000000000000000000ffff0000')
  t.equal(hex(readAttributes(1, 0x0800, 0x10000)), '8c000000000000010800000100000000')
  t.equal(hex(readAttributeList(2)), '8c0100000000000200000000ffff0000')
  t.end()
})

t.test('a cartridge of an LTFS volume', (t) => {
  const { others, ...memory } = decodeCartridgeMemory(SAMPLE_ANSWERS.cartridge)
  const usage = (from: number) => ({
    writtenMebibytes: from,
    writeRetries: from + 1,
    readMebibytes: from + 2,
    readRetries: from + 3,
  })
  const history = {
    ...{ current: usage(1), previous: usage(5), total: usage(9) },
    ...{ loads: 13, partitionChanges: 14, partitionInitializations: 15 },
  }
  t.strictSame(memory, {
    remainingMebibytes: 4096,
    capacityMebibytes: 12_000_000,
    tapeAlertFlags: [3, 64],
    loads: 42,
    memoryRemainingBytes: null,
    memoryCapacityBytes: null,
    assigningOrganization: null,
    formattedDensityCode: null,
    initializations: null,
    volumeIdentifier: 'VOL1',
    volumeChangeReference: null,
    lastDrives: [
      { vendor: 'IBM', serial: '1013000A6F' },
      { vendor: 'HPE', serial: 'CZ0001' },
    ],
    writtenMebibytes: 0x100000,
    readMebibytes: null,
    loadWrittenMebibytes: null,
    loadReadMebibytes: null,
    firstEncryptedBlock: 16,
    firstUnencryptedBlock: null,
    usage: history,
    partitionUsage: history,
    manufacturer: 'FUJIFILM',
    serial: 'V207260012',
    lengthMeters: 960,
    widthMillimeters: 12.7,
    mediumAssigningOrganization: null,
    densityCode: null,
    manufacturingDate: '20240131',
    mediumType: 0x80,
    mediumTypeInformation: null,
    applicationVendor: null,
    applicationName: null,
    applicationVersion: null,
    userLabel: 'Büro',
    lastWritten: null,
    barcode: 'ABC123L8',
    owningHost: 'tür',
    mediaPool: null,
    partitionLabel: null,
    applicationFormatVersion: null,
    coherency: {
      volumeChangeReference: 7,
      count: 3,
      setIdentifier: 0xabc,
      application: 'LTFS',
      volumeUuid: '12345678-9abc-4def-8123-456789abcdef',
      information: hex(
        Buffer.from('LTFS\0' + '12345678-9abc-4def-8123-456789abcdef\0\x01', 'latin1'),
      ),
    },
    uniqueIdentifier: 'a0b1c2d3-1111-4222-8333-444455556666',
    mediaPoolUniqueIdentifier: null,
    truncated: false,
  })
  t.strictSame(
    others.map(({ identifier, readOnly, format, value }) => [
      identifier,
      readOnly,
      format,
      hex(value),
    ]),
    [[0x0c01, true, 0, '0102']],
  )
  t.end()
})

t.test('TapeAlert flags of a cartridge that are all FFh are not known', (t) => {
  const flags = (value: string) =>
    decodeCartridgeMemory(attributes(attribute(0x0002, 0x80, value))).tapeAlertFlags
  t.equal(flags('ffffffffffffffff'), null)
  t.strictSame(flags('0000000000000000'), [])
  t.strictSame(flags('ffffffffffffff00')?.length, 56)
  t.end()
})

t.test('texts in the alphabets of the standard', (t) => {
  const text = (value: string, localization: number | null) =>
    textAttribute(bytes(value), localization)
  t.equal(text('42 c3 bc 72 6f', null), 'Büro')
  t.equal(text('42 fc 72 6f 20 20', 0x01), 'Büro')
  t.equal(text('a4', 0x05), 'Є')
  t.equal(text('0042 00fc 0072 0000 0041', 0x80), 'Bür')
  t.equal(text('42 fc 72', 0x81), null, 'no UTF-8')
  t.equal(text('42 0a 72', 0), null, 'a control character')
  t.equal(text('41 42', 0x7f), 'AB', 'a reserved alphabet')
  t.equal(text('00 00', 0), null)
  t.equal(text('20 20', 1), null)
  t.equal(textAttribute(undefined, 0), null)
  t.end()
})

t.test('coherency information that was never written, or is cut', (t) => {
  t.equal(coherencyOf(new Uint8Array(70)), null)
  t.equal(coherencyOf(bytes('04 00000007 0000000000000003 0000000000000abc')), null)
  t.match(coherencyOf(bytes('01 07 0000000000000003 0000000000000abc 0004 abcd0102')), {
    volumeChangeReference: 7,
    application: null,
    volumeUuid: null,
    information: 'abcd0102',
  })
  t.end()
})

t.test('an answer that is cut keeps the attributes that came whole', (t) => {
  const whole = attributes(attribute(0x0003, 0x80, '0000002a'), attribute(0x0408, 0, '01'))
  for (let length = 4; length < whole.length; length++) {
    const { loads, mediumType, truncated } = decodeCartridgeMemory(whole.subarray(0, length))
    t.strictSame([loads, mediumType, truncated], [length < 13 ? null : 42, null, true])
  }
  t.throws(() => decodeAttributes(bytes('00000008 0003 80 0008 000000')), {
    code: 'ERR_DECODE',
    message: 'READ ATTRIBUTE: an attribute ends behind the answer',
  })
  t.match(decodeAttributes(bytes('0000000a 0408 80 0001 01 00000000')).attributes, [
    { identifier: 0x0408 },
  ])
  t.strictSame(decodeAttributeList(bytes('00000006 0000 0001 0806')), [0, 1, 0x806])
  t.strictSame(decodeAttributeList(bytes('00000006 0000 0001 08')), [0, 1])
  t.end()
})

/** How sg_read_attr calls attributes whose value it prints on the line, and how it prints ours. */
const PRINTED: Readonly<Record<string, keyof ReturnType<typeof decodeCartridgeMemory>>> = {
  'Remaining capacity in partition [MiB]': 'remainingMebibytes',
  'Maximum capacity in partition [MiB]': 'capacityMebibytes',
  'Load count': 'loads',
  'MAM space remaining [B]': 'memoryRemainingBytes',
  'MAM capacity [B]': 'memoryCapacityBytes',
  'Format density code': 'formattedDensityCode',
  'Initialization count': 'initializations',
  'Volume identifier': 'volumeIdentifier',
  'Volume change reference': 'volumeChangeReference',
  'Total MiB written in medium life': 'writtenMebibytes',
  'Total MiB read in medium life': 'readMebibytes',
  'Total MiB written in current/last load': 'loadWrittenMebibytes',
  'Total MiB read in current/last load': 'loadReadMebibytes',
  'Medium manufacturer': 'manufacturer',
  'Medium serial number': 'serial',
  'Medium length [m]': 'lengthMeters',
  'Medium density code': 'densityCode',
  'Medium manufacture date': 'manufacturingDate',
  'Medium type': 'mediumType',
  'Medium type information': 'mediumTypeInformation',
  'Application vendor': 'applicationVendor',
  'Application name': 'applicationName',
  'Application version': 'applicationVersion',
  'User medium text label': 'userLabel',
  'Date and time last written': 'lastWritten',
  Barcode: 'barcode',
  'Owning host textual name': 'owningHost',
  'Media pool': 'mediaPool',
}

const DRIVES = ['at last load', 'at load-1', 'at load-2', 'at load-3']

t.test('cartridges hold what sg_read_attr says of them', { skip }, (t) => {
  const answers = [...distinctAnswers('8c00', [1]), { data: SAMPLE_ANSWERS.cartridge }]
  t.ok(answers.length >= 30, `${answers.length} cartridges`)
  for (const { answer, stdout } of sgTool('sg_read_attr', answers, (file) => [`--in=${file}`])) {
    const memory = decodeCartridgeMemory(answer.data)
    const said = new Map(
      [...stdout.matchAll(/^ {2}(\S.*?): (.*)$/gm)].map(([, label = '', value = '']) => [
        label,
        value.split('\0')[0]?.trim() ?? '',
      ]),
    )
    const printed = Object.keys(PRINTED).filter((label) => said.has(label))
    const value = (label: string) => said.get(label) ?? ''
    t.ok(printed.length > 10, `${printed.length} attributes`)
    t.strictSame(
      printed.map((label) => [label, memory[PRINTED[label] ?? 'others']]),
      printed.map((label) => {
        const known = value(label) !== '' && value(label) !== '18446744073709551615'
        const text = typeof memory[PRINTED[label] ?? 'others'] === 'string'
        return [label, !known ? null : text ? value(label) : Number(value(label))]
      }),
    )
    t.strictSame(
      memory.lastDrives.map(({ vendor, serial }) => `${(vendor ?? '').padEnd(8)}${serial ?? ''}`),
      DRIVES.map((each) => value(`Density vendor/serial number ${each}`)).filter((v) => v !== ''),
    )
    if (memory.usage === null) continue
    const lines = [...stdout.matchAll(/^ {4}(.*): (\d+)$/gm)].map(([, , number]) => Number(number))
    const { current, previous, total, ...counts } = memory.usage
    const numbers = [current, previous, total, counts].flatMap((each) =>
      Object.values<number | null>({ ...each }),
    )
    t.strictSame(lines, [...numbers, ...numbers], 'of the medium, and the same of the partition')
  }
  t.end()
})

t.test('drives list the attributes that they answer with', (t) => {
  let compared = 0
  for (const list of recordedAnswers('8c01')) {
    const values = recordedAnswers('8c00').find(
      ({ recording, device }) => recording === list.recording && device === list.device,
    )
    if (values === undefined) continue
    t.strictSame(
      decodeAttributeList(list.data),
      decodeAttributes(values.data).attributes.map(({ identifier }) => identifier),
    )
    compared += 1
  }
  t.ok(compared > 40, `${compared} compared`)
  t.end()
})
