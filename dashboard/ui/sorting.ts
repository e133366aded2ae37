/** What rows can be sorted by. */
export interface Sortable<Row> {
  id: string
  /** Unknown ones are last either way. */
  sortBy?: (row: Row) => string | number | null
}

/** By which column, and which way. */
export interface Sorting {
  column: string
  descending: boolean
}

/** Sorts rows by a column; what is unknown is last either way. */
export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const by = columns.find(({ id }) => id === sorting?.column)?.sortBy
  if (sorting === null || by === undefined) return rows
  const turn = sorting.descending ? -1 : 1
  return [...rows].sort((one, other) => {
    const [a, b] = [by(one), by(other)]
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
    if (typeof a === 'number' && typeof b === 'number') return (a - b) * turn
    return String(a).localeCompare(String(b), 'en', { numeric: true }) * turn
  })
}
