/**
 * Operation codes of commands that take minutes or hours on a device that is well: they move, load or position
 * media, erase, format, or wait until everything is on the medium. The same code is one of these, or a command that
 * hardly anybody sends, on every type of device (SPC-5, SSC-5, SMC-3, SBC-4).
 */
export const LONG_OPERATIONS: ReadonlySet<number> = new Set([
  ...[0x01, 0x04, 0x07], // REWIND; FORMAT MEDIUM, FORMAT UNIT; INITIALIZE ELEMENT STATUS, REASSIGN BLOCKS
  ...[0x0b, 0x10, 0x11], // SET CAPACITY; WRITE FILEMARKS(6); SPACE(6)
  ...[0x13, 0x19, 0x1b], // VERIFY(6); ERASE(6); LOAD UNLOAD, START STOP UNIT
  ...[0x1d, 0x2b, 0x2f], // SEND DIAGNOSTIC; LOCATE(10), POSITION TO ELEMENT; VERIFY(10)
  ...[0x35, 0x37], // SYNCHRONIZE CACHE(10); INITIALIZE ELEMENT STATUS WITH RANGE
  ...[0x41, 0x42, 0x48], // WRITE SAME(10); UNMAP; SANITIZE
  ...[0x80, 0x83, 0x8f], // WRITE FILEMARKS(16); EXTENDED COPY; VERIFY(16)
  ...[0x91, 0x92, 0x93], // SPACE(16), SYNCHRONIZE CACHE(16); LOCATE(16); ERASE(16), WRITE SAME(16)
  ...[0xa5, 0xa6, 0xaf], // MOVE MEDIUM; EXCHANGE MEDIUM; VERIFY(12)
  0xb8, // READ ELEMENT STATUS, while a library takes inventory
])
