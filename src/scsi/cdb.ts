/** Command descriptor blocks. Allocation lengths are bytes; they travel in the CDB and cut the answer. */

/** INQUIRY (SPC-4 6.6); with a page its vital product data, without one the standard data. */
export function inquiry(page: number | null, allocationLength = 252): Uint8Array {
  const cdb = new Uint8Array(6)
  cdb[0] = 0x12
  if (page !== null) {
    cdb[1] = 0x01 // EVPD
    cdb[2] = page
  }
  put(cdb, 3, 2, allocationLength)
  return cdb
}

/** LOG SENSE (SPC-4 6.8) for the cumulative values of a page that page 00h lists. */
export function logSense(page: number, allocationLength = 0xffff): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = 0x4d
  cdb[2] = 0x40 | (page & 0x3f) // PC 01b: cumulative
  put(cdb, 7, 2, allocationLength)
  return cdb
}

/** MODE SENSE(10) (SPC-4 6.12) for the current values of a page, without block descriptors. */
export function modeSense10(page: number, allocationLength = 0xffff): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = 0x5a
  cdb[1] = 0x08 // DBD
  cdb[2] = page & 0x3f
  put(cdb, 7, 2, allocationLength)
  return cdb
}

/** What READ ELEMENT STATUS asks for. */
export interface ElementStatusRequest {
  /** Element type code (SMC-3 table 24): 0 all, 1 medium transport, 2 storage, 3 import/export, 4 data transfer. */
  type: number
  /** The lowest element address to report. */
  start: number
  /** The most elements to report; 0xffff for all of them. */
  count: number
  volumeTags: boolean
  /** CURDATA: answer from what is known, without moving the robot. Libraries older than SMC-3 refuse it. */
  currentData: boolean
  /** DVCID: say which drive sits in a data transfer element. Libraries older than SMC-2 refuse it. */
  deviceIdentifiers: boolean
  allocationLength: number
}

/** READ ELEMENT STATUS (SMC-3 6.11). */
export function readElementStatus(request: ElementStatusRequest): Uint8Array {
  const cdb = new Uint8Array(12)
  cdb[0] = 0xb8
  cdb[1] = (request.volumeTags ? 0x10 : 0) | (request.type & 0x0f)
  put(cdb, 2, 2, request.start)
  put(cdb, 4, 2, request.count)
  cdb[6] = (request.currentData ? 0x02 : 0) | (request.deviceIdentifiers ? 0x01 : 0)
  put(cdb, 7, 3, request.allocationLength)
  return cdb
}

function put(cdb: Uint8Array, offset: number, length: number, value: number): void {
  for (let i = 0; i < length; i++)
    cdb[offset + i] = Math.floor(value / 256 ** (length - 1 - i)) % 256
}
