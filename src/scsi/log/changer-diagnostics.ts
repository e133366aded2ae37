import {
  diagnosticEntries,
  diagnosticSense,
  timestampOf,
  type DiagnosticSense,
  type DiagnosticTime,
} from './diagnostic-sense.ts'
import { numberIn, text } from './values.ts'

/** Number of the media changer diagnostic data page (SMC-3); drives have another table there. */
export const CHANGER_DIAGNOSTICS = 0x16

/**
 * An error that a changer wrote down (SMC-3; layout as in sg_logs.c), with its counters at that
 * time. Entry 0 is the newest.
 */
export interface ChangerDiagnostic extends DiagnosticSense, DiagnosticTime {
  entry: number
  vendorCode: number | null
  /** Revision of the firmware, four characters; null also when it does not print. */
  revision: string | null
  moves: number | null
  picks: number | null
  pickRetries: number | null
  places: number | null
  placeRetries: number | null
  volumeTagsRead: number | null
  unreadableVolumeTags: number | null
  operationCode: number | null
  serviceAction: number | null
  /** Media changer error type, as SMC-3 numbers them. */
  errorType: number | null
  /** Element addresses; null where the changer does not vouch for one. */
  transportAddress: number | null
  initialAddress: number | null
  lastSuccessfulAddress: number | null
  destinationAddress: number | null
  volumeTag: string | null
}

/** Decodes page 16h of a changer. A short entry leaves null. DecodeError when it is another page. */
export function decodeChangerDiagnostics(data: Uint8Array): ChangerDiagnostic[] {
  return diagnosticEntries(data, CHANGER_DIAGNOSTICS).map(([entry, value]) => {
    const valid = value[43] ?? 0
    const address = (bit: number, offset: number): number | null =>
      (valid & bit) === 0 ? null : numberIn(value, offset, 2)
    return {
      entry,
      ...diagnosticSense(value, 1),
      vendorCode: numberIn(value, 4, 4),
      revision: text(value.subarray(8, 12)),
      moves: numberIn(value, 12, 4),
      picks: numberIn(value, 16, 4),
      pickRetries: numberIn(value, 20, 4),
      places: numberIn(value, 24, 4),
      placeRetries: numberIn(value, 28, 4),
      volumeTagsRead: numberIn(value, 32, 4),
      unreadableVolumeTags: numberIn(value, 36, 4),
      operationCode: value[40] ?? null,
      serviceAction: value[41] === undefined ? null : value[41] & 0x1f,
      errorType: value[42] ?? null,
      transportAddress: address(0x08, 44),
      initialAddress: address(0x04, 46),
      lastSuccessfulAddress: address(0x02, 48),
      destinationAddress: address(0x01, 50),
      volumeTag: text(value.subarray(52, 84)),
      ...timestampOf(value, 88),
    }
  })
}
