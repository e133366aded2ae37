import { HostError } from './host.ts'
import type { ScsiAnswer } from './host.ts'

/** What sg_raw left behind. Data is on standard output (`-b`), or as a hex dump on standard error. */
export interface SgRawOutput {
  exitCode: number | null
  stdout: Uint8Array
  stderr: string
}

/** sg_raw got no answer. `errno` is the number of the system error it ended with, null for another reason. */
export class SgRawError extends HostError {
  readonly errno: number | null

  constructor(reason: string, errno: number | null) {
    super('ERR_SG_RAW', `sg_raw: ${reason}`)
    this.errno = errno
  }
}

/** Exit codes above this are errno values added to it (sg3_utils(8), SG_LIB_OS_BASE_ERR). */
const ERRNO_BASE = 50
const ERRNO_LAST = 96

/** As `sg_print_scsi_status` of sg_lib.c names them. */
const STATUS: Readonly<Record<string, number>> = {
  good: 0x00,
  'check condition': 0x02,
  'condition met': 0x04,
  busy: 0x08,
  'reservation conflict': 0x18,
  'task set full': 0x28,
  'aca active': 0x30,
  'task aborted': 0x40,
}

/** Sense keys of SPC-5 table 52, as `sg_get_sense_key_str` names them. */
const SENSE_KEYS = [
  'No Sense',
  'Recovered Error',
  'Not Ready',
  'Medium Error',
  'Hardware Error',
  'Illegal Request',
  'Unit Attention',
  'Data Protect',
  'Blank Check',
  'Vendor specific',
  'Copy Aborted',
  'Aborted Command',
  'Equal',
  'Volume Overflow',
  'Miscompare',
  'Completed',
]

/**
 * The answer that sg_raw (sg3_utils 1.46) reports. With `-v` it prints the sense bytes; without, the sense
 * key alone can be told for certain and the rebuilt sense says no more than that.
 *
 * Throws SgRawError when there was no answer, or the text does not tell one.
 */
export function parseSgRaw({ exitCode, stdout, stderr }: SgRawOutput): ScsiAnswer {
  const status = /^SCSI Status: (.*?) *$/m.exec(stderr)?.[1]
  if (status === undefined) throw noAnswer(exitCode, stderr)
  const code = STATUS[status.toLowerCase()]
  if (code === undefined) throw new SgRawError(`unknown SCSI status "${status}"`, null)
  return {
    status: code,
    hostStatus: hexadecimal(/Host_status=0x([0-9a-f]+)/i, stderr),
    driverStatus: hexadecimal(/Driver_status=0x([0-9a-f]+)/i, stderr),
    sense: code === 0x02 ? senseIn(stderr) : new Uint8Array(),
    data: dataIn(stdout, stderr),
  }
}

function noAnswer(exitCode: number | null, stderr: string): SgRawError {
  const lines = stderr.split('\n').filter((line) => !/^ *(cdb to send|open ).*/.test(line))
  const reason =
    lines.find((line) => line.trim() !== '')?.trim() ?? `exit ${exitCode ?? 'by signal'}`
  const isErrno = exitCode !== null && exitCode > ERRNO_BASE && exitCode <= ERRNO_LAST
  return new SgRawError(reason, isErrno ? exitCode - ERRNO_BASE : null)
}

function senseIn(stderr: string): Uint8Array {
  const dump =
    /Raw sense data \(in hex\), sb_len=(\d+)(?:, embedded_len=(\d+))?\n((?:[ \t]+(?:[0-9a-f]{2}[ \t]*)+\n?)+)/i
  const found = dump.exec(stderr)
  if (found !== null) {
    const bytes = Buffer.from((found[3] ?? '').replace(/\s+/g, ''), 'hex')
    // No more is listed than the sense data itself says it is long.
    if (bytes.length !== Number(found[2] ?? found[1]))
      throw new SgRawError('sense data cut short', null)
    return new Uint8Array(bytes)
  }
  const key = /Sense key: (.*?) *$/m.exec(stderr)?.[1]
  const number = SENSE_KEYS.findIndex((name) => name.toLowerCase() === key?.toLowerCase())
  if (number === -1) return new Uint8Array()
  const codes = /ASC=([0-9a-f]{1,2}), ASCQ=([0-9a-f]{1,2})/i.exec(stderr)
  // SPC-5 4.4.3: fixed format, current. Eight bytes carry the key; ASC and ASCQ are bytes 12 and 13.
  const sense = new Uint8Array(codes === null ? 8 : 18)
  sense[0] = 0x70
  sense[2] = number
  if (codes !== null) {
    sense[7] = 10
    sense[12] = Number.parseInt(codes[1] ?? '', 16)
    sense[13] = Number.parseInt(codes[2] ?? '', 16)
  }
  return sense
}

function dataIn(stdout: Uint8Array, stderr: string): Uint8Array {
  const written = /^Writing (\d+) bytes of data to stdout$/m.exec(stderr)
  if (written !== null) {
    if (stdout.length !== Number(written[1])) {
      throw new SgRawError(`${stdout.length} of ${written[1]} bytes arrived`, null)
    }
    return new Uint8Array(stdout)
  }
  const received = /^Received (\d+) bytes of data:\n/m.exec(stderr)
  if (received === null) return new Uint8Array()
  const length = Number(received[1])
  const data = hexDump(stderr.slice(received.index + received[0].length))
  if (data.length !== length) {
    throw new SgRawError(`${data.length} of ${length} bytes listed`, null)
  }
  return data
}

/** Lines of an offset, sixteen bytes at most (blank after the eighth), and the same as text. */
function hexDump(text: string): Uint8Array {
  const bytes: number[] = []
  for (const line of text.split('\n')) {
    const found = /^ ([0-9a-f]+) +((?:[0-9a-f]{2} {1,2}){0,15}[0-9a-f]{2})(?: |$)/i.exec(line)
    if (found === null) break
    if (Number.parseInt(found[1] ?? '', 16) !== bytes.length) break
    // The text column may look like more bytes; it begins after the sixteenth.
    for (const byte of (found[2] ?? '').split(/ +/).slice(0, 16)) {
      bytes.push(Number.parseInt(byte, 16))
    }
  }
  return Uint8Array.from(bytes)
}

function hexadecimal(pattern: RegExp, text: string): number {
  return Number.parseInt(pattern.exec(text)?.[1] ?? '0', 16)
}
