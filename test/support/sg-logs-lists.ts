import { decodeDeviceStatus } from '../../src/scsi/log/device-status.ts'
import {
  decodeEnvironmentalLimits,
  decodeEnvironmentalReporting,
} from '../../src/scsi/log/environment.ts'
import { decodePollingDelayMs, decodePrimaryPorts } from '../../src/scsi/log/ports.ts'
import { decodeRequestedRecovery } from '../../src/scsi/log/requested-recovery.ts'
import { decodeSequentialAccess } from '../../src/scsi/log/sequential-access.ts'
import {
  decodeSupportedLogPages,
  decodeSupportedSubpages,
} from '../../src/scsi/log/supported-pages.ts'
import { decodeTapeAlertFlags, decodeTapeAlertResponse } from '../../src/scsi/log/tape-alert.ts'

/** A page that is compared otherwise than by labels and values: what is decoded, and what sg_logs says. */
interface List {
  page: number
  subpage: number
  decoded: (data: Uint8Array) => unknown
  said: (text: string) => unknown
}

/** Pages that are bits, flags or names. TapeAlert of changers sg_logs does not decode. */
export const LISTS: readonly List[] = [
  { page: 0x00, subpage: 0, decoded: supportedOf, said: supportedSaid },
  { page: 0x00, subpage: 0xff, decoded: subpagesOf, said: supportedSaid },
  {
    page: 0x0c,
    subpage: 0,
    decoded: (data) => decodeSequentialAccess(data).cleaningRequired,
    said: cleaningSaid,
  },
  { page: 0x0d, subpage: 1, decoded: reportsOf, said: degreesSaid },
  { page: 0x0d, subpage: 2, decoded: limitsOf, said: degreesSaid },
  { page: 0x11, subpage: 0, decoded: bitsOf, said: bitsSaid },
  { page: 0x11, subpage: 0, decoded: portsOf, said: portsSaid },
  { page: 0x12, subpage: 0, decoded: decodeTapeAlertResponse, said: responseSaid },
  { page: 0x13, subpage: 0, decoded: recoveryOf, said: recoverySaid },
  { page: 0x2e, subpage: 0, decoded: decodeTapeAlertFlags, said: flagsSaid },
]

/** Eight bytes that are not zero are mhvtl's TapeAlert flags. */
function cleaningSaid(text: string): boolean | null {
  if (text.includes('Cleaning action required')) return null
  if (text.includes('Cleaning action not required')) return false
  throw new Error(text)
}

const BITS = {
  PAMR: 'removalPrevented',
  HUI: 'hostInitiatedUnload',
  MACC: 'auxiliaryMemoryAccessible',
  CMPR: 'compressionEnabled',
  WRTP: 'writeProtected',
  CRQST: 'cleaningRequested',
  CRQRD: 'cleaningRequired',
  DINIT: 'initialized',
  INXTN: 'inTransition',
  RAA: 'robotAccessAllowed',
  MPRSNT: 'mediumPresent',
  MSTD: 'mediumSeated',
  MTHRD: 'mediumThreaded',
  MOUNTED: 'mounted',
  TDDEC: 'tapeDiagnosticData',
  EPP: 'encryptionParametersPresent',
  ESR: 'encryptionServiceRequested',
  RRQST: 'recoveryRequested',
  INTFC: 'interfaceChanged',
  TAFC: 'tapeAlertChanged',
} as const

function bitsOf(data: Uint8Array): string[] {
  const status = decodeDeviceStatus(data)
  return Object.entries(BITS).map(([name, field]) => `${name}=${Number(status[field])}`)
}

function bitsSaid(text: string): string[] {
  return [...text.matchAll(/\b(?!VS)[A-Z]+=[01]/g)].map(([bit]) => bit)
}

function portsOf(data: Uint8Array): string[] {
  const delay = decodePollingDelayMs(data)
  return [
    ...(delay === null ? [] : [`${delay} milliseconds`]),
    ...decodePrimaryPorts(data).flatMap((port) => {
      if (port.protocol !== 'sas') return [`port ${port.index}`, 'non-SAS']
      const rate = port.linkGigabitsPerSecond
      const signal = `signal=${Number(port.signal)}, pic=${Number(port.initialized)}`
      const address = port.address === null ? 0n : BigInt(`0x${port.address}`)
      const link = rate === null ? 'phy enabled' : `${rate} Gbps`
      return [`port ${port.index}`, link, signal, `0x${address.toString(16)}`]
    }),
  ]
}

function portsSaid(text: string): string[] {
  const PARTS =
    /\d+ milliseconds|port \d|non-SAS|[\d.]+ Gbps|phy enabled|signal=\d, pic=\d|(?<=SAS addr: )0x[0-9a-f]+(?=\n)/g
  return [...text.replaceAll(/, hashed.*/g, '').matchAll(PARTS)].map(([part]) => part)
}

/** Lines are in the order of the flags, from 1 on. */
function flagsSaid(text: string): number[] {
  const lines = text.split('\n').filter((line) => /: [01]$/.test(line))
  return lines.flatMap((line, i) => (line.endsWith('1') ? [i + 1] : []))
}

function responseSaid(text: string): number[] {
  return [...text.matchAll(/([0-9A-F]{2})h: 1/g)].map(([, hex]) => Number.parseInt(hex ?? '', 16))
}

function supportedOf(data: Uint8Array): string[] {
  return decodeSupportedLogPages(data).map((page) => `0x${page.toString(16).padStart(2, '0')}`)
}

function subpagesOf(data: Uint8Array): string[] {
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, '0')}`
  return decodeSupportedSubpages(data).map(({ page, subpage }) =>
    subpage === 0 ? hex(page) : `${hex(page)},${hex(subpage)}`,
  )
}

function supportedSaid(text: string): string[] {
  return [...text.matchAll(/^ {4}(0x\S+)/gm)].map(([, page]) => page ?? '')
}

/** The words of sg_logs for the procedures of the sample. */
const PROCEDURES: Readonly<Record<string, string>> = {
  'Issue UNLOAD command. Instruct operator to remove and quarantine volume':
    'unload-and-quarantine-volume',
  'Instruct operator to remove and re-insert volume': 'reinsert-volume',
  'Reserved [0x45]': 'null 69',
  'Vendor specific [0x90]': 'null 144',
}

function recoveryOf(data: Uint8Array): string[] {
  return decodeRequestedRecovery(data).map(({ code, name }) => name ?? `null ${code}`)
}

function recoverySaid(text: string): string[] {
  return [...text.matchAll(/^ {4}(\S.*)$/gm)]
    .map(([, words]) => words ?? '')
    .filter((words) => words !== 'Recovery not requested')
    .map((words) => PROCEDURES[words] ?? words)
}

function reportsOf(data: Uint8Array): (number | null)[] {
  return decodeEnvironmentalReporting(data).flatMap((report) => [
    report.current,
    report.lifetimeMaximum,
    report.lifetimeMinimum,
    report.maximum,
    report.minimum,
  ])
}

function limitsOf(data: Uint8Array): (number | null)[] {
  return decodeEnvironmentalLimits(data).flatMap((limits) => [
    limits.highCriticalTrigger,
    limits.highCriticalReset,
    limits.lowCriticalReset,
    limits.lowCriticalTrigger,
    limits.highOperatingTrigger,
    limits.highOperatingReset,
    limits.lowOperatingReset,
    limits.lowOperatingTrigger,
  ])
}

/** Temperatures and humidity in their order, but for those of other sensors. */
function degreesSaid(text: string): (number | null)[] {
  return [...text.matchAll(/^(?!.* other ).*: (?:(-?\d+) [C%]|not available)$/gm)].map(
    ([, value]) => (value === undefined ? null : Number(value)),
  )
}
