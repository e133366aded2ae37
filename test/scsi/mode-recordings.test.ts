import t from 'tap'
import { decodeChangerCapabilities } from '../../src/scsi/mode/changer-capabilities.ts'
import { decodeCompressionMode } from '../../src/scsi/mode/data-compression.ts'
import { decodeDeviceConfiguration } from '../../src/scsi/mode/device-configuration.ts'
import { decodeElementAddresses } from '../../src/scsi/mode/element-addresses.ts'
import {
  decodeModeSense10,
  decodeModeSense6,
  modePage,
  type ModeData,
} from '../../src/scsi/mode/page.ts'
import { recordedAnswers } from '../support/recorded-answers.ts'
import { recorded, type Recorded } from '../support/recorded.ts'
import { RECORDINGS } from '../support/recording.ts'

const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

const EVIDENCE: readonly (readonly [string, Recorded])[] = RECORDINGS.map((recording) => [
  recording,
  recorded(recording),
])
const DEVICES = Array.from({ length: 40 }, (_, number) => `/dev/sg${number}`)

/** What a tool printed of each device that it succeeded with. */
function printedBy(tool: string): { recording: string; device: string; text: string }[] {
  return EVIDENCE.flatMap(([recording, { succeeded }]) =>
    DEVICES.flatMap((device) => {
      const text = succeeded(`${tool} ${device}`)
      return text === null ? [] : [{ recording, device, text }]
    }),
  )
}

/** Answers to MODE SENSE for all pages, of a device of a recording. */
function allPages(recording: string, device: string): ModeData[] {
  const of = (cdb: string, decode: (data: Uint8Array) => ModeData) =>
    recordedAnswers(cdb)
      .filter((answer) => answer.recording === recording && answer.device === device)
      .map(({ data }) => decode(data))
  return [...of('1a003f', decodeModeSense6), ...of('5a003f', decodeModeSense10)]
}

/** Header, density code and pages, as sg_modes prints them; the length of the longer header. */
function printedModes(text: string) {
  const header = /medium type=(\S+), specific param=(\S+),/.exec(text)
  const density = /Density code=(\S+)/.exec(text)?.[1]
  const [, ...pages] = text.split(/^>> .*$/m)
  return {
    mediumType: Number(header?.[1]),
    deviceSpecific: Number(header?.[2]),
    densityCode: Number(density),
    pages: pages.map((dump) =>
      dump
        .split('\n')
        .map((line) => line.slice(4).replaceAll(' ', ''))
        .join(''),
    ),
  }
}

t.test('drives and changers have the pages that sg_modes printed of them', (t) => {
  let compared = 0
  for (const { recording, device, text } of printedBy('sg_modes -a')) {
    const printed = printedModes(text)
    for (const { mediumType, deviceSpecific, blockDescriptors, pages } of allPages(
      recording,
      device,
    )) {
      const densityCode = blockDescriptors[0]?.densityCode
      const told = pages.map((each) => hex(each.bytes))
      t.strictSame({ mediumType, deviceSpecific, densityCode, pages: told }, printed)
      compared += 1
    }
  }
  t.ok(compared >= 20, `${compared} compared`)
  t.end()
})

const WORDS = {
  'data-transfer': 'Data Transfer',
  'import-export': 'Import/Export',
  storage: 'Storage',
  'medium-transport': 'Medium Transfer',
} as const
const NAMES = [
  ['medium-transport', 'Medium Transport'],
  ['storage', 'Storage'],
  ['import-export', 'Import/Export'],
  ['data-transfer', 'Data Transfer'],
] as const

/** A list in the words and the order of loaderinfo. */
function listed(types: readonly (keyof typeof WORDS)[], mark: string): string {
  const order = Object.keys(WORDS) as (keyof typeof WORDS)[]
  const words = order.filter((type) => types.includes(type)).map((type) => mark + WORDS[type])
  return words.length === 0 ? 'None' : words.join(', ')
}

t.test('changers can what loaderinfo printed of them', (t) => {
  let compared = 0
  for (const { recording, device, text } of printedBy('loaderinfo -f')) {
    const [mode] = allPages(recording, device)
    if (mode === undefined) continue
    const addresses = modePage(mode, 0x1d)
    const capabilities = modePage(mode, 0x1f)
    if (addresses === null || capabilities === null) throw new Error(`no pages of ${device}`)
    const elements = decodeElementAddresses(addresses)
    const { stores, moves, exchanges, ...flags } = decodeChangerCapabilities(capabilities)
    const lines = [
      ...NAMES.map(([type, name]) => `Number of ${name} Elements: ${elements[type].count}`),
      `Storage: ${listed(stores, '')}`,
      `SCSI Media Changer (rev 2): ${flags.secondVersion ? 'Yes' : 'No'}`,
      ...(flags.secondVersion
        ? [
            `Volume Tag Reader Present: ${flags.volumeTagReader ? 'Yes' : 'No'}`,
            `Auto-Clean Enabled: ${flags.cleansDrives ? 'Yes' : 'No'}`,
          ]
        : []),
      ...NAMES.map(([type, name]) => `Transfer ${name}: ${listed(moves[type], '->')}`),
      ...NAMES.map(([type, name]) => `Exchange ${name}: ${listed(exchanges[type], '<>')}`),
    ]
    const printed = text.split('\n').map((line) => line.trim())
    t.strictSame(
      lines.filter((line) => !printed.includes(line)),
      [],
      `${recording} ${device}: ${text}`,
    )
    compared += 1
  }
  t.ok(compared >= 15, `${compared} compared`)
  t.end()
})

t.test('drives are set as tapeinfo printed of them', (t) => {
  let compared = 0
  for (const { recording, device, text } of printedBy('tapeinfo -f')) {
    if (!text.includes('DataCompEnabled')) continue
    for (const mode of allPages(recording, device)) {
      const compression = modePage(mode, 0x0f)
      const configuration = modePage(mode, 0x10)
      if (compression === null || configuration === null) throw new Error('no pages')
      const { enabled, capable, decompressionEnabled, algorithm } =
        decodeCompressionMode(compression)
      const yes = (flag: boolean) => (flag ? 'yes' : 'no')
      const hexOf = (value: number | undefined) => `0x${(value ?? 0).toString(16)}`
      const lines = [
        `Medium Type: ${mode.mediumType === 0 ? 'Not Loaded' : hexOf(mode.mediumType)}`,
        `Density Code: ${hexOf(mode.blockDescriptors[0]?.densityCode)}`,
        `BlockSize: ${mode.blockDescriptors[0]?.blockBytes}`,
        `DataCompEnabled: ${yes(enabled)}`,
        `DataCompCapable: ${yes(capable)}`,
        `DataDeCompEnabled: ${yes(decompressionEnabled)}`,
        `CompType: ${algorithm === null ? '0xffffffff' : hexOf(algorithm)}`,
        `ActivePartition: ${decodeDeviceConfiguration(configuration).activePartition}`,
      ]
      const printed = text.split('\n').map((line) => line.trim())
      t.strictSame(
        lines.filter((line) => !printed.includes(line)),
        [],
        `${recording} ${device}: ${text}`,
      )
      compared += 1
    }
  }
  t.ok(compared >= 50, `${compared} compared`)
  t.end()
})
