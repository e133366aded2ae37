import type { Changer } from './changers.ts'
import type { TapeDrive } from './tape-drives.ts'

/**
 * Puts drives into their libraries: a library that tells the serial numbers of its drives (DVCID) says which
 * data transfer element a drive is, and what is loaded. What a library that is not online held is not said again.
 */
export function placeDrives(
  drives: readonly TapeDrive[],
  changers: readonly Changer[],
): TapeDrive[] {
  const places = new Map<string, Pick<TapeDrive, 'library' | 'volumeTag'>>()
  for (const { id, state, inventory } of changers) {
    for (const { type, number, driveSerial, volumeTag } of inventory?.elements ?? []) {
      if (type !== 'data-transfer' || driveSerial === null) continue
      places.set(driveSerial, {
        library: { serial: id, element: number },
        volumeTag: state === 'online' ? volumeTag : null,
      })
    }
  }
  return drives.map((drive) => {
    const place = drive.serial === null ? undefined : places.get(drive.serial)
    return { ...drive, library: place?.library ?? null, volumeTag: place?.volumeTag ?? null }
  })
}
