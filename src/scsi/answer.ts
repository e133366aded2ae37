import { DecodeError, hexByte } from './bytes.ts'
import {
  decodeSense,
  describeSense,
  NO_SENSE,
  RECOVERED_ERROR,
  UNIT_ATTENTION,
  type Sense,
} from './sense.ts'

/** What came back for a command, as the transport tells it. */
export interface RawAnswer {
  /** Status code, SAM-5 table 38. */
  status: number
  /** DID_* of the SCSI mid layer, include/scsi/scsi_status.h. */
  hostStatus: number
  /** DRIVER_* in the low four bits; 0 since kernel 5.14 but for DRIVER_SENSE. */
  driverStatus: number
  sense: Uint8Array
  data: Uint8Array
}

/** What the answer means. Only `good` has data; a transport failure can leave bytes of an earlier answer in it. */
export type Outcome =
  | { kind: 'good'; data: Uint8Array }
  /** The device refused; sense is null when it did not say why. */
  | { kind: 'check-condition'; sense: Sense | null }
  | { kind: 'busy' }
  | { kind: 'reservation-conflict' }
  /** Nothing was heard from the device. */
  | { kind: 'transport-failure'; reason: string }

/** Decides what an answer means, the transport first. */
export function interpret(answer: RawAnswer): Outcome {
  const { status, hostStatus, driverStatus, data } = answer
  if (hostStatus !== 0) {
    const name = HOST_STATUSES[hostStatus] ?? `host status ${hexByte(hostStatus)}h`
    return { kind: 'transport-failure', reason: name }
  }
  const driver = driverStatus & 0x0f
  if (driver !== 0 && driver !== DRIVER_SENSE) {
    return { kind: 'transport-failure', reason: `driver status ${hexByte(driverStatus)}h` }
  }

  const sense = senseOf(answer)
  if (status === CHECK_CONDITION || (status === GOOD && driver === DRIVER_SENSE)) {
    // A command that was carried out may say so with sense data.
    if (sense?.key === RECOVERED_ERROR || (sense?.key === NO_SENSE && status === GOOD)) {
      return { kind: 'good', data }
    }
    return { kind: 'check-condition', sense }
  }
  if (status === GOOD || status === CONDITION_MET) return { kind: 'good', data }
  if (status === RESERVATION_CONFLICT) return { kind: 'reservation-conflict' }
  if (status === BUSY || status === TASK_SET_FULL) return { kind: 'busy' }
  return { kind: 'transport-failure', reason: `status ${hexByte(status)}h` }
}

/** Whether the device only wanted to tell something and has to be asked again. */
export function isUnitAttention(outcome: Outcome): boolean {
  return outcome.kind === 'check-condition' && outcome.sense?.key === UNIT_ATTENTION
}

/** An outcome in words. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'good':
      return 'good'
    case 'check-condition':
      return outcome.sense ? describeSense(outcome.sense) : 'check condition without sense data'
    case 'busy':
      return 'busy'
    case 'reservation-conflict':
      return 'reservation conflict'
    case 'transport-failure':
      return outcome.reason
  }
}

// SAM-5 table 38
const GOOD = 0x00
const CHECK_CONDITION = 0x02
const CONDITION_MET = 0x04
const BUSY = 0x08
const RESERVATION_CONFLICT = 0x18
const TASK_SET_FULL = 0x28

const DRIVER_SENSE = 0x08

const HOST_STATUSES: Readonly<Record<number, string>> = {
  0x01: 'no connection to the device (DID_NO_CONNECT)',
  0x02: 'bus busy (DID_BUS_BUSY)',
  0x03: 'timed out (DID_TIME_OUT)',
  0x04: 'bad target (DID_BAD_TARGET)',
  0x05: 'aborted (DID_ABORT)',
  0x06: 'parity error (DID_PARITY)',
  0x07: 'adapter error (DID_ERROR)',
  0x08: 'reset (DID_RESET)',
  0x09: 'unexpected interrupt (DID_BAD_INTR)',
  0x0b: 'soft error (DID_SOFT_ERROR)',
  0x0e: 'transport disrupted (DID_TRANSPORT_DISRUPTED)',
  0x0f: 'transport failed (DID_TRANSPORT_FAILFAST)',
  0x14: 'transport marginal (DID_TRANSPORT_MARGINAL)',
}

function senseOf({ sense }: RawAnswer): Sense | null {
  if (sense.length === 0) return null
  try {
    return decodeSense(sense)
  } catch (error) {
    // That the device refused is known all the same.
    if (error instanceof DecodeError) return null
    throw error
  }
}
