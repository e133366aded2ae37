import { HostError, type Host } from '../host/host.ts'
import type { Outcome } from '../scsi/answer.ts'
import { inquiry, logSense, modeSense10 } from '../scsi/cdb.ts'
import { decodeVpdPages } from '../scsi/inquiry.ts'
import { DT_DEVICE_STATUS } from '../scsi/log/device-status.ts'
import { decodeSupportedLogPages, SUPPORTED_LOG_PAGES } from '../scsi/log/supported-pages.ts'
import type { CollectorSettings } from './collector.ts'
import { driveStatus, UNREACHABLE } from './drive-status.ts'
import { isFailure } from './failures.ts'
import { ask, findScsiUnits, MEDIUM_CHANGER, TAPE_DRIVE } from './scsi-devices.ts'

const TIMEOUT_MS = 5_000
const LONG_BYTES = 0xffff
const TAPE_ALERT = 0x2e

const ALL_MODE_PAGES = 0x3f

/** What a drive does while it wants to be left alone: an answer would come late, and might be the last straw. */
const MOVING = [
  'loading',
  'unloading',
  'locating',
  'rewinding',
  'erasing',
  'cleaning',
  'formatting',
]

/**
 * Asks drives and changers what no collector needs and a person who looks for a fault wants: every VPD page and
 * every log page that they list, but TapeAlert, which reading would clear, and their mode pages. A drive
 * that moves its medium is asked for no more than who it is; a unit that does not answer is left alone.
 *
 * Nothing comes back: it is asked through a host that writes the answers down.
 */
export async function reportScsiUnits(host: Host, settings: CollectorSettings): Promise<void> {
  const reports = [TAPE_DRIVE, MEDIUM_CHANGER].map(async (type) => {
    const units = await findScsiUnits(host, type, settings)
    await Promise.all(units.map(({ paths }) => reportUnit(host, paths[0].device).catch(leaveAlone)))
  })
  await Promise.all(reports)
}

async function reportUnit(host: Host, device: string): Promise<void> {
  const request = (cdb: Uint8Array, dataInBytes: number): Promise<Outcome | null> =>
    unlessSilent(ask(host, device, cdb, { dataInBytes, timeoutMs: TIMEOUT_MS }))

  await request(inquiry(null), 252)
  const vpd = await request(inquiry(0x00), 252)
  for (const page of pagesOf(vpd, decodeVpdPages)) await request(inquiry(page), 252)

  const supported = await request(logSense(SUPPORTED_LOG_PAGES, LONG_BYTES), LONG_BYTES)
  const pages = pagesOf(supported, decodeSupportedLogPages)
  if (pages.includes(DT_DEVICE_STATUS)) {
    const status = await request(logSense(DT_DEVICE_STATUS, LONG_BYTES), LONG_BYTES)
    if (isMoving(status)) return
  }
  for (const page of pages) {
    if (page !== TAPE_ALERT) await request(logSense(page, LONG_BYTES), LONG_BYTES)
  }
  await request(modeSense10(ALL_MODE_PAGES, LONG_BYTES), LONG_BYTES)
}

/** The unit does not answer; a mistake in the program is none of its. */
function leaveAlone(error: unknown): void {
  if (!isFailure(error)) throw error
}

function isMoving(told: Outcome | null): boolean {
  if (told?.kind !== 'good') return false
  const status = driveStatus(told.data)
  // One that is not initialized does not say what it does.
  return status === null || status.inTransition || MOVING.includes(status.activity)
}

/** Page 00h of either kind; nothing where it was refused, or cannot be read. */
function pagesOf(told: Outcome | null, decode: (data: Uint8Array) => number[]): number[] {
  return told?.kind === 'good' ? decode(told.data) : []
}

/** Null for what was refused; a unit that does not answer rejects, and is asked no more. */
async function unlessSilent(answer: Promise<Outcome>): Promise<Outcome | null> {
  try {
    return await answer
  } catch (error) {
    if (!isFailure(error)) throw error
    if (error instanceof HostError && UNREACHABLE.includes(error.code)) throw error
    return null
  }
}
