import type { Changer } from '../collectors/changers.ts'
import type { DriveHealth } from '../collectors/drive-health.ts'
import type { TapeDrive } from '../collectors/tape-drives.ts'
import { valueOf, type Reading, type Snapshot } from '../snapshot.ts'

/** What a snapshot shows of a drive, as far as loads are about it. */
export interface DriveSeen {
  drive: string
  virtual: boolean
  library: string | null
  /** Whether a cartridge is in it; null when that is not known, as while it loads. */
  loaded: boolean | null
  volumeTag: string | null
  /** What it told of itself last; null when it never did. */
  health: DriveHealth | null
  /** TapeAlert flags that are not over, and the cartridge they are about, which can have left it since. */
  flags: readonly { flag: number; lastSeen: Date; volumeTag: string | null; left: boolean }[]
}

/** Activities in which a drive takes a cartridge in or lets it go, and its status says neither. */
const CHANGING = ['loading', 'unloading']

/** The drives of a snapshot. One that does not answer, or is not there, is not among them. */
export function drivesSeen({ readings }: Snapshot): DriveSeen[] {
  const changers = valueOf(readings.changers) ?? []
  const health = new Map(valueOf(readings.tape_health)?.map((one) => [one.id, one]))
  const alerts = valueOf(readings.tape_alerts)?.active ?? []
  return (valueOf(readings.tape_drives) ?? [])
    .filter(({ reachable }) => reachable === true)
    .map((drive) => ({
      drive: drive.id,
      virtual: drive.virtual,
      library: drive.library?.serial ?? null,
      loaded: isLoaded(drive, changers),
      volumeTag: drive.volumeTag,
      health: health.get(drive.id) ?? null,
      flags: alerts
        .filter(({ kind, id }) => kind === 'drive' && id === drive.id)
        .map(({ flag, lastSeen, volumeTag, mediumLeft }) => {
          return { flag, lastSeen, volumeTag, left: mediumLeft }
        }),
    }))
}

/**
 * Whether a cartridge is in the drive; null while that is not known. The drive knows best; one without page 11h is
 * believed what its library says of its element.
 */
export function isLoaded(
  { status, library }: Pick<TapeDrive, 'status' | 'library'>,
  changers: readonly Changer[],
): boolean | null {
  if (status !== null) {
    return status.inTransition || CHANGING.includes(status.activity) ? null : status.mediumPresent
  }
  const changer = changers.find(({ id }) => id === library?.serial)
  if (changer?.state !== 'online') return null
  const element = changer.inventory?.elements.find(
    ({ type, number }) => type === 'data-transfer' && number === library?.element,
  )
  return element?.full ?? null
}

/**
 * Whether a drive sits in no library; null while a library does not tell the serial number of each of its drives, as
 * one of them may be this one.
 */
export function standsAlone(
  { serial, library }: Pick<TapeDrive, 'serial' | 'library'>,
  changers: Reading<readonly Changer[]> | undefined,
): boolean | null {
  if (library !== null) return false
  if (changers?.state === 'absent') return true
  if (changers?.state !== 'read' || serial === null) return null
  const tellsAll = ({ inventory }: Changer) =>
    inventory?.elements.every(
      ({ type, driveSerial }) => type !== 'data-transfer' || driveSerial !== null,
    ) ?? false
  return changers.value.every(tellsAll) ? true : null
}
