import type { CartridgeHealth } from '../collectors/drive-health.ts'
import { valueOf, type Snapshot } from '../snapshot.ts'
import type { CartridgeLoad } from './load.ts'
import { cartridgeKeys } from './matrix.ts'

/** A cartridge as a drive told of it last. */
export interface KnownCartridge {
  /** Serial number of the medium, else library/barcode. */
  key: string
  serial: string | null
  volumeTag: string | null
  library: string | null
  virtual: boolean
  /** The drive that told it, and when. */
  drive: string
  readAt: Date
  health: CartridgeHealth
}

/** What drives tell now of the cartridges in their open loads; of one without any name nothing can be kept. */
export function toldNow(loads: Iterable<CartridgeLoad>, { readings }: Snapshot): KnownCartridge[] {
  const all = new Map(valueOf(readings.tape_health)?.map((one) => [one.id, one]))
  const told: KnownCartridge[] = []
  for (const load of loads) {
    const health = all.get(load.drive)
    const { serial, volumeTag, library, virtual, drive, countedAt: readAt } = load
    if (load.unloadedAt !== null || readAt === null || !health?.cartridge) continue
    // A reading of another time can be of another cartridge.
    if (health.takenAt?.getTime() !== readAt.getTime()) continue
    const key = cartridgeKeys([])(load)
    if (key === null) continue
    told.push({ key, serial, volumeTag, library, virtual, drive, readAt, health: health.cartridge })
  }
  return told
}

/** Whether a library has the cartridge, or a drive holds it; null when not all libraries could be read. */
export function isPresent(
  { volumeTag, key }: KnownCartridge,
  inDrives: ReadonlySet<string>,
  tags: ReadonlySet<string> | null,
): boolean | null {
  if (inDrives.has(key)) return true
  if (volumeTag !== null && tags?.has(volumeTag)) return true
  return tags === null ? null : false
}

/** Barcodes in all libraries; null when one of them is not known. */
export function tagsInLibraries({ readings }: Snapshot): ReadonlySet<string> | null {
  const { changers } = readings
  if (changers?.state === 'absent') return new Set()
  const all = valueOf(changers)
  if (all === null || all.some(({ inventory }) => inventory === null)) return null
  return new Set(
    all.flatMap(({ inventory }) =>
      (inventory?.elements ?? []).flatMap(({ volumeTag }) => volumeTag ?? []),
    ),
  )
}
