// The binary format of COPY (PostgreSQL, sql-copy, "Binary Format"): a signature with flags and the length of an
// extension; a row is the number of its fields, and each is its length in bytes and itself, big-endian; -1 fields end it.
const HEADER_BYTES = 19
const FIELDS_BYTES = 2
const LENGTH_BYTES = 4

/**
 * Where the fields of a row begin in a block of what a `copy … to stdout (format binary)` says, row by row. None may be
 * null.
 */
export function* fieldsOf(block: Buffer, { isFirst }: { isFirst: boolean }): Iterable<number[]> {
  let at = isFirst ? HEADER_BYTES : 0
  while (at < block.length) {
    const count = block.readInt16BE(at)
    if (count < 0) return
    at += FIELDS_BYTES
    const fields: number[] = []
    for (let field = 0; field < count; field += 1) {
      const length = block.readInt32BE(at)
      if (length < 0) throw new Error(`copy: field ${field} is null`)
      at += LENGTH_BYTES
      fields.push(at)
      at += length
    }
    yield fields
  }
}
