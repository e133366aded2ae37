import type { Element } from '../collectors/changers.ts'

/** How many elements a library has of each kind, and how many of them hold a cartridge. */
export interface ElementCounts {
  drives: number
  loadedDrives: number
  slots: number
  occupiedSlots: number
  importExportSlots: number
  occupiedImportExportSlots: number
  /** Those that the library reports an exception for. */
  abnormal: number
}

/** An inventory that nothing has moved in is the same one cycle after cycle, and counted once. */
const known = new WeakMap<readonly Element[], ElementCounts>()

/** Counts the elements of a library. Pure. */
export function countElements(elements: readonly Element[]): ElementCounts {
  const before = known.get(elements)
  if (before !== undefined) return before
  const counts = count(elements)
  known.set(elements, counts)
  return counts
}

function count(elements: readonly Element[]): ElementCounts {
  const counts = {
    ...{ drives: 0, loadedDrives: 0, slots: 0, occupiedSlots: 0 },
    ...{ importExportSlots: 0, occupiedImportExportSlots: 0, abnormal: 0 },
  }
  for (const { type, full, exception } of elements) {
    if (exception !== null) counts.abnormal += 1
    if (type === 'storage') {
      counts.slots += 1
      if (full) counts.occupiedSlots += 1
    } else if (type === 'import-export') {
      counts.importExportSlots += 1
      if (full) counts.occupiedImportExportSlots += 1
    } else {
      counts.drives += 1
      if (full) counts.loadedDrives += 1
    }
  }
  return counts
}
