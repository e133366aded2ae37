import type { Changer } from '../collectors/changers.ts'
import type { ExportedLun } from '../collectors/exported-luns.ts'
import type { Mhvtl } from '../collectors/mhvtl.ts'
import type { ScstSession } from '../collectors/scst-sessions.ts'
import type { TapeDrive } from '../collectors/tape-drives.ts'

/** What is known of virtual devices at a moment; null of what was not read. */
export interface VtlReadings {
  mhvtl: Mhvtl | null
  changers: readonly Changer[] | null
  drives: readonly TapeDrive[] | null
  /** Empty where there is no SCST. */
  sessions: readonly ScstSession[] | null
}

/** A device whose daemon is to end for a while, or that of its library. */
export interface TouchedDevice {
  kind: 'library' | 'drive'
  number: number
  serial: string
  /** Whether its own daemon goes on, so that what matters is what is in it alone. */
  stays?: boolean
}

/** Which of the devices is used by whom, a sentence each; of what is not known it is said that it is not. */
export function usesOf(devices: readonly TouchedDevice[], readings: VtlReadings): string[] {
  return devices.flatMap((device) => {
    // Nothing is under way at a device whose daemon is dead; restarting that is what helps.
    if (isDead(device, readings.mhvtl)) return []
    const what = `${device.kind} ${device.number} (${device.serial})`
    return (
      device.kind === 'drive' ? driveUses(device, readings) : libraryUses(device, readings)
    ).map((use) => `${what}: ${use}`)
  })
}

function isDead({ kind, number }: TouchedDevice, mhvtl: Mhvtl | null): boolean {
  const devices = kind === 'library' ? mhvtl?.libraries : mhvtl?.drives
  return devices?.find((one) => one.number === number)?.daemon?.running === false
}

function driveUses({ serial, stays = false }: TouchedDevice, readings: VtlReadings): string[] {
  const drive = readings.drives?.find((one) => one.serial === serial)
  if (drive === undefined) return ['it is not known whether a medium is in it']
  const { status, statistics, active, volumeTag } = drive
  const loaded = volumeTag !== null || status?.mediumPresent === true
  const unknown = !loaded && !isKnownEmpty(serial, readings) && status === null
  return [
    ...(loaded ? [`${volumeTag ?? 'a medium'} is in it`] : []),
    ...(unknown ? ['it is not known whether a medium is in it'] : []),
    ...(active === true || (statistics?.inFlight ?? 0) > 0 ? ['it is at work'] : []),
    ...(stays ? [] : sessionUses(drive.exportedAs, readings.sessions)),
  ]
}

/** Whether its library says that nothing is in the drive. */
function isKnownEmpty(serial: string, { changers }: VtlReadings): boolean {
  return (changers ?? []).some(
    ({ state, inventory }) =>
      state === 'online' &&
      inventory?.elements.some(({ driveSerial, full }) => driveSerial === serial && !full) === true,
  )
}

function libraryUses({ serial }: TouchedDevice, { changers, sessions }: VtlReadings): string[] {
  const changer = changers?.find((one) => one.serial === serial)
  if (changer === undefined) return ['it is not known who uses it']
  return sessionUses(changer.exportedAs, sessions)
}

function sessionUses(
  exported: readonly ExportedLun[] | null,
  sessions: readonly ScstSession[] | null,
): string[] {
  if (exported === null) return ['it is not known whether SCST exports it']
  if (exported.length === 0) return []
  if (sessions === null) return ['it is not known who has a session with it']
  const uses = exported.flatMap(({ driver, target, group, lun }) =>
    sessions
      .filter((one) => one.driver === driver && one.target === target && one.group === group)
      .map(({ initiator }) => `${initiator} has it as LUN ${lun} of ${target}`),
  )
  return [...new Set(uses)]
}

/** Barcodes that are in drives of a library, as it says itself; null when that is not known. */
export function loadedTags(serial: string, { changers }: VtlReadings): string[] | null {
  const changer = changers?.find((one) => one.serial === serial)
  if (changer?.inventory == null || changer.state !== 'online') return null
  return changer.inventory.elements.flatMap(({ type, volumeTag }) =>
    type === 'data-transfer' && volumeTag !== null ? [volumeTag] : [],
  )
}
