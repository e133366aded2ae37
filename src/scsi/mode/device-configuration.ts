import { byteAt } from '../bytes.ts'
import { numberIn } from '../log/values.ts'
import { bytesOf, type ModePage } from './page.ts'

/** Number of the device configuration page of tape drives (SSC-4 8.3.3), and of its extension, a subpage (8.3.8). */
export const DEVICE_CONFIGURATION = 0x10
export const DEVICE_CONFIGURATION_EXTENSION = 0x01

/** How a tape drive is set to write. */
export interface DeviceConfiguration {
  activePartition: number
  /** How long it waits for more to write before it stops the tape. */
  writeDelaySeconds: number | null
  /** SOFTWARE WRITE PROTECT: of the drive, until it is taken back. */
  softwareWriteProtect: boolean
  /** SELECT DATA COMPRESSION ALGORITHM: 0 none, 1 default. */
  compressionAlgorithm: number | null
  /** Write protection of the volume: until it is unloaded, until it is taken back, for ever. */
  associatedWriteProtect: boolean
  persistentWriteProtect: boolean
  permanentWriteProtect: boolean
}

/** Decodes page 10h. DecodeError when it is another, or ends before byte 10. */
export function decodeDeviceConfiguration(page: ModePage): DeviceConfiguration {
  const source = 'mode page 10h'
  const bytes = bytesOf(page, { page: DEVICE_CONFIGURATION, bytes: 11 })
  const delay = numberIn(bytes, 6, 2)
  const protection = bytes[15] ?? 0
  return {
    activePartition: byteAt(bytes, 3, source),
    writeDelaySeconds: delay === null ? null : delay / 10,
    softwareWriteProtect: (byteAt(bytes, 10, source) & 0x04) !== 0,
    compressionAlgorithm: bytes[14] ?? null,
    associatedWriteProtect: (protection & 0x04) !== 0,
    persistentWriteProtect: (protection & 0x02) !== 0,
    permanentWriteProtect: (protection & 0x01) !== 0,
  }
}

/** What of the extension says how TapeAlert flags are told. */
export interface DeviceConfigurationExtension {
  /** TAPLSD: reading the TapeAlert page does not clear its flags. */
  logSenseKeepsTapeAlerts: boolean
  /** TARPC: the page control of LOG SENSE is respected for the TapeAlert page. */
  tapeAlertRespectsPageControl: boolean
  /** TASER: TapeAlert tells of exceptions as the informational exceptions page has it. */
  tapeAlertSelectsExceptions: boolean
  /** TARPF: the parameter control bytes of the TapeAlert page are respected. */
  tapeAlertRespectsParameters: boolean
  /** WRITE MODE: 0 what is there can be overwritten, 1 only appended to. */
  writeMode: number
  /** Programmable early warning before the end of the partition; null when it is off. */
  earlyWarningBytes: number | null
}

/** PEWS UNIT: 10^6, 10^9, 10^12 bytes. */
const EARLY_WARNING_UNITS: readonly number[] = [1e6, 1e9, 1e12]

/** Decodes subpage 01h of page 10h. DecodeError when it is another, or ends before the early warning. */
export function decodeDeviceConfigurationExtension(page: ModePage): DeviceConfigurationExtension {
  const source = 'mode page 10h/01h'
  const bytes = bytesOf(page, {
    page: DEVICE_CONFIGURATION,
    subpage: DEVICE_CONFIGURATION_EXTENSION,
    bytes: 8,
  })
  const flags = byteAt(bytes, 4, source)
  const unit = EARLY_WARNING_UNITS[flags >> 4]
  const size = numberIn(bytes, 6, 2)
  return {
    logSenseKeepsTapeAlerts: (flags & 0x01) !== 0,
    tapeAlertRespectsPageControl: (flags & 0x02) !== 0,
    tapeAlertSelectsExceptions: (flags & 0x04) !== 0,
    tapeAlertRespectsParameters: (flags & 0x08) !== 0,
    writeMode: byteAt(bytes, 5, source) >> 4,
    earlyWarningBytes: unit === undefined || size === null || size === 0 ? null : size * unit,
  }
}
