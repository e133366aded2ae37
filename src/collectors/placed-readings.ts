import type { Reading, Snapshot } from '../snapshot.ts'
import { valueOf } from '../snapshot.ts'
import type { DriveHealth } from './drive-health.ts'
import { placeChangers, placeDrives, type Automation, type Surroundings } from './place-drives.ts'
import type { TapeDrive } from './tape-drives.ts'

type Readings = Snapshot['readings']
type Placed = Pick<Readings, 'tape_drives' | 'tape_health' | 'changers'>

/** Readings as `placedReadings` completes them: the same ones for as long as there is nothing newer to tell of them. */
export class PlacedReadings {
  #of: Readings = {}
  #placed: Placed = {}

  placed(readings: Readings): Placed {
    if (MADE_OF.some((subject) => readings[subject] !== this.#of[subject])) {
      this.#of = readings
      this.#placed = placedReadings(readings)
    }
    return this.#placed
  }
}

const MADE_OF = ['tape_drives', 'tape_health', 'changers', 'scst'] as const

/** The readings of drives and changers, completed by what other subjects tell of them. Pure. */
export function placedReadings(readings: Readings): Placed {
  const { tape_drives: drives, tape_health: health, changers, scst } = readings
  const around: Surroundings = {
    changers: valueOf(changers),
    scst: scst?.state === 'absent' ? 'absent' : valueOf(scst),
    automation: automationOf(valueOf(health) ?? []),
  }
  const asked = (value: readonly TapeDrive[]) => withRecovery(value, valueOf(health) ?? [])
  const placed = drives && mapped(drives, (value) => placeDrives(asked(value), around))
  return {
    ...(placed && { tape_drives: placed }),
    ...(health && {
      tape_health: mapped(health, (value) => placeHealth(value, valueOf(placed) ?? [])),
    }),
    ...(changers && { changers: mapped(changers, (value) => placeChangers(value, around)) }),
  }
}

function automationOf(health: readonly DriveHealth[]): ReadonlyMap<string, Automation> {
  return new Map(
    health.flatMap(({ id, automation }) => (automation === null ? [] : [[id, automation]])),
  )
}

/** The procedures that a drive asks for are read with its health; one that asks for nothing any more has none. */
function withRecovery(
  drives: readonly TapeDrive[],
  health: readonly DriveHealth[],
): readonly TapeDrive[] {
  const procedures = new Map(health.map(({ id, recovery }) => [id, recovery]))
  return drives.map((drive) =>
    drive.status?.recoveryRequested === true
      ? { ...drive, recovery: procedures.get(drive.id) ?? null }
      : drive,
  )
}

function placeHealth(
  health: readonly DriveHealth[],
  drives: readonly TapeDrive[],
): readonly DriveHealth[] {
  const byId = new Map(drives.map((drive) => [drive.id, drive]))
  return health.map((one) => {
    const drive = byId.get(one.id)
    if (drive === undefined) return { ...one, volumeTag: one.cartridge?.barcode ?? null }
    const { tapeNode, library, place } = drive
    const volumeTag = drive.volumeTag ?? one.cartridge?.barcode ?? null
    return { ...one, tapeNode, library, place, volumeTag }
  })
}

function mapped<T>(reading: Reading<T>, change: (value: T) => T): Reading<T> {
  return reading.state === 'read' ? { ...reading, value: change(reading.value) } : reading
}
