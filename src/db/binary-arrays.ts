// Arrays as PostgreSQL sends and receives them in binary (array_send, array_recv): how many dimensions, whether any is
// null, the type of the elements, of the one dimension its length and its first index; then each element, its length in
// bytes and itself, big-endian; a length of -1 is null. pg hands a Buffer on as it is.

// Object identifiers of pg_type.dat: the same in every PostgreSQL.
const INT4 = 23
const FLOAT8 = 701

const HEADER_BYTES = 20
const LENGTH_BYTES = 4
const NULL_LENGTH = -1

/** Lists, one after the other, as one parameter that is a `double precision[]`; where `nanIsNull`, NaN is null in it. */
export function doublesParameter(
  lists: readonly Float64Array[],
  { nanIsNull = false } = {},
): Buffer {
  const length = lists.reduce((sum, list) => sum + list.length, 0)
  const { bytes, view } = begin(FLOAT8, length, 8)
  let at = HEADER_BYTES
  for (const list of lists) {
    for (const value of list) {
      if (nanIsNull && Number.isNaN(value)) {
        view.setInt32(at, NULL_LENGTH)
        at += LENGTH_BYTES
      } else {
        view.setInt32(at, 8)
        view.setFloat64(at + LENGTH_BYTES, value)
        at += LENGTH_BYTES + 8
      }
    }
  }
  return bytes.subarray(0, at)
}

/** An `integer[]` as a parameter of a statement; where `zeroIsNull`, 0 is null in it. */
export function integersParameter(values: Int32Array, { zeroIsNull = false } = {}): Buffer {
  const { bytes, view } = begin(INT4, values.length, 4)
  let at = HEADER_BYTES
  for (const value of values) {
    if (zeroIsNull && value === 0) {
      view.setInt32(at, NULL_LENGTH)
      at += LENGTH_BYTES
      continue
    }
    view.setInt32(at, 4)
    view.setInt32(at + LENGTH_BYTES, value)
    at += LENGTH_BYTES + 4
  }
  return bytes.subarray(0, at)
}

/** Numbers as a parameter that is text: for few of them, and for times, which are `bigint`. pg would quote each. */
export function arrayOf(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`
}

/** What `array_send` says of a `double precision[]` without nulls. */
export function doublesOf(sent: Buffer): Float64Array {
  const view = new DataView(sent.buffer, sent.byteOffset, sent.length)
  const values = new Float64Array(countIn(view, 8))
  for (let index = 0; index < values.length; index += 1) {
    values[index] = view.getFloat64(doubleAt(index))
  }
  return values
}

/** What `array_send` says of an `integer[]` without nulls. */
export function integersOf(sent: Buffer): Int32Array {
  const view = new DataView(sent.buffer, sent.byteOffset, sent.length)
  const values = new Int32Array(countIn(view, 4))
  for (let index = 0; index < values.length; index += 1) {
    values[index] = view.getInt32(HEADER_BYTES + index * (LENGTH_BYTES + 4) + LENGTH_BYTES)
  }
  return values
}

/** Where in what `array_send` says of a `double precision[]` without nulls an element is. */
export function doubleAt(position: number): number {
  return HEADER_BYTES + position * (LENGTH_BYTES + 8) + LENGTH_BYTES
}

function begin(type: number, length: number, size: number): { bytes: Buffer; view: DataView } {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + length * (LENGTH_BYTES + size))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  view.setInt32(0, 1)
  view.setInt32(4, 0)
  view.setInt32(8, type)
  view.setInt32(12, length)
  view.setInt32(16, 1)
  return { bytes, view }
}

/** An array of nothing has no dimension, and ends there. Throws when elements are null or of another size. */
function countIn(view: DataView, size: number): number {
  if (view.getInt32(0) === 0) return 0
  const count = view.getInt32(12)
  if (view.byteLength !== HEADER_BYTES + count * (LENGTH_BYTES + size))
    throw new Error(`array_send: ${view.byteLength} bytes are not ${count} elements of ${size}`)
  return count
}
