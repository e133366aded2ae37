import { readChanger } from '../collectors/changers.ts'
import type { CollectorSettings } from '../collectors/collector.ts'
import { isFailure } from '../collectors/failures.ts'
import {
  findScsiUnits,
  MEDIUM_CHANGER,
  TAPE_DRIVE,
  type ScsiUnit,
} from '../collectors/scsi-devices.ts'
import { findTapeNodes } from '../collectors/tape-statistics.ts'
import type { Host } from '../host/host.ts'
import type { Contents } from './library.ts'

/** A drive of a library, as this machine reaches it. */
export interface DriveUnit {
  serial: string | null
  /** Generic nodes of each path, the first one asked. */
  devices: readonly string[]
  hctls: readonly string[]
  /** Nodes that the st driver has of it, e.g. st0. */
  tapeNodes: readonly string[]
}

/** A library that was read just now. */
export interface ReadLibrary {
  contents: Contents
  /** Node of its changer through which it answered. */
  device: string
  /** Drives by the number of their data transfer element; those of which it is not known which they are not. */
  drives: ReadonlyMap<number, DriveUnit>
}

/** The library is not there, or did not say what it holds. */
export class LibraryUnreadError extends Error {
  readonly code = 'ERR_LIBRARY_UNREAD'

  constructor(library: string, reason: string) {
    super(`library ${library}: ${reason}`)
    this.name = 'LibraryUnreadError'
  }
}

/** Reads libraries anew, for those who are about to move something. */
export interface LibraryReading {
  host: Host
  settings: () => CollectorSettings
  /** In which data transfer element a drive is by its serial number, where the library does not tell. */
  placed: (library: string) => ReadonlyMap<string, number>
}

/** What a library holds now. Rejects with LibraryUnreadError. */
export async function readLibrary(parts: LibraryReading, library: string): Promise<ReadLibrary> {
  const { host, settings } = parts
  try {
    const [changers, drives, tapeNodes] = await Promise.all([
      findScsiUnits(host, MEDIUM_CHANGER, settings()),
      findScsiUnits(host, TAPE_DRIVE, settings()),
      nodesByAddress(host),
    ])
    const unit = changers.find(({ id }) => id === library)
    if (unit === undefined) throw new LibraryUnreadError(library, 'there is no such library')
    const { inventory, device, error } = await readChanger(host, unit)
    if (inventory === null) throw new LibraryUnreadError(library, error ?? 'does not answer')
    const { elements } = inventory
    const placed = parts.placed(library)
    const told = elements.flatMap(({ type, number, driveSerial }) =>
      type === 'data-transfer' && driveSerial !== null ? [[driveSerial, number] as const] : [],
    )
    // What the library says itself is nearer to the truth than what was found out another day.
    const elementOf = new Map([...placed, ...told])
    return {
      contents: { library, elements },
      device,
      drives: new Map(drives.flatMap((drive) => placedDrive(drive, elementOf, tapeNodes))),
    }
  } catch (error) {
    if (isFailure(error)) throw new LibraryUnreadError(library, error.message)
    throw error
  }
}

function placedDrive(
  { paths, id }: ScsiUnit,
  elementOf: ReadonlyMap<string, number>,
  tapeNodes: ReadonlyMap<string, readonly string[]>,
): [number, DriveUnit][] {
  const element = elementOf.get(id)
  if (element === undefined) return []
  const hctls = paths.map(({ hctl }) => hctl)
  const unit: DriveUnit = {
    serial: paths[0].serial,
    devices: paths.map(({ device }) => device),
    hctls,
    tapeNodes: hctls.flatMap((hctl) => tapeNodes.get(hctl) ?? []),
  }
  return [[element, unit]]
}

async function nodesByAddress(host: Host): Promise<ReadonlyMap<string, readonly string[]>> {
  const nodes = await findTapeNodes(host)
  return new Map([...nodes].map(([hctl, node]) => [hctl, [node]]))
}
