import { DecodeError, numberAt } from '../bytes.ts'
import type { ElementType } from '../element-status.ts'
import { bytesOf, type ModePage } from './page.ts'

/** Number of the element address assignment page of changers (SMC-3 7.3.3); tape drives have another there. */
export const ELEMENT_ADDRESS_ASSIGNMENT = 0x1d

/** Where the elements of each type begin, and how many there are. */
export type ElementAddresses = Readonly<Record<ElementType, { first: number; count: number }>>

const PAGE_BYTES = 20

/**
 * Decodes page 1Dh of a changer. DecodeError when it has another length: that of a tape drive, medium
 * configuration, is longer.
 */
export function decodeElementAddresses(page: ModePage): ElementAddresses {
  const bytes = bytesOf(page, { page: ELEMENT_ADDRESS_ASSIGNMENT, bytes: PAGE_BYTES })
  if (bytes.length !== PAGE_BYTES) {
    throw new DecodeError('mode page 1dh', `${bytes.length} bytes, ${PAGE_BYTES} expected`)
  }
  const range = (offset: number) => ({
    first: numberAt(bytes, offset, 2, 'mode page 1dh'),
    count: numberAt(bytes, offset + 2, 2, 'mode page 1dh'),
  })
  return {
    'medium-transport': range(2),
    storage: range(6),
    'import-export': range(10),
    'data-transfer': range(14),
  }
}
