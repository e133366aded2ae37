import type { Changer } from './changers.ts'
import { exportedLuns, type ExportedLun } from './exported-luns.ts'
import { placeText } from './place-text.ts'
import type { Scst } from './scst.ts'
import type { TapeDrive } from './tape-drives.ts'

/** What is known besides the units themselves; null where nothing is known of it now. */
export interface Surroundings {
  changers: readonly Changer[] | null
  /** Null also says that nothing is known of exports; without SCST there are none. */
  scst: Scst | 'absent' | null
  /** What drives say of the library they sit in, by their id. */
  automation: ReadonlyMap<string, Automation>
}

/** What a drive says of where it sits (SSC-5 VPD pages B3h and B4h). */
export interface Automation {
  /** Serial number of the changer, as it told the drive; null when it did not. */
  serial: string | null
  /** Address of its data transfer element; null when the drive does not know. */
  elementAddress: number | null
}

type Place = Pick<TapeDrive, 'library' | 'volumeTag'>

/**
 * Puts drives into their libraries and says under which LUNs they are exported. A library that tells the
 * serial numbers of its drives (DVCID) says which data transfer element a drive is; where it does not, a drive
 * that names its library and element address itself is believed. What a library that is not online held is
 * not said again.
 */
export function placeDrives(drives: readonly TapeDrive[], around: Surroundings): TapeDrive[] {
  const changers = around.changers ?? []
  const bySerial = placesBySerial(changers)
  const exported = exportsIn(around)
  return drives.map((drive) => {
    const told = drive.serial === null ? undefined : bySerial.get(drive.serial)
    const place = told ?? placeBySelf(around.automation.get(drive.id), changers)
    const placed = {
      ...drive,
      library: place?.library ?? null,
      volumeTag: place?.volumeTag ?? null,
      exportedAs: exported(drive.hctls),
    }
    return { ...placed, place: placeText(placed) }
  })
}

/** Says under which LUNs changers are exported. */
export function placeChangers(changers: readonly Changer[], around: Surroundings): Changer[] {
  const exported = exportsIn(around)
  return changers.map((changer) => ({ ...changer, exportedAs: exported(changer.hctls) }))
}

function placesBySerial(changers: readonly Changer[]): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const changer of changers) {
    for (const element of changer.inventory?.elements ?? []) {
      if (element.type !== 'data-transfer' || element.driveSerial === null) continue
      places.set(element.driveSerial, placeIn(changer, element))
    }
  }
  return places
}

/** An element whose library names another drive in it is not this one's, whatever the drive remembers. */
function placeBySelf(
  automation: Automation | undefined,
  changers: readonly Changer[],
): Place | undefined {
  const { serial = null, elementAddress = null } = automation ?? {}
  const changer = serial === null ? undefined : changers.find((each) => each.serial === serial)
  const element = changer?.inventory?.elements.find(
    ({ type, address }) => type === 'data-transfer' && address === elementAddress,
  )
  if (changer === undefined || elementAddress === null) return undefined
  return element?.driveSerial === null ? placeIn(changer, element) : undefined
}

function placeIn(
  { id, state }: Changer,
  { number, volumeTag }: { number: number; volumeTag: string | null },
): Place {
  return {
    library: { serial: id, element: number },
    volumeTag: state === 'online' ? volumeTag : null,
  }
}

/** How to find the LUNs of a unit by the addresses of its paths; the same LUN counts once. */
function exportsIn({ scst }: Surroundings) {
  if (scst === null) return () => null
  const luns = scst === 'absent' ? new Map<string, ExportedLun[]>() : exportedLuns(scst)
  return (hctls: readonly string[]) => hctls.flatMap((hctl) => luns.get(hctl) ?? [])
}
