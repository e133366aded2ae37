import { logValues } from './page.ts'
import { numberIn } from './values.ts'

/** Number of the element statistics page of changers (SMC-3). */
export const ELEMENT_STATISTICS = 0x15

/**
 * What a changer counts of one element (SMC-3; layout as in sg_logs.c): many retries at one slot
 * are a bent one.
 */
export interface ElementStatistics {
  /** Element address, which is the parameter code. */
  address: number
  places: number | null
  placeRetries: number | null
  picks: number | null
  pickRetries: number | null
  /** Volume identifiers that were read. */
  volumeTagsRead: number | null
  /** Volume identifiers that could not be read. */
  unreadableVolumeTags: number | null
}

/** Decodes page 15h of a changer, in the order of the page. DecodeError when it is another. */
export function decodeElementStatistics(data: Uint8Array): ElementStatistics[] {
  return [...logValues(data, ELEMENT_STATISTICS)].map(([address, value]) => ({
    address,
    places: numberIn(value, 0, 4),
    placeRetries: numberIn(value, 4, 4),
    picks: numberIn(value, 8, 4),
    pickRetries: numberIn(value, 12, 4),
    volumeTagsRead: numberIn(value, 16, 4),
    unreadableVolumeTags: numberIn(value, 20, 4),
  }))
}
