import type { Changer } from './changers.ts'
import type { TapeDrive } from './tape-drives.ts'

/** What libraries hold; null where none of them answers. */
export interface LibraryCounts {
  libraries: number
  /** Storage elements; those of the import/export station are not among them. */
  slots: number | null
  slotsFull: number | null
  importExport: number | null
  /** Cartridges anywhere: in slots, in the station and in drives. */
  cartridges: number | null
}

/**
 * Counts libraries, and what those that answer hold: the last known inventory of one that does not
 * is no count of now. Pure.
 */
export function countLibraries(changers: readonly Changer[]): LibraryCounts {
  const online = changers.filter(isOnline)
  const counts = { slots: 0, slotsFull: 0, importExport: 0, cartridges: 0 }
  // One pass, as a library may have thousands.
  for (const { inventory } of online) {
    for (const { type, full } of inventory?.elements ?? []) {
      if (full) counts.cartridges += 1
      if (type === 'import-export') counts.importExport += 1
      if (type !== 'storage') continue
      counts.slots += 1
      if (full) counts.slotsFull += 1
    }
  }
  const libraries = changers.length
  if (online.length > 0 || libraries === 0) return { libraries, ...counts }
  return { libraries, slots: null, slotsFull: null, importExport: null, cartridges: null }
}

/**
 * Drives that hold a cartridge: as their library says, and for drives of a library that does not answer
 * as they say themselves (page 11h). Null when libraries are silent, and so are their drives. Pure.
 */
export function countLoaded(
  changers: readonly Changer[],
  drives: readonly TapeDrive[],
): number | null {
  const places = changers
    .filter(isOnline)
    .flatMap(({ inventory }) => inventory?.elements ?? [])
    .filter(({ type }) => type === 'data-transfer')
  const loaded = places.filter(({ full }) => full).length
  // Without serial numbers in the inventory a drive cannot be told from those already counted.
  if (places.some(({ driveSerial }) => driveSerial === null)) return loaded
  const placed = new Set(places.map(({ driveSerial }) => driveSerial))
  const others = drives.filter(({ serial, status }) => status !== null && !placed.has(serial))
  if (places.length + others.length === 0 && !changers.every(isOnline)) return null
  return loaded + others.filter(({ status }) => status?.mediumPresent).length
}

/** Drives that did work since the last reading; null when that is known of none of them. Pure. */
export function countActive(drives: readonly TapeDrive[]): number | null {
  if (drives.length > 0 && drives.every(({ active }) => active === null)) return null
  return drives.filter(({ active }) => active === true).length
}

function isOnline({ state }: Changer): boolean {
  return state === 'online'
}
