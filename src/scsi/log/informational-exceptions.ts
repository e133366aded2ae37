import { logValues } from './page.ts'
import { byteOf } from './values.ts'

/** Number of the informational exceptions page (SPC-3 7.2.5). */
export const INFORMATIONAL_EXCEPTIONS = 0x2f

/** A failure that a device foresees (SPC-3 7.2.5). */
export interface InformationalExceptions {
  /** Code and qualifier as in sense data: 5Dh/nn is a predicted failure, 0Bh/nn a warning, 0/0 nothing. */
  additionalSenseCode: number | null
  additionalSenseCodeQualifier: number | null
  /** The newest temperature; vendor specific behind it. */
  celsius: number | null
}

/** Decodes page 2Fh, parameter 0000h. DecodeError when it is another page. */
export function decodeInformationalExceptions(data: Uint8Array): InformationalExceptions {
  const value = logValues(data, INFORMATIONAL_EXCEPTIONS).get(0x0000) ?? new Uint8Array()
  return {
    additionalSenseCode: byteOf(value, 0),
    additionalSenseCodeQualifier: byteOf(value, 1),
    celsius: byteOf(value, 2),
  }
}
