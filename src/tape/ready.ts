import { setTimeout as pause } from 'node:timers/promises'
import { isFailure } from '../collectors/failures.ts'
import { ask } from '../collectors/scsi-devices.ts'
import type { Host } from '../host/host.ts'
import { describeOutcome, isUnitAttention, type Outcome } from '../scsi/answer.ts'
import { testUnitReady } from '../scsi/cdb.ts'

/** How a drive is waited for. */
export interface Waiting {
  host: Pick<Host, 'scsi'>
  now: () => Date
  /** Gives up, when it is aborted. */
  signal: AbortSignal
  /** Told of how much of the time has passed, 0..1. */
  report: (fraction: number) => void
  /** From one question to the next; 2 s if not said. */
  everyMs?: number
}

/** The drive did not become ready. */
export class NotReadyError extends Error {
  readonly code = 'ERR_DRIVE_NOT_READY'

  constructor(device: string, reason: string) {
    super(`${device}: ${reason}`)
    this.name = 'NotReadyError'
  }
}

const NOT_READY = 0x2
/** mhvtl and some drives answer so right after a medium came (04h/03h): it passes, or it does not. */
const PASSES_ONCE = 0x4

/** Asks until a drive is ready. Rejects with NotReadyError after so many seconds, or when it says that it will not be. */
export async function untilReady(device: string, seconds: number, waiting: Waiting): Promise<void> {
  const { host, now, signal, report, everyMs = 2_000 } = waiting
  const beganMs = now().getTime()
  let last = 'it was not asked'
  let hardware = 0
  for (;;) {
    const told = await tell(host, device)
    if ('outcome' in told) {
      const { outcome } = told
      if (outcome.kind === 'good') return
      hardware += isHardware(outcome) ? 1 : 0
      if (hardware > 1 || !passes(outcome)) {
        throw new NotReadyError(device, describeOutcome(outcome))
      }
      last = describeOutcome(outcome)
    } else last = told.failure
    const passed = (now().getTime() - beganMs) / 1000
    if (passed >= seconds) {
      throw new NotReadyError(device, `not ready within ${seconds} s: ${last}`)
    }
    report(Math.min(1, passed / seconds))
    await pause(everyMs, undefined, { signal }).catch(() => {
      throw new NotReadyError(device, `was not waited for any longer: ${last}`)
    })
  }
}

async function tell(host: Pick<Host, 'scsi'>, device: string) {
  try {
    const options = { dataInBytes: 0, timeoutMs: 10_000 }
    return { outcome: await ask(host, device, testUnitReady(), options) }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { failure: error.message }
  }
}

function isHardware(outcome: Outcome): boolean {
  return outcome.kind === 'check-condition' && outcome.sense?.key === PASSES_ONCE
}

/** Whether it may be ready the next time. */
function passes(outcome: Outcome): boolean {
  if (outcome.kind !== 'check-condition') return true
  const key = outcome.sense?.key
  return isUnitAttention(outcome) || key === NOT_READY || key === PASSES_ONCE
}
