import type { Host, ScsiAnswer } from '../../src/host/host.ts'
import type { TapeDrive } from '../../src/collectors/tape-drives.ts'
import type { Changer } from '../../src/collectors/changers.ts'
import type { Reading, Snapshot } from '../../src/snapshot.ts'

/** A page 2Eh of 64 parameters as drives send it, with some flags set. */
export function tapeAlertPage(...flags: number[]): Uint8Array {
  const page = new Uint8Array(4 + 64 * 5)
  page.set([0x2e, 0x00, 0x01, 0x40])
  for (let flag = 1; flag <= 64; flag++) {
    page.set([0, flag, 0xc0, 1, flags.includes(flag) ? 1 : 0], 4 + (flag - 1) * 5)
  }
  return page
}

/** What a drive answers, and what it was asked. */
export class FakeDrive {
  /** Pages that page 00h lists. */
  pages = [0x00, 0x11, 0x2e]
  flags: number[] = []
  /** Whether reading clears the flags, as it does unless TAPLSD is set. */
  clears = true
  /** Whether TAFC stays set although the flags are cleared. */
  keepsChanged = false
  tapeAlertChanged = false
  cleaningRequired = false
  cleaningRequested = false
  recoveryRequested = false
  mediumPresent = true
  volumeTag: string | null = 'E01001L8'
  /** What page 12h shows. */
  response: number[] = []
  /** Instead of an answer to page 2Eh. */
  failure: (() => Promise<ScsiAnswer>) | null = null
  /** Log pages that were asked for, in hex, in order. */
  readonly asked: string[] = []
  readonly id: string

  constructor(id = 'D1') {
    this.id = id
  }

  /** Sets flags, and TAFC with them. */
  raise(...flags: number[]): void {
    this.flags = [...new Set([...this.flags, ...flags])].sort((one, other) => one - other)
    this.tapeAlertChanged = true
  }

  async answer(page: number): Promise<ScsiAnswer> {
    this.asked.push(page.toString(16).padStart(2, '0'))
    switch (page) {
      case 0x00:
        return good([0x00, 0x00, 0x00, this.pages.length, ...this.pages])
      case 0x11:
        return good([0x11, 0, 0, 8, 0, 0, 3, 4, ...this.#deviceStatus()])
      case 0x12:
        return good([0x12, 0, 0, 12, 0, 0, 3, 8, ...bitmap(this.response)])
      case 0x2e: {
        if (this.failure !== null) return this.failure()
        const answer = good(tapeAlertPage(...this.flags))
        if (this.clears) {
          this.flags = []
          this.tapeAlertChanged = this.keepsChanged
        }
        return answer
      }
      default:
        throw new Error(`page ${page} is not listed`)
    }
  }

  /** As the collector shows it. */
  drive(): TapeDrive {
    const { id, volumeTag, mediumPresent, tapeAlertChanged } = this
    const { cleaningRequired, cleaningRequested, recoveryRequested } = this
    const bits = { mediumPresent, tapeAlertChanged, recoveryRequested, inTransition: false }
    const hasStatus = this.pages.includes(0x11)
    return {
      ...{ id, serial: id, vendor: 'IBM', product: 'ULT3580-TD8', virtual: false },
      ...{ device: `/dev/sg${id.slice(1)}`, place: `serial ${id} = /dev/sg${id.slice(1)}` },
      ...{ reachable: true, error: null, volumeTag: mediumPresent ? volumeTag : null },
      library: null,
      status: hasStatus
        ? { activity: 'no-activity', ...bits, cleaningRequired, cleaningRequested }
        : null,
    } as unknown as TapeDrive
  }

  #deviceStatus(): number[] {
    const bit = (value: boolean, position: number) => (value ? 1 << position : 0)
    return [
      bit(this.cleaningRequested, 2) | bit(this.cleaningRequired, 1) | 1,
      bit(this.mediumPresent, 4),
      0,
      bit(this.recoveryRequested, 2) | bit(this.tapeAlertChanged, 0),
    ]
  }
}

/** A host with these drives, at the nodes that their ids end with. */
export function hostOf(...drives: FakeDrive[]): Pick<Host, 'scsi'> {
  return {
    async scsi(node, cdb, options) {
      const drive = drives.find(({ id }) => node === `/dev/sg${id.slice(1)}`)
      const page = (cdb[2] ?? 0) & 0x3f
      if (page === 0x2e && options.clearsTapeAlert !== true) throw new Error('not permitted')
      if (!drive) throw new Error(`${node}: no such drive`)
      return drive.answer(page)
    },
  }
}

/** A snapshot of these drives, read just before `at`, and of libraries. */
export function snapshotAt(
  at: Date,
  drives: readonly TapeDrive[],
  changers: readonly Changer[] = [],
): Snapshot {
  const reading = <T>(value: T): Reading<T> => ({
    ...{ state: 'read', value, problems: [], coverage: 'all', takenAt: at, durationSeconds: 0 },
  })
  return {
    takenAt: at,
    readings: { tape_drives: reading(drives), changers: reading(changers) },
  }
}

function good(data: ArrayLike<number>): ScsiAnswer {
  return {
    ...{ status: 0, hostStatus: 0, driverStatus: 0 },
    sense: new Uint8Array(),
    data: Uint8Array.from(data),
  }
}

/** Flag 1 is the highest bit of the first byte. */
function bitmap(flags: readonly number[]): number[] {
  return Array.from({ length: 8 }, (_, byte) =>
    flags
      .filter((flag) => (flag - 1) >> 3 === byte)
      .reduce((bits, flag) => bits | (0x80 >> ((flag - 1) & 7)), 0),
  )
}
