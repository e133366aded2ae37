import { RefusedError } from './host.ts'

/** Commands that read and change nothing. What is not here is refused, whoever asks. */
const PERMITTED: ReadonlySet<number> = new Set([
  0x00, // TEST UNIT READY
  0x03, // REQUEST SENSE
  0x12, // INQUIRY
  0x1a, // MODE SENSE(6)
  0x25, // READ CAPACITY(10)
  0x34, // READ POSITION
  0x44, // REPORT DENSITY SUPPORT
  0x4d, // LOG SENSE
  0x5a, // MODE SENSE(10)
  0x5e, // PERSISTENT RESERVE IN
  0x8c, // READ ATTRIBUTE
  0x9e, // SERVICE ACTION IN(16): READ CAPACITY(16) only
  0xa0, // REPORT LUNS
  0xb8, // READ ELEMENT STATUS
])

const LOG_SENSE = 0x4d
const TAPE_ALERT = 0x2e
const SERVICE_ACTION_IN_16 = 0x9e
const READ_CAPACITY_16 = 0x10

/** Throws RefusedError unless the request is on a generic node and changes nothing. */
export function assertReadOnlyRequest(
  device: string,
  cdb: Uint8Array,
  permitted: { clearsTapeAlert?: true } = {},
): void {
  if (!/^\/dev\/sg\d+$/.test(device)) throw new RefusedError(device, 'not a SCSI generic node')
  const operation = cdb[0] ?? 0xff
  const name = `operation code ${operation.toString(16).padStart(2, '0')}h`
  if (!PERMITTED.has(operation)) throw new RefusedError(device, `${name} is not permitted`)
  const second = cdb[1] ?? 0
  if (operation === LOG_SENSE && (second & 0x03) !== 0) {
    // SPC-5 6.7: SP has the device save its parameters; bit 1 is PPC, obsolete.
    throw new RefusedError(device, 'LOG SENSE with SP or PPC is not permitted')
  }
  const isTapeAlert = operation === LOG_SENSE && ((cdb[2] ?? 0) & 0x3f) === TAPE_ALERT
  if (isTapeAlert && permitted.clearsTapeAlert !== true) {
    // SSC-5 8.2.3: reading clears the flags, and the backup application would never see them.
    throw new RefusedError(device, 'LOG SENSE of page 2Eh (TapeAlert) is not permitted')
  }
  if (operation === SERVICE_ACTION_IN_16 && (second & 0x1f) !== READ_CAPACITY_16) {
    throw new RefusedError(device, `${name} but READ CAPACITY(16) is not permitted`)
  }
}

/** A node of the tape driver: closing one rewinds the tape under a running backup (st(4)). */
const TAPE_NODE = /\/dev\/(?:[^\s,;]*\/)?(?:n?st\d+[alm]?(?!\w)|tape\/)/

/** Throws RefusedError when an argument is a tape node, or names one as in `if=/dev/nst0`. */
export function assertNoTapeNode(argv: readonly string[]): void {
  const node = argv.find((argument) => TAPE_NODE.test(argument.replace(/\/(?:\.?\/)+/g, '/')))
  if (node !== undefined) throw new RefusedError(node, 'tape nodes are never opened')
}

/** Throws RefusedError when reading the path would open a device. */
export function assertNotDevice(path: string): void {
  if (/^\/+dev\//.test(path)) throw new RefusedError(path, 'devices are never read')
}
