import { HostError, type Host } from '../host/host.ts'
import { describeOutcome, interpret, isUnitAttention, type Outcome } from '../scsi/answer.ts'
import { DecodeError } from '../scsi/bytes.ts'
import { logSense } from '../scsi/cdb.ts'
import { decodeDeviceStatus, DT_DEVICE_STATUS } from '../scsi/log/device-status.ts'
import { decodeSupportedLogPages, SUPPORTED_LOG_PAGES } from '../scsi/log/supported-pages.ts'
import { decodeTapeAlertResponse, TAPE_ALERT, TAPE_ALERT_RESPONSE } from '../scsi/log/tape-alert.ts'
import type { Signs } from './memory.ts'
import type { Aftermath } from './readings.ts'

/** The page has 324 bytes: one request for more than that, because a second one would find the flags cleared. */
const ALLOCATION_BYTES = 0x2000
const TIMEOUT_MS = 10_000

/** Failures that say that the request was never sent. */
const NOT_SENT = [
  'ERR_PASS_THROUGH',
  'ERR_NOT_FOUND',
  'ERR_PERMISSION',
  'ERR_QUARANTINED',
  'ERR_BREAKER_OPEN',
  'ERR_BUSY',
  'ERR_REFUSED',
  'ERR_RECORDING_HOLE',
]

/** The TapeAlert page could not be read. */
export class TapeAlertReadError extends Error {
  readonly code = 'ERR_TAPE_ALERT_READ'
  /** The device may have got the request and cleared its flags. */
  readonly asked: boolean
  /** The device does not have the page. */
  readonly lasting: boolean

  constructor(reason: string, how: { asked?: boolean; lasting?: boolean }, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'TapeAlertReadError'
    this.asked = how.asked ?? false
    this.lasting = how.lasting ?? false
  }
}

/** A page 2Eh as it came, and which other pages the device has. */
export interface AnsweredPage {
  page: Uint8Array
  supported: readonly number[]
}

/**
 * Reads page 2Eh, which clears its flags for everybody on this machine: whoever calls has to keep what
 * comes back. Only asked for where page 00h lists it. Rejects with TapeAlertReadError.
 */
export async function readTapeAlertPage(
  host: Pick<Host, 'scsi'>,
  node: string,
): Promise<AnsweredPage> {
  const supported = await supportedPages(host, node)
  if (!supported.includes(TAPE_ALERT)) {
    throw new TapeAlertReadError('page 00h does not list page 2Eh', { lasting: true })
  }
  const outcome = await askOnce(host, node)
  if (outcome.kind === 'good') return { page: outcome.data, supported }
  throw new TapeAlertReadError(describeOutcome(outcome), {
    asked: outcome.kind === 'transport-failure',
  })
}

/** What a drive shows right after its page was read. What cannot be had is null: the flags are kept all the same. */
export async function readAftermath(
  host: Pick<Host, 'scsi'>,
  node: string,
  supported: readonly number[],
): Promise<Aftermath> {
  const has = (page: number) => supported.includes(page)
  return {
    signs: has(DT_DEVICE_STATUS) ? await readSigns(host, node) : null,
    response: has(TAPE_ALERT_RESPONSE) ? await readResponse(host, node) : null,
  }
}

/** Flags that page 12h shows now, of a drive that has it; null when it cannot be read. */
export async function readResponse(
  host: Pick<Host, 'scsi'>,
  node: string,
): Promise<readonly number[] | null> {
  return decoded(host, node, TAPE_ALERT_RESPONSE, decodeTapeAlertResponse)
}

function readSigns(host: Pick<Host, 'scsi'>, node: string): Promise<Signs | null> {
  return decoded(host, node, DT_DEVICE_STATUS, (data) => {
    const bits = decodeDeviceStatus(data)
    if (bits.inTransition || !bits.initialized) return null
    const { tapeAlertChanged, cleaningRequired, cleaningRequested, recoveryRequested } = bits
    return {
      by: 'status',
      ...{ tapeAlertChanged, cleaningRequired, cleaningRequested, recoveryRequested },
    }
  })
}

async function decoded<T>(
  host: Pick<Host, 'scsi'>,
  node: string,
  page: number,
  decode: (data: Uint8Array) => T,
): Promise<T | null> {
  try {
    const outcome = await ask(host, node, page)
    return outcome.kind === 'good' ? decode(outcome.data) : null
  } catch (error) {
    if (error instanceof HostError || error instanceof DecodeError) return null
    throw error
  }
}

async function supportedPages(host: Pick<Host, 'scsi'>, node: string): Promise<number[]> {
  try {
    const outcome = await ask(host, node, SUPPORTED_LOG_PAGES)
    if (outcome.kind === 'good') return decodeSupportedLogPages(outcome.data)
    throw new TapeAlertReadError(`log page 00h: ${describeOutcome(outcome)}`, {})
  } catch (error) {
    if (!(error instanceof HostError || error instanceof DecodeError)) throw error
    throw new TapeAlertReadError(error.message, {}, { cause: error })
  }
}

async function askOnce(host: Pick<Host, 'scsi'>, node: string): Promise<Outcome> {
  try {
    return await ask(host, node, TAPE_ALERT)
  } catch (error) {
    if (!(error instanceof HostError)) throw error
    const asked = !NOT_SENT.includes(error.code)
    throw new TapeAlertReadError(error.message, { asked }, { cause: error })
  }
}

/** A device that only has something to announce has not carried the command out: it is sent again. */
async function ask(host: Pick<Host, 'scsi'>, node: string, page: number): Promise<Outcome> {
  const cdb = logSense(page, ALLOCATION_BYTES)
  const options = {
    dataInBytes: ALLOCATION_BYTES,
    timeoutMs: TIMEOUT_MS,
    ...(page === TAPE_ALERT ? { clearsTapeAlert: true as const } : {}),
  }
  let outcome = interpret(await host.scsi(node, cdb, options))
  for (let again = 0; again < 3 && isUnitAttention(outcome); again++) {
    outcome = interpret(await host.scsi(node, cdb, options))
  }
  return outcome
}
