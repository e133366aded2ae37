import { followDrives } from '../../src/collectors/drive-mounts.ts'
import type { DriveHealth } from '../../src/collectors/drive-health.ts'
import type { Changer } from '../../src/collectors/changers.ts'
import type { TapeDrive } from '../../src/collectors/tape-drives.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { drive as healthOf } from './drive-health.ts'
import { read, snapshotOf } from './readings.ts'

/** A drive on the shelf: what is in it, and what it counts since the load. */
interface Bay {
  id: string
  library: string | null
  tape: string | null
  /** Barcode that the library tells. */
  tag: string | null
  status: TapeDrive['status']
  reachable: boolean
  written: number
  errors: number
  rewrites: number
}

const idle = {
  activity: 'no-activity',
  mediumPresent: false,
  mounted: false,
  writeProtected: false,
  cleaningRequested: false,
  cleaningRequired: false,
  hostInitiatedUnload: false,
  recoveryRequested: false,
  tapeAlertChanged: false,
  inTransition: false,
}

/**
 * Drives and cartridges that are moved and used, as collectors would read them: a snapshot every minute,
 * in which drives have just been asked for their health. Counters begin anew with every load.
 */
export class Shelf {
  clock = Date.parse('2026-11-20T21:00:00Z')
  readonly #bays = new Map<string, Bay>()
  #health: readonly DriveHealth[] = []

  constructor(drives: readonly string[], library: string | null = 'L1') {
    for (const id of drives) this.add(id, library)
  }

  add(id: string, library: string | null): void {
    const counts = { written: 0, errors: 0, rewrites: 0 }
    const bay = { id, library, tape: null, tag: null, status: idle, reachable: true, ...counts }
    this.#bays.set(id, bay)
  }

  now = (): Date => new Date(this.clock)

  /** Puts a cartridge in, whose memory tells its serial number unless it is null. */
  load(id: string, tag: string | null, serial: string | null = tag): void {
    const counts = { written: 0, errors: 0, rewrites: 0 }
    const status = { ...idle, mediumPresent: true, mounted: true }
    Object.assign(this.#bay(id), { tape: serial, tag, status, ...counts })
  }

  unload(id: string): void {
    Object.assign(this.#bay(id), { tape: null, tag: null, status: idle })
  }

  /** What it does while it is at that. */
  change(id: string, given: Partial<Pick<Bay, 'reachable'>> & { activity?: string }): void {
    const bay = this.#bay(id)
    if (given.reachable !== undefined) bay.reachable = given.reachable
    if (given.activity !== undefined) bay.status = { ...idle, activity: given.activity }
  }

  work(id: string, gigabytes: number, errors = 0, rewrites = 0): void {
    const bay = this.#bay(id)
    bay.written += gigabytes * 1e9
    bay.errors += errors
    bay.rewrites += rewrites
  }

  /** The appliance a minute later; `asked` are the drives that told their health anew, all if nobody says. */
  snapshot(asked?: readonly string[]): Snapshot {
    this.clock += 60_000
    const bays = [...this.#bays.values()]
    const current = bays.map((bay) => {
      const { id, tape, written, errors, rewrites } = bay
      const told = { id, tape, writtenBytes: written, uncorrectedWrites: errors, rewrites }
      const away = asked !== undefined && !asked.includes(id) ? { passedOver: 'locating' } : {}
      const said = { ...told, uncorrectedReads: 0, readBytes: 0, rereads: 0, ...away }
      const health = healthOf(said, { library: null, volumeTag: null })
      return bay.tape === null || health.cartridge === null
        ? health
        : { ...health, cartridge: { ...health.cartridge, serial: tape, barcode: bay.tag } }
    })
    this.#health = followDrives(this.#health, current, this.now())
    return {
      ...snapshotOf({
        tape_drives: read(bays.map(tapeDriveOf)),
        tape_health: read(this.#health),
        changers: read([] as Changer[]),
      }),
      takenAt: this.now(),
    }
  }

  #bay(id: string): Bay {
    const bay = this.#bays.get(id)
    if (!bay) throw new Error(`no drive ${id}`)
    return bay
  }
}

function tapeDriveOf({ id, library, tag, status, reachable }: Bay): TapeDrive {
  return {
    id,
    serial: id,
    wwn: null,
    vendor: 'IBM',
    product: 'ULT3580-TD8',
    revision: '2160',
    device: '/dev/sg1',
    paths: ['/dev/sg1'],
    tapeNode: null,
    hctl: '1:0:0:0',
    hctls: ['1:0:0:0'],
    virtual: false,
    reachable,
    error: null,
    library: library === null ? null : { serial: library, element: 0 },
    volumeTag: library === null ? null : tag,
    exportedAs: [],
    place: `serial ${id}`,
    status,
    recovery: null,
    statistics: null,
    active: null,
  }
}
