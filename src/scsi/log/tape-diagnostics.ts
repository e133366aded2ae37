import {
  diagnosticEntries,
  diagnosticSense,
  timestampOf,
  type DiagnosticSense,
  type DiagnosticTime,
} from './diagnostic-sense.ts'
import { numberIn, text } from './values.ts'

/** Number of the tape diagnostic data page of drives (SSC-3); changers have another table there. */
export const TAPE_DIAGNOSTICS = 0x16

/** An error that a drive wrote down (SSC-3; IBM LTO SCSI Reference 6.4.13). Entry 0 is the newest. */
export interface TapeDiagnostic extends DiagnosticSense, DiagnosticTime {
  entry: number
  densityCode: number | null
  mediumType: number | null
  /** Lifetime motion hours of the drive at the error. */
  motionHours: number | null
  /** Hours since the last cleaning at the error. */
  hoursSinceCleaning: number | null
  vendorCode: number | null
  /** Revision of the firmware, four characters; null also when it does not print. */
  revision: string | null
  operationCode: number | null
  serviceAction: number | null
  /** Which medium it was: its volume tag or serial number. */
  medium: string | null
}

/** Decodes page 16h of a drive. A short entry leaves null. DecodeError when it is another page. */
export function decodeTapeDiagnostics(data: Uint8Array): TapeDiagnostic[] {
  return diagnosticEntries(data, TAPE_DIAGNOSTICS).map(([entry, value]) => ({
    entry,
    densityCode: numberIn(value, 2, 1),
    mediumType: numberIn(value, 3, 1),
    motionHours: numberIn(value, 4, 4),
    ...diagnosticSense(value, 9),
    vendorCode: numberIn(value, 12, 4),
    revision: text(value.subarray(16, 20)),
    hoursSinceCleaning: numberIn(value, 20, 4),
    operationCode: value[24] ?? null,
    serviceAction: value[25] === undefined ? null : value[25] & 0x1f,
    medium: text(value.subarray(28, 60)),
    ...timestampOf(value, 60),
  }))
}
