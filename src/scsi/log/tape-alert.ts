import { logValues } from './page.ts'
import { allFFh } from './values.ts'

/** Numbers of the pages of TapeAlert (SSC-3 8.2.3, SMC-3) and of its response (SSC-3, ADC-3). */
export const TAPE_ALERT = 0x2e
export const TAPE_ALERT_RESPONSE = 0x12

/**
 * Numbers of the flags set, 1 to 64, ascending, from page 2Eh. Which table they are of depends on
 * whether a drive or a changer answered. A flag of FFh is not known, and not taken for set.
 * Reading the page clears the flags for the whole host. DecodeError when it is another page.
 */
export function decodeTapeAlertFlags(data: Uint8Array): number[] {
  const numbers: number[] = []
  for (const [code, value] of logValues(data, TAPE_ALERT)) {
    // A value is one byte, of which one bit is defined; the last byte is it in other widths too.
    const set = ((value.at(-1) ?? 0) & 0x01) !== 0
    if (code >= 1 && code <= 64 && set && !allFFh(value)) numbers.push(code)
  }
  return numbers.sort((a, b) => a - b)
}

/**
 * Numbers of the flags set, 1 to 64, ascending, from page 12h: flag 1 is the highest bit of the
 * first byte of parameter 0000h. No standard says that reading it clears anything. What a short
 * parameter leaves out is not set, and nothing is when all are: that is FFh, for unknown.
 * DecodeError when it is another page.
 */
export function decodeTapeAlertResponse(data: Uint8Array): number[] {
  const value = logValues(data, TAPE_ALERT_RESPONSE).get(0x0000)
  if (value === undefined || allFFh(value)) return []
  const numbers: number[] = []
  for (let number = 1; number <= 64; number++) {
    const byte = value[(number - 1) >> 3] ?? 0
    if ((byte & (0x80 >> ((number - 1) & 7))) !== 0) numbers.push(number)
  }
  return numbers
}
