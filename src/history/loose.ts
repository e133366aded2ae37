import { arrayOf, doubleAt } from '../db/binary-arrays.ts'
import { fieldsOf } from '../db/binary-rows.ts'
import type { Queryable, Transaction } from '../db/database.ts'
import { BLOCK_SERIES, numberOf, OLDEST_LOOSE } from './blocks.ts'
import { merged, pointsOf, type Points, type SeriesValue } from './points.ts'
import { CHUNK_MS } from './rollups.ts'

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

/** Deletes what is loose of a block in a quarter of a day, and resolves with it by series. */
export async function takeLoose(
  transaction: Transaction,
  beginsAtMs: number,
  block: number,
): Promise<Map<number, Points>> {
  const points = new Map<number, Points>()
  const add = (id: number, added: Points) => points.set(id, merged(points.get(id), added))
  const { copied, groups } = await takeBlocks(transaction, beginsAtMs, block)
  for (const rows of groups) for (const [id, added] of columnsOf(copied, rows)) add(id, added)
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
  /** Where their numbers begin in what was copied. */
  numbersAt: number[]
}

async function takeBlocks(
  transaction: Transaction,
  beginsAtMs: number,
  block: number,
): Promise<{ copied: Buffer; groups: BlockRows[] }> {
  const [sinceMs, untilMs] = [Math.trunc(beginsAtMs), Math.trunc(beginsAtMs + CHUNK_MS)]
  const parts: Buffer[] = []
  await transaction.copyOut(
    `copy (
       with taken as (
         delete from metric_blocks
         where block = ${Math.trunc(block)} and at_ms >= ${sinceMs} and at_ms < ${untilMs}
         returning (at_ms - ${sinceMs})::integer as offset_ms, first_id, cardinality(numbers), numbers
       )
       select * from taken order by offset_ms
     ) to stdout (format binary)`,
    (bytes) => Promise.resolve(void parts.push(bytes)),
  )
  const copied = Buffer.concat(parts)
  const groups = new Map<string, BlockRows>()
  for (const [offsetAt = 0, firstIdAt = 0, lengthAt = 0, numbersAt = 0] of fieldsOf(copied)) {
    const [firstId, length] = [copied.readInt32BE(firstIdAt), copied.readInt32BE(lengthAt)]
    const key = `${firstId} ${length}`
    const group = groups.get(key) ?? { firstId, length, offsets: [], numbersAt: [] }
    groups.set(key, group)
    group.offsets.push(copied.readInt32BE(offsetAt))
    group.numbersAt.push(numbersAt)
  }
  return { copied, groups: [...groups.values()] }
}

async function takeOdd(
  transaction: Queryable,
  beginsAtMs: number,
  block: number,
): Promise<SeriesValue[]> {
  return transaction.query<{ id: number; atMs: number; value: number }>(
    `delete from metric_samples
     where at_ms >= $1::bigint and at_ms < $1::bigint + ${CHUNK_MS} and series_id / ${BLOCK_SERIES} = $2
     returning series_id as id, at_ms as "atMs", value`,
    [beginsAtMs, block],
  )
}

/** Rows as series. */
function* columnsOf(copied: Buffer, rows: BlockRows): Iterable<[id: number, points: Points]> {
  const every = Int32Array.from(rows.offsets)
  const view = new DataView(copied.buffer, copied.byteOffset, copied.length)
  for (let column = 0; column < rows.length; column += 1) {
    const values = new Float64Array(every.length)
    const at = doubleAt(column)
    for (let row = 0; row < every.length; row += 1) {
      values[row] = view.getFloat64((rows.numbersAt[row] ?? 0) + at)
    }
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
