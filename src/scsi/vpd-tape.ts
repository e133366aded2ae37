import { asciiField, DecodeError, numberAt } from './bytes.ts'
import { allFFh } from './log/values.ts'
import { flagsOf } from './tape-alert-bits.ts'
import { TAPE_TYPES, vpdPage } from './vpd.ts'

/** Numbers of the pages of vital product data that tape drives have (SSC-4 8.4). */
export const SEQUENTIAL_ACCESS_CAPABILITIES = 0xb0
export const MANUFACTURER_SERIAL = 0xb1
export const SUPPORTED_TAPE_ALERTS = 0xb2
export const AUTOMATION_SERIAL = 0xb3
export const ELEMENT_ADDRESS = 0xb4

/** What a tape drive can do (SSC-4 8.4.2). */
export interface SequentialAccessCapabilities {
  /** It takes write-once cartridges, which need not be loaded now. */
  worm: boolean
  /** TSMC: it can write the same to another drive. */
  tapeStreamMirroring: boolean
}

/** Decodes page B0h of a tape drive. DecodeError when it is another, and when it holds nothing. */
export function decodeSequentialAccessCapabilities(data: Uint8Array): SequentialAccessCapabilities {
  const { body } = vpdPage(data, SEQUENTIAL_ACCESS_CAPABILITIES, TAPE_TYPES)
  const flags = numberAt(body, 0, 1, 'VPD b0h')
  return { worm: (flags & 0x01) !== 0, tapeStreamMirroring: (flags & 0x02) !== 0 }
}

/** Manufacturer-assigned serial number, page B1h (SSC-4 8.4.3): not changed by a library, unlike that of page 80h. */
export function decodeManufacturerSerial(data: Uint8Array): string | null {
  return asciiField(vpdPage(data, MANUFACTURER_SERIAL, TAPE_TYPES).body)
}

/** TapeAlert flags that the drive can set, ascending, page B2h (SSC-4 8.4.4); null when it does not say. */
export function decodeSupportedTapeAlerts(data: Uint8Array): number[] | null {
  return flagsOf(vpdPage(data, SUPPORTED_TAPE_ALERTS, TAPE_TYPES).body)
}

/** Serial number of the library that the drive sits in, page B3h (SSC-4 8.4.5); null when it does not know. */
export function decodeAutomationSerial(data: Uint8Array): string | null {
  return asciiField(vpdPage(data, AUTOMATION_SERIAL, TAPE_TYPES).body)
}

/**
 * Address of the data transfer element that the drive is in its library, page B4h (SSC-4 8.4.6): that of READ
 * ELEMENT STATUS. Null when the drive does not know it. DecodeError when it is longer than a number.
 */
export function decodeElementAddress(data: Uint8Array): number | null {
  const { body } = vpdPage(data, ELEMENT_ADDRESS, TAPE_TYPES)
  if (body.length === 0 || allFFh(body)) return null
  if (body.length > 6) throw new DecodeError('VPD b4h', `an address of ${body.length} bytes`)
  return numberAt(body, 0, body.length, 'VPD b4h')
}
