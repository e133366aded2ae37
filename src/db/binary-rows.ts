// The binary format of COPY (PostgreSQL, sql-copy, "Binary Format"): a signature with flags and the length of an
// extension; a row is the number of its fields, and each is its length in bytes and itself, big-endian; -1 fields end it.
const HEADER_BYTES = 19
const FIELDS_BYTES = 2
const LENGTH_BYTES = 4

/** Where the fields of a row begin in what a `copy … to stdout (format binary)` says, row by row. None may be null. */
export function* fieldsOf(copied: Buffer): Iterable<readonly number[]> {
  let at = HEADER_BYTES
  for (;;) {
    const count = copied.readInt16BE(at)
    if (count < 0) return
    at += FIELDS_BYTES
    const fields: number[] = []
    for (let field = 0; field < count; field += 1) {
      const length = copied.readInt32BE(at)
      if (length < 0) throw new Error(`copy: field ${field} is null`)
      at += LENGTH_BYTES
      fields.push(at)
      at += length
    }
    yield fields
  }
}
