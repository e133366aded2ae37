import { setTimeout as pause } from 'node:timers/promises'
import { ifFound, isFailure } from '../collectors/failures.ts'
import { ask } from '../collectors/scsi-devices.ts'
import { besides, type DeviceHolders } from '../host/device-holders.ts'
import type { Host } from '../host/host.ts'
import { describeOutcome, type Outcome } from '../scsi/answer.ts'
import { logSense, persistentReserveIn, testUnitReady } from '../scsi/cdb.ts'
import { ACTIVITIES, decodeDeviceStatus, DT_DEVICE_STATUS } from '../scsi/log/device-status.ts'
import { decodeSupportedLogPages, SUPPORTED_LOG_PAGES } from '../scsi/log/supported-pages.ts'
import { decodeReservation } from '../scsi/reservations.ts'
import { ILLEGAL_REQUEST } from '../scsi/sense.ts'
import type { Activity, DriveFacts, Known, Reserved, Session } from './drive-use.ts'
import type { DriveUnit } from './reading.ts'

/** What tells whether a drive is in use. */
export interface DriveWatch {
  host: Host
  holders: DeviceHolders
  /** Of this process, whose own nodes are no reason. */
  pid: number
  /** Commands of this daemon that a device has not answered, by its SCSI address. */
  ownCalls: (hctl: string) => number
  /** Initiators that are logged in where one of the addresses is exported. Rejects with why that is not known. */
  sessions: (hctls: readonly string[]) => Promise<readonly Session[]>
  /** Between two looks at what is under way; 100 ms if not said. */
  lookMs?: number
}

const ALLOCATION_BYTES = 0xffff
const TIMEOUT_MS = 10_000
const LOOKS = 3

/** Asks everything that tells whether a drive is in use. What cannot be asked is told as not known. */
export async function driveFacts(
  watch: DriveWatch,
  name: string,
  unit: DriveUnit | undefined,
): Promise<DriveFacts> {
  if (unit === undefined) return unknownDrive(name)
  const { host, sessions } = watch
  // First what asks nothing of the drive: own questions would be among what is under way.
  const inFlight = await known(() => othersInFlight(watch, unit))
  const [device = ''] = unit.devices
  return {
    drive: name,
    inFlight,
    holders: await known(() => holdersOf(watch, unit)),
    sessions: await known(() => sessions(unit.hctls)),
    reserved: await known(() => reservation(host, device)),
    activity: await known(() => activityOf(host, device)),
  }
}

/** A drive that this machine does not reach, or of which nobody knows which it is. */
function unknownDrive(drive: string): DriveFacts {
  const not = { known: false, reason: 'it is not known which drive this is' } as const
  const nothing = { known: true, value: null } as const
  const none = { known: true, value: [] } as const
  // It is told once, and not for each question.
  return {
    drive,
    activity: not,
    inFlight: { known: true, value: 0 },
    ...{ reserved: nothing, holders: none, sessions: none },
  }
}

async function known<T>(asked: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await asked() }
  } catch (error) {
    if (isFailure(error) || error instanceof UnknownError) {
      return { known: false, reason: error.message }
    }
    throw error
  }
}

/** It could be asked, and the answer tells nothing. */
export class UnknownError extends Error {
  override readonly name = 'UnknownError'
}

/**
 * `device_busy` of the kernel: commands that were sent and not answered (scsi_device_busy). The difference of
 * iorequest_cnt and iodone_cnt is none: commands that time out or are sent again are in one of them alone.
 */
async function othersInFlight(watch: DriveWatch, { hctls, tapeNodes }: DriveUnit): Promise<number> {
  const { host, ownCalls, lookMs = 100 } = watch
  let most = 0
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await pause(lookMs)
    for (const hctl of hctls) {
      const before = ownCalls(hctl)
      const busy = await numberIn(host, `/sys/bus/scsi/devices/${hctl}/device_busy`)
      most = Math.max(most, busy - Math.max(before, ownCalls(hctl)))
    }
    for (const node of tapeNodes) {
      // Of the st driver alone, which the daemon never uses (sysfs-class-scsi_tape).
      const path = `/sys/class/scsi_tape/${node}/stats/in_flight`
      most = Math.max(most, (await ifFound(numberIn(host, path))) ?? 0)
    }
  }
  return most
}

async function numberIn(host: Host, path: string): Promise<number> {
  const text = (await host.readText(path)).trim()
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UnknownError(`${path}: no number`)
}

/** st0 has eight nodes (st(4)). */
const FORMS = ['', 'l', 'm', 'a']

async function holdersOf({ holders, pid }: DriveWatch, { devices, tapeNodes }: DriveUnit) {
  const tapes = tapeNodes.flatMap((node) =>
    FORMS.flatMap((form) => [`/dev/${node}${form}`, `/dev/n${node}${form}`]),
  )
  const told = besides(await holders.holders([...devices, ...tapes]), pid)
  // Whoever was found is enough to leave it alone; that there may be others matters when there was nobody.
  if (told.holders.length === 0 && told.unknown !== null) throw new UnknownError(told.unknown)
  return told.holders
}

async function reservation(host: Host, device: string): Promise<Reserved> {
  const cdb = persistentReserveIn('reservation')
  const options = { dataInBytes: ALLOCATION_BYTES, timeoutMs: TIMEOUT_MS }
  const told = await ask(host, device, cdb, options)
  // RESERVE(6) of another initiator, or a persistent reservation that excludes this one (SPC-5 5.14).
  if (told.kind === 'reservation-conflict') return { how: 'by another initiator' }
  if (isIllegal(told)) {
    // Without persistent reservations there is the other kind. Only then, as it uses up unit attentions.
    const ready = await ask(host, device, testUnitReady(), { ...options, dataInBytes: 0 })
    if (ready.kind === 'transport-failure') throw new UnknownError(describeOutcome(ready))
    return ready.kind === 'reservation-conflict' ? { how: 'by another initiator' } : null
  }
  const { held } = decodeReservation(good(told))
  if (held === null) return null
  return { how: `${held.type ?? 'in an unknown way'}, with the key ${held.key}` }
}

async function activityOf(host: Host, device: string): Promise<Activity> {
  const options = { dataInBytes: ALLOCATION_BYTES, timeoutMs: TIMEOUT_MS }
  const supported = await ask(host, device, logSense(SUPPORTED_LOG_PAGES), options)
  if (isIllegal(supported)) return null
  if (!decodeSupportedLogPages(good(supported)).includes(DT_DEVICE_STATUS)) return null
  const page = await ask(host, device, logSense(DT_DEVICE_STATUS), options)
  if (isIllegal(page)) return null
  const { initialized, activity, inTransition, removalPrevented } = decodeDeviceStatus(good(page))
  // Until then it does not vouch for any other bit (ADC-3 6.1.2.2).
  if (!initialized) throw new UnknownError('log page 11h: the drive is not initialized')
  return { activity: ACTIVITIES[activity] ?? 'busy', inTransition, removalPrevented }
}

function good(outcome: Outcome): Uint8Array {
  if (outcome.kind === 'good') return outcome.data
  throw new UnknownError(describeOutcome(outcome))
}

function isIllegal(outcome: Outcome): boolean {
  return outcome.kind === 'check-condition' && outcome.sense?.key === ILLEGAL_REQUEST
}
