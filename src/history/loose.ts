import { arrayOf, doubleAt } from '../db/binary-arrays.ts'
import { fieldsOf } from '../db/binary-rows.ts'
import type { Queryable, Transaction } from '../db/database.ts'
import { BLOCK_SERIES, numberOf, OLDEST_LOOSE } from './blocks.ts'
import { merged, pointsOf, type Points, type SeriesValue } from './points.ts'
import { CHUNK_MS } from './rollups.ts'

/** Times of a block, and values one by one, that are taken at a time, so that it takes neither long nor much memory. */
const TIMES_AT_A_TIME = 4_000
const ODD_AT_A_TIME = 200_000

/** When the oldest value that is not packed was read; null when there is none. */
export async function oldestLoose(database: Queryable): Promise<number | null> {
  const [row] = await database.query<{ at_ms: number | null }>(`select ${OLDEST_LOOSE} as at_ms`)
  return row?.at_ms ?? null
}

/** The blocks that have loose values in a quarter of a day, in their order. */
export async function blocksIn(database: Queryable, beginsAtMs: number): Promise<number[]> {
  const rows = await database.query<{ block: number }>(
    `select block from metric_blocks where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS}
     union
     select series_id / ${BLOCK_SERIES} from metric_samples
     where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS}
     order by block`,
    [beginsAtMs],
  )
  return rows.map(({ block }) => block)
}

/** Deletes what is loose of a block in a quarter of a day, the oldest if it is too much, and resolves with it by series. */
export async function takeLoose(
  transaction: Transaction,
  beginsAtMs: number,
  block: number,
): Promise<Map<number, Points>> {
  const points = new Map<number, Points>()
  const add = (id: number, added: Points) => points.set(id, merged(points.get(id), added))
  for (const rows of await takeBlocks(transaction, beginsAtMs, block)) {
    for (const [id, added] of columnsOf(rows)) add(id, added)
  }
  const odd = await takeOdd(transaction, beginsAtMs, block)
  for (const [id, added] of pointsOf(odd, beginsAtMs)) add(id, added)
  return points
}

/** Of values those that are loose already, by their positions. */
export async function looseAmong(
  transaction: Queryable,
  values: readonly SeriesValue[],
): Promise<ReadonlySet<number>> {
  const rows = await transaction.query<{ position: number }>(
    `select position - 1 as position
     from unnest($1::integer[], $2::bigint[]) with ordinality as given (series_id, at_ms, position)
     where exists (
       select from metric_samples as odd
       where odd.at_ms = given.at_ms and odd.series_id = given.series_id
     ) or exists (
       select from metric_blocks as block
       where block.block = given.series_id / ${BLOCK_SERIES} and block.at_ms = given.at_ms
         and ${numberOf('given.series_id')} <> 'NaN'
     )`,
    [arrayOf(values.map(({ id }) => id)), arrayOf(values.map(({ atMs }) => atMs))],
  )
  return new Set(rows.map(({ position }) => position))
}

/** Rows of metric_blocks that are of the same series, ascending by time. */
interface BlockRows {
  firstId: number
  /** How many series. */
  length: number
  /** When they were read, in ms since the begin of the quarter of a day. */
  offsets: number[]
  /** What was copied, and where in it their numbers begin. */
  copied: DataView[]
  numbersAt: number[]
}

async function takeBlocks(
  transaction: Transaction,
  beginsAtMs: number,
  block: number,
): Promise<BlockRows[]> {
  const [sinceMs, untilMs] = [Math.trunc(beginsAtMs), Math.trunc(beginsAtMs + CHUNK_MS)]
  const those = `block = ${Math.trunc(block)} and at_ms >= ${sinceMs} and at_ms < ${untilMs}`
  const parts: Buffer[] = []
  await transaction.copyOut(
    `copy (
       with taken as (
         delete from metric_blocks
         where ${those} and at_ms < coalesce((
           select at_ms from metric_blocks where ${those} order by at_ms offset ${TIMES_AT_A_TIME} limit 1
         ), ${untilMs})
         returning (at_ms - ${sinceMs})::integer as offset_ms, first_id, cardinality(numbers), numbers
       )
       select * from taken order by offset_ms
     ) to stdout (format binary)`,
    (bytes) => Promise.resolve(void parts.push(bytes)),
  )
  const groups = new Map<string, BlockRows>()
  for (const [index, part] of parts.entries()) {
    const view = new DataView(part.buffer, part.byteOffset, part.length)
    const rows = fieldsOf(part, { isFirst: index === 0 })
    for (const [offsetAt = 0, firstIdAt = 0, lengthAt = 0, numbersAt = 0] of rows) {
      const [firstId, length] = [view.getInt32(firstIdAt), view.getInt32(lengthAt)]
      const key = `${firstId} ${length}`
      const group = groups.get(key) ?? { firstId, length, offsets: [], copied: [], numbersAt: [] }
      groups.set(key, group)
      group.offsets.push(view.getInt32(offsetAt))
      group.copied.push(view)
      group.numbersAt.push(numbersAt)
    }
  }
  return [...groups.values()]
}

async function takeOdd(
  transaction: Queryable,
  beginsAtMs: number,
  block: number,
): Promise<SeriesValue[]> {
  const those = `at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS} and series_id / ${BLOCK_SERIES} = $2`
  return transaction.query<{ id: number; atMs: number; value: number }>(
    `delete from metric_samples
     where ${those} and at_ms < coalesce((
       select at_ms from metric_samples where ${those} order by at_ms offset ${ODD_AT_A_TIME} limit 1
     ), $1::bigint + ${CHUNK_MS})
     returning series_id as id, at_ms as "atMs", value`,
    [beginsAtMs, block],
  )
}

/** Rows as series. */
function* columnsOf(rows: BlockRows): Iterable<[id: number, points: Points]> {
  const every = Int32Array.from(rows.offsets)
  const columns = new Float64Array(rows.length * every.length)
  for (const [row, view] of rows.copied.entries()) {
    const numbersAt = rows.numbersAt[row] ?? 0
    for (let column = 0; column < rows.length; column += 1) {
      columns[column * every.length + row] = view.getFloat64(numbersAt + doubleAt(column))
    }
  }
  for (let column = 0; column < rows.length; column += 1) {
    const values = columns.subarray(column * every.length, (column + 1) * every.length)
    const id = rows.firstId + column
    // Series that were all read at all times share them.
    if (!values.includes(NaN)) yield [id, { offsets: every, values }]
    else if (values.some((value) => !Number.isNaN(value))) {
      yield [
        id,
        {
          offsets: every.filter((_, row) => !Number.isNaN(values[row])),
          values: values.filter((value) => !Number.isNaN(value)),
        },
      ]
    }
  }
}
