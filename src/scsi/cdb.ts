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

/** MODE SENSE(10) (SPC-4 6.14) for the current values of a page, without block descriptors. */
export function modeSense10(page: number, allocationLength = 0xffff, subpage = 0): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = 0x5a
  cdb[1] = 0x08 // DBD
  cdb[2] = page & 0x3f
  cdb[3] = subpage
  put(cdb, 7, 2, allocationLength)
  return cdb
}

/**
 * MODE SENSE(6) (SPC-4 6.13) for the current values of a page, with block descriptors. Page 3Fh is all
 * pages, FFh as subpage all subpages; the answer is 255 bytes at most.
 */
export function modeSense6(page: number, subpage = 0, allocationLength = 0xff): Uint8Array {
  const cdb = new Uint8Array(6)
  cdb[0] = 0x1a
  cdb[2] = page & 0x3f
  cdb[3] = subpage
  cdb[4] = allocationLength
  return cdb
}

/** REQUEST SENSE (SPC-4 6.39) in fixed format. A unit attention that it reports is used up. */
export function requestSense(allocationLength = 252): Uint8Array {
  return Uint8Array.of(0x03, 0, 0, 0, allocationLength, 0)
}

/** TEST UNIT READY (SPC-4 6.47): status and sense data are the answer. It uses up a unit attention. */
export function testUnitReady(): Uint8Array {
  return new Uint8Array(6)
}

/**
 * READ ATTRIBUTE (SPC-4 6.17), attribute values: the memory of the cartridge (MAM), from an attribute on.
 * Does not move the medium.
 */
export function readAttributes(
  partition = 0,
  firstAttribute = 0,
  allocationLength = 0xffff,
): Uint8Array {
  return readAttribute(0x00, partition, firstAttribute, allocationLength)
}

/** READ ATTRIBUTE, attribute list: which attributes there are. */
export function readAttributeList(partition = 0, allocationLength = 0xffff): Uint8Array {
  return readAttribute(0x01, partition, 0, allocationLength)
}

function readAttribute(
  serviceAction: number,
  partition: number,
  firstAttribute: number,
  allocationLength: number,
): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = 0x8c
  cdb[1] = serviceAction
  cdb[7] = partition
  put(cdb, 8, 2, firstAttribute)
  put(cdb, 10, 4, allocationLength)
  return cdb
}

/** Forms of READ POSITION (SSC-4 7.7): service action, and how many bytes the answer has. */
export const POSITION_FORMS = {
  short: { serviceAction: 0x00, bytes: 20 },
  long: { serviceAction: 0x06, bytes: 32 },
  extended: { serviceAction: 0x08, bytes: 32 },
} as const

/** READ POSITION (SSC-4 7.7): where the tape stands. The medium is not moved. */
export function readPosition(form: keyof typeof POSITION_FORMS): Uint8Array {
  const { serviceAction, bytes } = POSITION_FORMS[form]
  const cdb = new Uint8Array(10)
  cdb[0] = 0x34
  cdb[1] = serviceAction
  // The other forms have no allocation length: the field is reserved (SSC-4 7.7).
  if (form === 'extended') put(cdb, 7, 2, bytes)
  return cdb
}

/** REPORT DENSITY SUPPORT (SSC-4 7.11): of the drive, or of the cartridge in it; densities or medium types. */
export function reportDensitySupport(
  { ofMedium, mediumTypes }: { ofMedium: boolean; mediumTypes: boolean },
  allocationLength = 0xffff,
): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = 0x44
  cdb[1] = (mediumTypes ? 0x02 : 0) | (ofMedium ? 0x01 : 0)
  put(cdb, 7, 2, allocationLength)
  return cdb
}

/** PERSISTENT RESERVE IN (SPC-4 6.15): 'keys' that are registered, or the 'reservation' that is held. */
export function persistentReserveIn(
  what: 'keys' | 'reservation',
  allocationLength = 0xffff,
): Uint8Array {
  const cdb = new Uint8Array(10)
  cdb[0] = 0x5e
  cdb[1] = what === 'keys' ? 0x00 : 0x01
  put(cdb, 7, 2, allocationLength)
  return cdb
}

/** READ CAPACITY(16) (SBC-3 5.16). */
export function readCapacity16(): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = 0x9e
  cdb[1] = 0x10
  put(cdb, 10, 4, 32)
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
