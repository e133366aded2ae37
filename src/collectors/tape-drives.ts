import type { Host } from '../host/host.ts'
import { ABSENT, type Collector, type Problem } from './collector.ts'
import { readDriveStatus, type DriveTold } from './drive-status.ts'
import type { ExportedLun } from './exported-luns.ts'
import { isFailure } from './failures.ts'
import { placeText } from './place-text.ts'
import { findScsiUnits, TAPE_DRIVE, wwnOf, type ScsiUnit } from './scsi-devices.ts'
import { addStatistics, findTapeNodes, readTapeStatistics } from './tape-statistics.ts'

/** A tape drive, known by its serial number, asked only through /dev/sg* and sysfs: never /dev/st*. */
export interface TapeDrive {
  /** Unit serial number (VPD 80h), H:C:I:L where it has none. */
  id: string
  serial: string | null
  /** World wide name (VPD 83h), e.g. 0x5000e111c0ffee01; null where there is none. */
  wwn: string | null
  vendor: string
  product: string
  revision: string
  /** Generic node, e.g. /dev/sg3; changes at reboot. A drive that is reached by several paths has several. */
  device: string
  paths: readonly string[]
  /** Tape node, e.g. st0, for people who look for it; never opened. */
  tapeNode: string | null
  hctl: string
  /** H:C:I:L of each path. */
  hctls: readonly string[]
  virtual: boolean
  /** Whether it answers; null where it could not be asked (no pass-through). */
  reachable: boolean | null
  error: string | null
  /** Library and data transfer element it sits in, matched by serial number; null when it is not known. */
  library: { serial: string; element: number } | null
  /** Volume tag of the cartridge in it, as its library says; null when it is empty or not known. */
  volumeTag: string | null
  /** LUNs as which SCST exports it; null when that is not known. */
  exportedAs: readonly ExportedLun[] | null
  /** All its names in one line, for people. */
  place: string
  /** DT device status, log page 11h; null where the drive has none or could not be asked. */
  status: DriveStatus | null
  /** Procedures that it asks for where it asks for recovery (page 13h); null when they are not known. */
  recovery: readonly string[] | null
  /** Of the st driver; null without it. I/O that does not pass through st (SCST, LTFS) is not in it. */
  statistics: TapeStatistics | null
  /** Whether it did work since the last reading, by its status or its counters; null when not known. */
  active: boolean | null
}

/** Very high frequency data of the DT device status log page (ADC-3 6.1.2.2, SSC-5 8.2.8). */
export interface DriveStatus {
  /** no-activity, cleaning, loading, unloading, other-medium, reading, writing, locating, rewinding, erasing … */
  activity: string
  mediumPresent: boolean
  mounted: boolean
  writeProtected: boolean
  cleaningRequested: boolean
  cleaningRequired: boolean
  hostInitiatedUnload: boolean
  /** Recovery requested: page 13h says which. */
  recoveryRequested: boolean
  /** A TapeAlert flag has changed; which one is not read here, because reading clears it for everybody. */
  tapeAlertChanged: boolean
  /** Other bits are not to be relied on while the drive is in transition. */
  inTransition: boolean
}

/** /sys/class/scsi_tape/stN/stats (Documentation/ABI/testing/sysfs-class-scsi_tape), since the driver was loaded. */
export interface TapeStatistics {
  inFlight: number
  readBytes: number
  writtenBytes: number
  reads: number
  writes: number
  others: number
  ioSeconds: number
  readSeconds: number
  writeSeconds: number
  /** Requests whose residual was not zero. */
  residuals: number
}

/** Tape drives, through sysfs and, where it is permitted, log page 11h. */
export const tapeDrives: Collector<readonly TapeDrive[]> = {
  name: 'tape_drives',
  intervalSeconds: 30,
  timeoutMs: 90_000,
  wakes: {
    devices: ['scsi', 'scsi_tape', 'scsi_generic'],
    with: ['changers', 'mhvtl'],
    // Rewinds, loads and the like through the st driver; reads and writes do not count there.
    paths: (_settings, drives) =>
      (drives ?? []).flatMap(({ tapeNode }) =>
        tapeNode === null ? [] : [`/sys/class/scsi_tape/${tapeNode}/stats/other_cnt`],
      ),
  },

  async collect(host, settings) {
    const units = await findScsiUnits(host, TAPE_DRIVE, settings)
    if (units.length === 0) return ABSENT

    const tapeNodes = await findTapeNodes(host)
    const read = await Promise.all(units.map((unit) => readDrive(host, unit, tapeNodes)))
    const value = read.map(({ drive }) => drive)
    const problems = read.flatMap((each) => each.problems)
    const silent = value.every((drive) => !drive.reachable && drive.statistics === null)
    const coverage = problems.length === 0 ? 'all' : silent ? 'none' : 'some'
    return { value, problems, coverage }
  },

  accumulate(previous = [], current) {
    const before = new Map(previous.map((drive) => [drive.id, drive.statistics]))
    return current.map((drive) => {
      const then = before.get(drive.id)
      if (drive.active === true || drive.statistics === null || !then) return drive
      return { ...drive, active: moved(then, drive.statistics) }
    })
  },
}

/**
 * Whether blocks were read or written in between. Other requests, and the time waited for them, do not count:
 * asking a drive for its status makes them grow. Counters that are smaller than before began again.
 */
function moved(then: TapeStatistics, now: TapeStatistics): boolean {
  return now.reads > then.reads || now.writes > then.writes
}

interface DriveRead {
  drive: TapeDrive
  problems: readonly Problem[]
}

async function readDrive(
  host: Host,
  unit: ScsiUnit,
  tapeNodes: ReadonlyMap<string, string>,
): Promise<DriveRead> {
  const nodes = unit.paths.flatMap(({ hctl }) => tapeNodes.get(hctl) ?? [])
  const [{ path, told }, { statistics, error: statisticsError }] = await Promise.all([
    askPaths(host, unit),
    sumStatistics(host, nodes),
  ])
  const { device, hctl, vendor, product, revision, serial } = path
  const named = {
    id: unit.id,
    serial,
    wwn: wwnOf(unit),
    vendor,
    product,
    revision,
    device,
    paths: unit.paths.map((each) => each.device),
    tapeNode: tapeNodes.get(hctl) ?? nodes[0] ?? null,
    hctl,
    hctls: unit.paths.map((each) => each.hctl),
    virtual: unit.virtual,
    reachable: told.reachable,
    error: told.error,
    library: null,
    volumeTag: null,
    exportedAs: null,
  }
  const drive: TapeDrive = {
    ...named,
    place: placeText(named),
    status: told.status,
    recovery: null,
    statistics,
    active: activeNow(told, statistics),
  }
  // A drive whose serial number could not be had may be any of those that are known.
  const { serialError } = unit.paths[0]
  const labels = serialError === null ? { serial: unit.id } : {}
  const errors = [told.error ?? serialError, statisticsError].filter((error) => error !== null)
  return { drive, problems: errors.map((error) => ({ labels, error: `${unit.id}: ${error}` })) }
}

/** Asks through one path after the other until the drive answers. */
async function askPaths(host: Host, unit: ScsiUnit) {
  let [path] = unit.paths
  let told = await readDriveStatus(host, path.device)
  for (const other of unit.paths.slice(1)) {
    if (told.reachable === true) break
    const next = await readDriveStatus(host, other.device)
    if (next.reachable !== true) continue
    path = other
    told = next
  }
  return { path, told }
}

async function sumStatistics(host: Host, nodes: readonly string[]) {
  try {
    const parts = await Promise.all(nodes.map((node) => readTapeStatistics(host, node)))
    return { statistics: addStatistics(parts.filter((part) => part !== null)), error: null }
  } catch (error) {
    if (isFailure(error)) return { statistics: null, error: error.message }
    throw error
  }
}

/** What one reading can say of work; whether counters moved is found in accumulate. */
function activeNow({ status }: DriveTold, statistics: TapeStatistics | null): boolean | null {
  if (statistics !== null && statistics.inFlight > 0) return true
  return status === null ? null : status.activity !== 'no-activity'
}
