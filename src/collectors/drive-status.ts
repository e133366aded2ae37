import { HostError, type Host } from '../host/host.ts'
import { describeOutcome, type Outcome } from '../scsi/answer.ts'
import { logSense } from '../scsi/cdb.ts'
import { ACTIVITIES, decodeDeviceStatus, DT_DEVICE_STATUS } from '../scsi/log/device-status.ts'
import { decodeSupportedLogPages, SUPPORTED_LOG_PAGES } from '../scsi/log/supported-pages.ts'
import { isFailure } from './failures.ts'
import { ask } from './scsi-devices.ts'
import type { DriveStatus } from './tape-drives.ts'

/** What a drive told of itself. */
export interface DriveTold {
  reachable: boolean | null
  /** Why the status is not known, where the drive should have told it. */
  error: string | null
  status: DriveStatus | null
}

const ALLOCATION_BYTES = 0xffff

/** Errors of a host that say that the drive, or what leads to it, does not answer. */
export const UNREACHABLE = ['ERR_TIMEOUT', 'ERR_QUARANTINED', 'ERR_BREAKER_OPEN', 'ERR_NOT_FOUND']

/**
 * Reads the DT device status of a drive (log page 11h). Page 00h is asked first, because some drives
 * die of a page that they do not have. Never reads page 2Eh: that would clear its flags for everybody.
 */
export async function readDriveStatus(host: Host, device: string): Promise<DriveTold> {
  try {
    const supported = await askPage(host, device, SUPPORTED_LOG_PAGES)
    if (supported.kind !== 'good') return refusal(supported)
    if (!decodeSupportedLogPages(supported.data).includes(DT_DEVICE_STATUS)) {
      return { reachable: true, error: null, status: null }
    }
    const page = await askPage(host, device, DT_DEVICE_STATUS)
    if (page.kind !== 'good') return refusal(page)
    const status = driveStatus(page.data)
    const error = status === null ? 'log page 11h: the drive is not initialized' : null
    return { reachable: true, error, status }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { reachable: reachability(error), error: error.message, status: null }
  }
}

/**
 * Decodes DT device status page 11h; null until the drive is initialized, because it does not vouch for
 * any other bit before (ADC-3 6.1.2.2). DecodeError when it is another page, or says nothing.
 */
export function driveStatus(data: Uint8Array): DriveStatus | null {
  const bits = decodeDeviceStatus(data)
  if (!bits.initialized) return null
  return {
    activity: ACTIVITIES[bits.activity] ?? 'unknown',
    mediumPresent: bits.mediumPresent,
    mounted: bits.mounted,
    writeProtected: bits.writeProtected,
    cleaningRequested: bits.cleaningRequested,
    cleaningRequired: bits.cleaningRequired,
    hostInitiatedUnload: bits.hostInitiatedUnload,
    recoveryRequested: bits.recoveryRequested,
    tapeAlertChanged: bits.tapeAlertChanged,
    inTransition: bits.inTransition,
  }
}

function askPage(host: Host, device: string, page: number): Promise<Outcome> {
  return ask(host, device, logSense(page, ALLOCATION_BYTES), {
    dataInBytes: ALLOCATION_BYTES,
    timeoutMs: 10_000,
  })
}

/** A drive that refuses has answered. */
function refusal(outcome: Outcome): DriveTold {
  const reachable = outcome.kind !== 'transport-failure'
  return { reachable, error: describeOutcome(outcome), status: null }
}

/** Null where the drive was not asked; an answer that cannot be decoded is one. */
function reachability(error: Error): boolean | null {
  if (!(error instanceof HostError)) return true
  return UNREACHABLE.includes(error.code) ? false : null
}
