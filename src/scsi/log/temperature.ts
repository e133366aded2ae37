import { logValues } from './page.ts'
import { byteOf } from './values.ts'

/** Number of the temperature page (SPC-3 7.2.13), whose subpages are in environment.ts. */
export const TEMPERATURE = 0x0d

/** Temperatures (SPC-3 7.2.13). */
export interface Temperature {
  /** 0000h: null when the sensor cannot tell. 0 stands for 0 or less; changers of mhvtl always say 0. */
  celsius: number | null
  /** 0001h: the highest at which the device works continuously. */
  referenceCelsius: number | null
}

/** Decodes page 0Dh. DecodeError when it is another. */
export function decodeTemperature(data: Uint8Array): Temperature {
  const values = logValues(data, TEMPERATURE)
  return { celsius: celsius(values.get(0x0000)), referenceCelsius: celsius(values.get(0x0001)) }
}

/** A reserved byte and the temperature; the last byte is it in other widths too. */
function celsius(value: Uint8Array | undefined): number | null {
  return value === undefined ? null : byteOf(value, value.length - 1)
}
