import { asciiField } from './bytes.ts'
import { counter, hexOf, numberIn } from './log/values.ts'

/**
 * Volume coherency information (SSC-4, attribute 080Ch): what an application notes of the state that it left a
 * partition in. It holds as long as the volume change reference of the cartridge is still this one.
 */
export interface Coherency {
  volumeChangeReference: number | null
  /** Grows with each time it is noted. */
  count: number | null
  /** E.g. the block where the index of LTFS begins. */
  setIdentifier: number | null
  /** Name at the begin of the application's own information, e.g. LTFS; null when there is none. */
  application: string | null
  /** Of LTFS: UUID of the volume (LTFS format specification 10.4.2). */
  volumeUuid: string | null
  /** The application's own information in hex digits. */
  information: string
}

/** Decodes attribute 080Ch; null when it is left out, never written, or shorter than it says. */
export function coherencyOf(value: Uint8Array | undefined): Coherency | null {
  if (value === undefined || value.every((byte) => byte === 0)) return null
  const referenceEnd = 1 + (value[0] ?? 0)
  const length = numberIn(value, referenceEnd + 16, 2)
  if (length === null) return null
  const begin = referenceEnd + 18
  const information = value.subarray(begin, begin + length)
  const end = information.indexOf(0)
  const application = end > 0 ? asciiField(information.subarray(0, end)) : null
  return {
    volumeChangeReference: counter(value.subarray(1, referenceEnd)),
    count: numberIn(value, referenceEnd, 8),
    setIdentifier: numberIn(value, referenceEnd + 8, 8),
    application,
    volumeUuid: application === 'LTFS' ? asciiField(information.subarray(5, 42)) : null,
    information: hexOf(information),
  }
}
