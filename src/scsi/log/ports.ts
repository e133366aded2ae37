import { DT_DEVICE_STATUS } from './device-status.ts'
import { logValues } from './page.ts'
import { allFFh, counter, hexOf } from './values.ts'

/** A port of a drive to its hosts (ADC-3 6.1.2; IBM LTO SCSI Reference 6.4.10). */
export interface PrimaryPort {
  /** As the drive numbers them, from 1. */
  index: number
  /** Null when the description has the length of neither. */
  protocol: 'sas' | 'fibre-channel' | null
  /** The negotiated rate; null when there is none, or its code is reserved. */
  linkGigabitsPerSecond: number | null
  /** SIGNAL: SAS: a phy is connected; Fibre Channel: light or current is there. */
  signal: boolean | null
  /** PIC: the port is initialized. */
  initialized: boolean | null
  /** SAS address or Fibre Channel port name, 16 hex digits; null when there is none. */
  address: string | null
  /** Fibre Channel node name, 16 hex digits. */
  nodeName: string | null
  /** Fibre Channel: logged in to a fabric or a port. */
  loggedIn: boolean | null
}

/**
 * The primary ports of a drive from its DT device status page: parameters 0101h and above. The
 * page does not say which protocol it describes, so the length tells: 12 bytes are SAS, as sg_logs
 * takes it, 24 are Fibre Channel. DecodeError when it is another page.
 */
export function decodePrimaryPorts(data: Uint8Array): PrimaryPort[] {
  const ports: PrimaryPort[] = []
  for (const [code, value] of logValues(data, DT_DEVICE_STATUS)) {
    if (code > 0x0100 && code < 0x0200) ports.push(portOf(code - 0x0100, value))
  }
  return ports
}

/**
 * How long to wait between readings of the page, parameter 0001h (ADC-3 6.1.2); null when the
 * drive does not say. DecodeError when it is another page.
 */
export function decodePollingDelayMs(data: Uint8Array): number | null {
  return counter(logValues(data, DT_DEVICE_STATUS).get(0x0001))
}

function portOf(index: number, value: Uint8Array): PrimaryPort {
  if (allFFh(value)) return { ...UNKNOWN_PORT, index }
  const first = value[0] ?? 0
  const state = { signal: (first & 0x02) !== 0, initialized: (first & 0x01) !== 0 }
  if (value.length === SAS_BYTES) {
    return {
      index,
      protocol: 'sas',
      linkGigabitsPerSecond: SAS_GIGABITS[first >> 4] ?? null,
      ...state,
      address: name(value.subarray(4, 12)),
      nodeName: null,
      loggedIn: null,
    }
  }
  if (value.length === FIBRE_CHANNEL_BYTES) {
    return {
      index,
      protocol: 'fibre-channel',
      // Codes as HPE's drives use them. Without a link the code is left from the last one.
      linkGigabitsPerSecond: state.signal ? 2 ** ((first >> 4) & 0x07) : null,
      ...state,
      address: name(value.subarray(8, 16)),
      nodeName: name(value.subarray(16, 24)),
      loggedIn: (first & 0x08) !== 0,
    }
  }
  return { ...UNKNOWN_PORT, index }
}

const UNKNOWN_PORT = {
  protocol: null,
  linkGigabitsPerSecond: null,
  signal: null,
  initialized: null,
  address: null,
  nodeName: null,
  loggedIn: null,
} as const

const SAS_BYTES = 12
const FIBRE_CHANNEL_BYTES = 24

/** Negotiated physical link rates (SPL-3); lower codes say that there is no link. */
const SAS_GIGABITS: Readonly<Record<number, number>> = { 8: 1.5, 9: 3, 10: 6, 11: 12, 12: 22.5 }

function name(bytes: Uint8Array): string | null {
  return bytes.every((byte) => byte === 0) || counter(bytes) === null ? null : hexOf(bytes)
}
