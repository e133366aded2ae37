import type { Host } from '../host/host.ts'
import { ABSENT, type Collector, type Problem } from './collector.ts'
import type { DriveHealth } from './drive-health.ts'
import { driveReading, HEALTH_PAGES } from './drive-reading.ts'
import { readDrivePages } from './drive-pages.ts'
import { followDrives } from './drive-mounts.ts'
import { findScsiUnits, TAPE_DRIVE, type ScsiUnit } from './scsi-devices.ts'

/** So many drives are asked at a time: where each question is a process, other collectors need some too. */
const AT_A_TIME = 4

/**
 * The health of tape drives and of the cartridges in them, from log pages and the memory of the cartridge.
 * A drive that is busy moving is left alone, and what it told before stands with its age. Drives that
 * nobody is permitted to ask are there all the same: nothing is known of them, so nothing of them is over.
 */
export const tapeHealth: Collector<readonly DriveHealth[]> & { readonly name: 'tape_health' } = {
  name: 'tape_health',
  intervalSeconds: 300,
  timeoutMs: 240_000,

  async collect(host, settings, previous = []) {
    const units = await findScsiUnits(host, TAPE_DRIVE, settings)
    if (units.length === 0) return ABSENT

    const known = new Map(previous.map((health) => [health.id, health]))
    const read = await eachOf(units, (unit) => askDrive(host, unit, known.get(unit.id)))
    const problems = read.flatMap((each) => each.problems)
    const coverage =
      problems.length === 0 ? 'all' : read.every(({ told }) => !told) ? 'none' : 'some'
    return { value: read.map(({ health }) => health), problems, coverage }
  },

  accumulate: (previous, current, _seconds, at) => followDrives(previous, current, at),

  wakes: { devices: ['scsi_tape', 'scsi_generic'] },
}

interface DriveAsked {
  health: DriveHealth
  problems: readonly Problem[]
  /** Whether anything came back. */
  told: boolean
}

async function askDrive(
  host: Host,
  unit: ScsiUnit,
  known: DriveHealth | undefined,
): Promise<DriveAsked> {
  const [first] = unit.paths
  const sameFirmware = known?.revision === first.revision
  const told = await readDrivePages(host, unit, HEALTH_PAGES, sameFirmware ? known.refused : [])
  const path = unit.paths.find(({ device }) => device === told.device) ?? first
  const { reading, errors } = driveReading(unit, path, told)
  const failures = [told.error, ...errors].filter((error) => error !== null)
  return {
    health: {
      ...reading,
      takenAt: null,
      passedOver: told.passedOver,
      error: told.error,
      refused: told.refused,
      mount: null,
      watchedSince: null,
      recentErrors: [],
    },
    problems: failures.map((error) => ({
      // A drive whose serial number could not be had may be any of those that are known.
      labels: first.serialError === null ? { serial: unit.id } : {},
      error: `${unit.id}: ${error}`,
    })),
    told: told.pages.size > 0 || told.passedOver !== null,
  }
}

/** The same of each, a few at a time. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const inTurn = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, inTurn))
  return results
}
