import { logValues } from './page.ts'
import { counter, numberIn } from './values.ts'

/**
 * Number of the device wellness page of HP's LTO drives. Under this number IBM's keep write errors
 * (IBM LTO SCSI Reference 6.4.22), and Quantum's error events.
 */
export const DEVICE_WELLNESS = 0x33

/** Something that went wrong, as HP's drives write it down. */
export interface WellnessEntry {
  entry: number
  /** Time of the drive, whose unit and origin are not documented. */
  timestamp: number | null
  /** Tells media apart, and is neither serial number nor volume tag. */
  mediumSignature: number | null
  senseKey: number
  additionalSenseCode: number
  additionalSenseCodeQualifier: number
  /** Additional information, not documented. */
  information: number
}

/** What page 33h holds. */
export interface DeviceWellness {
  /** Entries that are in use. */
  entries: readonly WellnessEntry[]
  /** Parameters of another form, such as all of IBM's, undecoded but for their number. */
  others: readonly { code: number; value: number | null }[]
}

/**
 * Decodes page 33h. The two pages of this number are told apart by the form of HP's entries:
 * 16 at the most, of 12 bytes. DecodeError when it is another page.
 */
export function decodeDeviceWellness(data: Uint8Array): DeviceWellness {
  const entries: WellnessEntry[] = []
  const others: { code: number; value: number | null }[] = []
  for (const [code, value] of logValues(data, DEVICE_WELLNESS)) {
    if (code > 15 || value.length !== 12) others.push({ code, value: counter(value) })
    else if (inUse(value)) entries.push(entryOf(code, value))
  }
  return { entries, others }
}

function entryOf(entry: number, value: Uint8Array): WellnessEntry {
  return {
    entry,
    timestamp: numberIn(value, 0, 4),
    mediumSignature: numberIn(value, 4, 4),
    senseKey: (value[8] ?? 0) & 0x0f,
    additionalSenseCode: value[9] ?? 0,
    additionalSenseCodeQualifier: value[10] ?? 0,
    information: value[11] ?? 0,
  }
}

function inUse(value: Uint8Array): boolean {
  return value.some((byte) => byte !== 0) && value.some((byte) => byte !== 0xff)
}
