import { byteAt, DecodeError } from '../bytes.ts'
import { logValues } from './page.ts'
import { allFFh } from './values.ts'

/** Number of the DT device status page (SSC-4 8.2.4, ADC-3 6.1.2). */
export const DT_DEVICE_STATUS = 0x11

/** The bits of the very high frequency data, by the names of the standard. */
export interface VeryHighFrequencyData {
  /** PAMR: medium removal is prevented. */
  removalPrevented: boolean
  /** HIU: the host initiated the unload that goes on. */
  hostInitiatedUnload: boolean
  /** MACC: the medium auxiliary memory is accessible. */
  auxiliaryMemoryAccessible: boolean
  /** CMPR: compression is enabled. */
  compressionEnabled: boolean
  /** WRTP: writing is prevented, by the cartridge or by the drive. */
  writeProtected: boolean
  /** CRQST: cleaning is requested. */
  cleaningRequested: boolean
  /** CRQRD: cleaning is required before the drive goes on. */
  cleaningRequired: boolean
  /** DINIT: the drive is initialized; until then the other bits are not to be relied on. */
  initialized: boolean
  /** INXTN: the drive is in transition, other bits are not stable. */
  inTransition: boolean
  /** RAA: the robot may take the medium or insert one. */
  robotAccessAllowed: boolean
  /** MPRSNT: a medium is present. */
  mediumPresent: boolean
  /** MSTD: it is seated. */
  mediumSeated: boolean
  /** MTHRD: it is threaded. */
  mediumThreaded: boolean
  /** MOUNTED: it is mounted. */
  mounted: boolean
  /** DT device activity, see ACTIVITIES; other values are reserved or vendor specific. */
  activity: number
  /** TDDEC: the tape diagnostic data page holds an entry. */
  tapeDiagnosticData: boolean
  /** EPP: encryption parameters are present. */
  encryptionParametersPresent: boolean
  /** ESR: an encryption service is requested. */
  encryptionServiceRequested: boolean
  /** RRQST: the requested recovery page says what the drive asks for. */
  recoveryRequested: boolean
  /** INTFC: port information has changed. */
  interfaceChanged: boolean
  /** TAFC: the state of a TapeAlert flag has changed. */
  tapeAlertChanged: boolean
}

/**
 * Very high frequency data of the DT device status page, parameter 0000h (ADC-3 6.1.2.2, SSC-4 8.2.4).
 * Reading it clears nothing. DecodeError when the page is another one, lacks the parameter, or is all FFh
 * there: no drive is in all states at once.
 */
export function decodeDeviceStatus(data: Uint8Array): VeryHighFrequencyData {
  const value = logValues(data, DT_DEVICE_STATUS).get(0x0000)
  if (value === undefined) throw new DecodeError('log page 11h', 'no parameter 0000h')
  if (allFFh(value)) throw new DecodeError('log page 11h', 'parameter 0000h is all FFh')
  const [a, b, activity, d] = [0, 1, 2, 3].map((i) => byteAt(value, i, 'log page 11h')) as Four
  return {
    removalPrevented: bit(a, 7),
    hostInitiatedUnload: bit(a, 6),
    auxiliaryMemoryAccessible: bit(a, 5),
    compressionEnabled: bit(a, 4),
    writeProtected: bit(a, 3),
    cleaningRequested: bit(a, 2),
    cleaningRequired: bit(a, 1),
    initialized: bit(a, 0),
    inTransition: bit(b, 7),
    robotAccessAllowed: bit(b, 5),
    mediumPresent: bit(b, 4),
    mediumSeated: bit(b, 2),
    mediumThreaded: bit(b, 1),
    mounted: bit(b, 0),
    activity,
    tapeDiagnosticData: bit(d, 5),
    encryptionParametersPresent: bit(d, 4),
    encryptionServiceRequested: bit(d, 3),
    recoveryRequested: bit(d, 2),
    interfaceChanged: bit(d, 1),
    tapeAlertChanged: bit(d, 0),
  }
}

/** DT device activity (ADC-3 table 21), by code. */
export const ACTIVITIES: readonly string[] = [
  'no-activity',
  'cleaning',
  'loading',
  'unloading',
  'other-medium',
  'reading',
  'writing',
  'locating',
  'rewinding',
  'erasing',
  'formatting',
  'calibrating',
  'other',
  'updating-microcode',
  'reading-encrypted',
  'writing-encrypted',
  'diagnostics',
]

type Four = [number, number, number, number]

function bit(byte: number, position: number): boolean {
  return ((byte >> position) & 1) === 1
}
