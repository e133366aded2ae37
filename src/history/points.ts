/** Values of a series in a quarter of a day, ascending: when they were read, in ms since its begin, and what they were. */
export interface Points {
  offsets: Int32Array
  values: Float64Array
}

/** A value of a series. */
export interface SeriesValue {
  id: number
  atMs: number
  value: number
}

/** The values of a quarter of a day by series, in any order; of a series and time the first. */
export function pointsOf(rows: readonly SeriesValue[], beginsAtMs: number): Map<number, Points> {
  const bySeries = new Map<number, Map<number, number>>()
  for (const { id, atMs, value } of rows) {
    const values = bySeries.get(id) ?? new Map<number, number>()
    bySeries.set(id, values)
    const offset = atMs - beginsAtMs
    if (!values.has(offset)) values.set(offset, value)
  }
  return new Map(
    [...bySeries].map(([id, values]) => {
      const offsets = Int32Array.from(values.keys()).sort()
      return [id, { offsets, values: Float64Array.from(offsets, (at) => values.get(at) ?? NaN) }]
    }),
  )
}

/** Both together; where both have a value that of the first. What is there already stays as it is, the same object. */
export function merged(there: Points | undefined, added: Points): Points {
  if (there === undefined) return added
  const length = there.offsets.length + added.offsets.length
  const [offsets, values] = [new Int32Array(length), new Float64Array(length)]
  let [one, other, count] = [0, 0, 0]
  while (one < there.offsets.length || other < added.offsets.length) {
    const [at, addedAt] = [there.offsets[one] ?? Infinity, added.offsets[other] ?? Infinity]
    const first = at <= addedAt
    offsets[count] = first ? at : addedAt
    values[count] = (first ? there.values[one] : added.values[other]) ?? NaN
    count += 1
    if (first) one += 1
    if (addedAt <= at) other += 1
  }
  if (count === there.offsets.length) return there
  return { offsets: offsets.subarray(0, count), values: values.subarray(0, count) }
}

/** Lists of times that are the same are one. */
export class SharedOffsets {
  readonly #byText = new Map<string, number>()
  readonly #positions = new Map<Int32Array, number>()
  /** Those that differ. */
  readonly lists: Int32Array[] = []

  /** Where the list is among those that differ. */
  positionOf(offsets: Int32Array): number {
    // Those that were read together are most often the same object.
    const known = this.#positions.get(offsets)
    if (known !== undefined) return known
    const text = Buffer.from(offsets.buffer, offsets.byteOffset, offsets.byteLength).toString(
      'latin1',
    )
    const position = this.#byText.get(text) ?? this.lists.push(offsets) - 1
    this.#byText.set(text, position)
    this.#positions.set(offsets, position)
    return position
  }
}
