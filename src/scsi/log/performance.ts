import { logValues } from './page.ts'
import { counter } from './values.ts'

/** Number of the performance characteristics page of IBM's drives (IBM LTO SCSI Reference 6.4.24). */
export const PERFORMANCE = 0x37

/** How well drive and medium get along. */
export interface Performance {
  /**
   * 0001h: condition of the medium, from 1, the best, to 255, the worst; null when it is not known,
   * for which the drive says 0. What LTFS shows as ltfs.mediaEfficiency.
   */
  mediumEfficiency: number | null
  /** All the others, undecoded but for their number. */
  others: readonly { code: number; value: number | null }[]
}

/** Decodes page 37h itself, not its subpages. DecodeError when it is another page. */
export function decodePerformance(data: Uint8Array): Performance {
  const values = logValues(data, PERFORMANCE)
  const efficiency = values.get(0x0001)
  return {
    mediumEfficiency: efficiency === undefined ? null : efficiencyOf(efficiency),
    others: [...values]
      .filter(([code]) => code !== 0x0001)
      .map(([code, value]) => ({ code, value: counter(value) })),
  }
}

/** In one byte FFh is a value of the scale, unlike everywhere else. */
function efficiencyOf(value: Uint8Array): number | null {
  const number = value.length === 1 ? (value[0] ?? 0) : counter(value)
  return number === 0 || (number ?? 0) > 255 ? null : number
}
