import { byteAt } from '../bytes.ts'
import type { ElementType } from '../element-status.ts'
import { bytesOf, type ModePage } from './page.ts'

/** Number of the device capabilities page of changers (SMC-3 7.3.2). */
export const CHANGER_CAPABILITIES = 0x1f

/** What a changer can do with media; the lists are in the order of the element type codes. */
export interface ChangerCapabilities {
  /** Elements that can hold a medium without reservation. */
  stores: readonly ElementType[]
  /** S2C: the device supports SMC-2. */
  secondVersion: boolean
  /** VTRP: it has a reader of volume tags. */
  volumeTagReader: boolean
  /** ACE: it cleans drives by itself. */
  cleansDrives: boolean
  /** To which elements MOVE MEDIUM can move from each. */
  moves: Readonly<Record<ElementType, readonly ElementType[]>>
  /** With which elements EXCHANGE MEDIUM can exchange each. */
  exchanges: Readonly<Record<ElementType, readonly ElementType[]>>
}

/** By the bit that stands for them, all over the page. */
const ELEMENTS: readonly ElementType[] = [
  'medium-transport',
  'storage',
  'import-export',
  'data-transfer',
]

/** Decodes page 1Fh. DecodeError when it is another, or shorter than the moves; without exchanges there are none. */
export function decodeChangerCapabilities(page: ModePage): ChangerCapabilities {
  const bytes = bytesOf(page, { page: CHANGER_CAPABILITIES, bytes: 8 })
  const flags = byteAt(bytes, 3, 'mode page 1fh')
  return {
    stores: elementsIn(bytes[2]),
    secondVersion: (flags & 0x01) !== 0,
    volumeTagReader: (flags & 0x02) !== 0,
    cleansDrives: (flags & 0x04) !== 0,
    moves: matrix(bytes, 4),
    exchanges: matrix(bytes, 12),
  }
}

function matrix(bytes: Uint8Array, offset: number): Record<ElementType, readonly ElementType[]> {
  return {
    'medium-transport': elementsIn(bytes[offset]),
    storage: elementsIn(bytes[offset + 1]),
    'import-export': elementsIn(bytes[offset + 2]),
    'data-transfer': elementsIn(bytes[offset + 3]),
  }
}

function elementsIn(bits = 0): ElementType[] {
  return ELEMENTS.filter((_, bit) => (bits & (1 << bit)) !== 0)
}
