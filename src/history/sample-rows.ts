import type { Beat } from './store.ts'

// The binary format of COPY (PostgreSQL, sql-copy, "Binary Format"): a signature with flags and the length of an
// extension, which are 0; a row is the number of its fields, and each is its length in bytes and itself, big-endian.
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const ROW_BYTES = 2 + (4 + 8) + (4 + 4) + (4 + 8)
const TRAILER_BYTES = 2
const NO_MORE = -1

/**
 * The values of a beat as COPY reads them into `at_ms`, `series_id`, `value`: in this order, so that they come at the
 * end of the index; the first of those that are of one series and time.
 */
export function binaryRows({ seriesIds, timesMs, values }: Omit<Beat, 'atMs'>): Buffer {
  const order = ascending(seriesIds, timesMs)
  const bytes = Buffer.allocUnsafe(SIGNATURE.length + order.length * ROW_BYTES + TRAILER_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = SIGNATURE.copy(bytes)
  for (const index of order) {
    const time = timesMs[index] ?? 0
    view.setInt16(at, 3)
    view.setInt32(at + 2, 8)
    view.setInt32(at + 6, Math.floor(time / 2 ** 32))
    view.setInt32(at + 10, time % 2 ** 32)
    view.setInt32(at + 14, 4)
    view.setInt32(at + 18, seriesIds[index] ?? 0)
    view.setInt32(at + 22, 8)
    view.setFloat64(at + 26, values[index] ?? 0)
    at += ROW_BYTES
  }
  view.setInt16(at, NO_MORE)
  return bytes
}

/** Where they stand, by time and series, each once. */
function ascending(seriesIds: readonly number[], timesMs: readonly number[]): number[] {
  const compare = (one: number, other: number) =>
    (timesMs[one] ?? 0) - (timesMs[other] ?? 0) || (seriesIds[one] ?? 0) - (seriesIds[other] ?? 0)
  const order = Array.from(seriesIds.keys())
  // Most often they are: series got their numbers in the order in which they are read.
  if (order.every((index) => index === 0 || compare(index - 1, index) < 0)) return order
  order.sort(compare)
  return order.filter((index, place) => place === 0 || compare(order[place - 1] ?? 0, index) !== 0)
}
