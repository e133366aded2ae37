import { byteAt, DecodeError, hexByte } from './bytes.ts'

/** Sense data (SPC-4 4.5): why a command was refused. */
export interface Sense {
  /** The error belongs to an earlier command (response codes 71h and 73h). */
  deferred: boolean
  /** Sense key, SPC-4 table 48. */
  key: number
  /** Additional sense code and qualifier, 0 when the device sent none. */
  asc: number
  ascq: number
}

/** Sense keys that decide what is done next (SPC-4 table 48). */
export const NO_SENSE = 0x0
export const RECOVERED_ERROR = 0x1
export const ILLEGAL_REQUEST = 0x5
export const UNIT_ATTENTION = 0x6

/**
 * Decodes fixed (70h, 71h) and descriptor (72h, 73h) sense data. What lies behind the end
 * of shortened sense data counts as 0. DecodeError on other formats and on less than the sense key.
 */
export function decodeSense(data: Uint8Array): Sense {
  const format = byteAt(data, 0, 'sense data') & 0x7f
  const deferred = format === 0x71 || format === 0x73
  if (format === 0x70 || format === 0x71) {
    const key = byteAt(data, 2, 'sense data') & 0x0f
    return { deferred, key, asc: data[12] ?? 0, ascq: data[13] ?? 0 }
  }
  if (format === 0x72 || format === 0x73) {
    const key = byteAt(data, 1, 'sense data') & 0x0f
    return { deferred, key, asc: data[2] ?? 0, ascq: data[3] ?? 0 }
  }
  throw new DecodeError('sense data', `response code ${hexByte(format)}h`)
}

/** Sense in words, with the numbers behind: `logical unit not ready, offline (02/04/12)`. */
export function describeSense({ key, asc, ascq }: Sense): string {
  const words =
    MEANINGS.get(asc * 256 + ascq) ?? KEYS[key] ?? /* four bits, sixteen names */ 'reserved'
  return `${words} (${hexByte(key)}/${hexByte(asc)}/${hexByte(ascq)})`
}

/** The name of a sense key in SPC-4 table 48, lower case. */
export const KEYS: readonly string[] = [
  'no sense',
  'recovered error',
  'not ready',
  'medium error',
  'hardware error',
  'illegal request',
  'unit attention',
  'data protect',
  'blank check',
  'vendor specific',
  'copy aborted',
  'aborted command',
  'reserved',
  'volume overflow',
  'miscompare',
  'completed',
]

/** What libraries and drives say, from the list of SPC-4 annex F.2; ASC in the upper byte, ASCQ in the lower. */
const MEANINGS: ReadonlyMap<number, string> = new Map([
  [0x0017, 'cleaning requested'],
  [0x0018, 'erase operation in progress'],
  [0x0019, 'locate operation in progress'],
  [0x001a, 'rewind operation in progress'],
  [0x0400, 'logical unit not ready, cause not reportable'],
  [0x0401, 'logical unit is in process of becoming ready'],
  [0x0402, 'logical unit not ready, initializing command required'],
  [0x0403, 'logical unit not ready, manual intervention required'],
  [0x0404, 'logical unit not ready, format in progress'],
  [0x0407, 'logical unit not ready, operation in progress'],
  [0x040a, 'logical unit not accessible, asymmetric access state transition'],
  [0x040b, 'logical unit not accessible, target port in standby state'],
  [0x040c, 'logical unit not accessible, target port in unavailable state'],
  [0x0410, 'logical unit not ready, auxiliary memory not accessible'],
  [0x0412, 'logical unit not ready, offline'],
  [0x0417, 'logical unit not ready, calibration required'],
  [0x0418, 'logical unit not ready, a door is open'],
  [0x0422, 'logical unit not ready, power cycle required'],
  [0x0500, 'logical unit does not respond to selection'],
  [0x0800, 'logical unit communication failure'],
  [0x0801, 'logical unit communication time-out'],
  [0x1500, 'random positioning error'],
  [0x1501, 'mechanical positioning error'],
  [0x2000, 'invalid command operation code'],
  [0x2101, 'invalid element address'],
  [0x2400, 'invalid field in CDB'],
  [0x2500, 'logical unit not supported'],
  [0x2600, 'invalid field in parameter list'],
  [0x2800, 'not ready to ready change, medium may have changed'],
  [0x2801, 'import or export element accessed'],
  [0x2900, 'power on, reset, or bus device reset occurred'],
  [0x2901, 'power on occurred'],
  [0x2902, 'SCSI bus reset occurred'],
  [0x2903, 'bus device reset function occurred'],
  [0x2904, 'device internal reset'],
  [0x2907, 'I_T nexus loss occurred'],
  [0x2a01, 'mode parameters changed'],
  [0x2a02, 'log parameters changed'],
  [0x2a03, 'reservations preempted'],
  [0x3000, 'incompatible medium installed'],
  [0x3003, 'cleaning cartridge installed'],
  [0x3007, 'cleaning failure'],
  [0x3a00, 'medium not present'],
  [0x3a01, 'medium not present, tray closed'],
  [0x3a02, 'medium not present, tray open'],
  [0x3a03, 'medium not present, loadable'],
  [0x3b0d, 'medium destination element full'],
  [0x3b0e, 'medium source element empty'],
  [0x3b11, 'medium magazine not accessible'],
  [0x3b12, 'medium magazine removed'],
  [0x3b13, 'medium magazine inserted'],
  [0x3b18, 'element disabled'],
  [0x3b19, 'element enabled'],
  [0x3b1a, 'data transfer device removed'],
  [0x3b1b, 'data transfer device inserted'],
  [0x3f01, 'microcode has been changed'],
  [0x3f03, 'inquiry data has changed'],
  [0x3f0e, 'reported LUNs data has changed'],
  [0x4400, 'internal target failure'],
  [0x5300, 'media load or eject failed'],
  [0x5301, 'unload tape failure'],
  [0x5302, 'medium removal prevented'],
  [0x5d00, 'failure prediction threshold exceeded'],
])
