/** First byte of the allocation length in the CDB and the byte after its last (SPC-5, SMC-3, SSC-5, SBC-4). */
const ALLOCATION_LENGTH: ReadonlyMap<number, readonly [number, number]> = new Map([
  [0x03, [4, 5]], // REQUEST SENSE
  [0x12, [3, 5]], // INQUIRY
  [0x1a, [4, 5]], // MODE SENSE(6)
  [0x34, [7, 9]], // READ POSITION
  [0x44, [7, 9]], // REPORT DENSITY SUPPORT
  [0x4d, [7, 9]], // LOG SENSE
  [0x5a, [7, 9]], // MODE SENSE(10)
  [0x5e, [7, 9]], // PERSISTENT RESERVE IN
  [0x8c, [10, 14]], // READ ATTRIBUTE
  [0x9e, [10, 14]], // READ CAPACITY(16)
  [0xa0, [6, 10]], // REPORT LUNS
  [0xa3, [6, 10]], // MAINTENANCE IN
  [0xb8, [7, 10]], // READ ELEMENT STATUS
])

/**
 * Names a request apart from its allocation length: two requests with the same
 * key ask the same device for the same thing, and differ in how much of it at most.
 */
export function scsiKey(device: string, cdb: Uint8Array): string {
  const bytes = Buffer.from(cdb)
  const field = ALLOCATION_LENGTH.get(bytes[0] ?? 0)
  if (field !== undefined) bytes.fill(0, field[0], field[1])
  return `${device} ${bytes.toString('hex')}`
}
