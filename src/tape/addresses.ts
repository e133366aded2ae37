import { findScsiUnits, MEDIUM_CHANGER } from '../collectors/scsi-devices.ts'
import { placeName } from './library.ts'
import { LibraryUnreadError, readLibrary, type LibraryReading } from './reading.ts'

/** Where a library and its drives are on this machine, as the kernel numbers SCSI devices now: H:C:I:L. */
export interface LibraryAddresses {
  changer: string
  /** In the order of their data transfer elements. */
  drives: readonly DriveAddress[]
}

/** A drive of a library. */
export interface DriveAddress {
  /** The place that it is in, in words. */
  place: string
  /** Unit serial number; null where the drive tells none. */
  serial: string | null
  /** Null where this machine does not reach it, or it is not known which one it is. */
  hctl: string | null
}

/** Looks a library up by its serial number, and asks it for its drives. Rejects with LibraryUnreadError. */
export async function readAddresses(
  parts: LibraryReading,
  library: string,
): Promise<LibraryAddresses> {
  const { contents, device, drives } = await readLibrary(parts, library)
  const units = await findScsiUnits(parts.host, MEDIUM_CHANGER, parts.settings())
  const paths = units.find(({ id }) => id === library)?.paths ?? []
  const changer = paths.find((path) => path.device === device)
  if (changer === undefined) throw new LibraryUnreadError(library, 'it is there no more')
  const elements = contents.elements.filter(({ type }) => type === 'data-transfer')
  return {
    changer: changer.hctl,
    drives: elements
      .toSorted((one, other) => one.number - other.number)
      .map((element) => {
        const unit = drives.get(element.number)
        return {
          place: placeName(element),
          serial: unit?.serial ?? element.driveSerial ?? null,
          hctl: unit?.hctls[0] ?? null,
        }
      }),
  }
}
