import { words } from '../words/index.ts'
import type { Sorting } from './sorting.ts'
import type { Column, Selection, TableProps } from './table.tsx'

interface LineProps<Row> {
  row: Row
  /** From 0, of all rows. */
  index: number
  /** The keyboard is at it. */
  current: boolean
  table: TableProps<Row>
}

/** A line of a table. */
export function Line<Row>({ row, index, current, table }: LineProps<Row>) {
  const { columns, idOf, linkOf, classOf, selection } = table
  const id = idOf(row)
  const chosen = selection?.selected.has(id) === true
  return (
    <tr
      class={[classOf?.(row), current && 'current'].filter(Boolean).join(' ')}
      aria-rowindex={index + 2}
      {...(selection && { 'aria-selected': chosen })}
    >
      {selection && (
        <td class="select">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={chosen}
            aria-label={words.common.table.select(selection.nameOf(id))}
            onChange={() => {
              selection.onSelect(toggled(selection.selected, id))
            }}
          />
        </td>
      )}
      {columns.map(({ id: column, title, cell, numeric, named, wide }, place) => (
        <td key={column} class={classes({ numeric, named, wide })} data-title={title}>
          {place === 0 && linkOf ? <a href={linkOf(row)}>{cell(row)}</a> : cell(row)}
        </td>
      ))}
    </tr>
  )
}

/** The head of a column, which sorts by it. */
export function Heading<Row>(props: {
  column: Column<Row>
  sorting: Sorting | null
  onSort: (sorting: Sorting) => void
}) {
  const { column, sorting, onSort } = props
  const { id, title, sortBy, numeric, wide } = column
  const active = sorting?.column === id
  const direction = active ? (sorting.descending ? 'descending' : 'ascending') : 'none'
  return (
    <th scope="col" class={classes({ numeric, wide })} aria-sort={sortBy && direction}>
      {sortBy === undefined ? (
        title
      ) : (
        <button
          type="button"
          class="sort"
          title={words.common.table.sortBy(title)}
          onClick={() => {
            onSort({ column: id, descending: active && !sorting.descending })
          }}
        >
          {title}
          <span aria-hidden="true">{active ? (sorting.descending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      )}
    </th>
  )
}

/** Selects all lines, or none. */
export function SelectAll({ rows, selection }: { rows: readonly string[]; selection: Selection }) {
  const { selected, onSelect } = selection
  const all = rows.every((id) => selected.has(id))
  return (
    <th scope="col" class="select">
      <input
        type="checkbox"
        checked={all}
        aria-label={words.common.table.selectAll}
        onChange={() => {
          onSelect(all ? new Set() : new Set(rows))
        }}
      />
    </th>
  )
}

function classes(given: Readonly<Record<string, boolean | undefined>>) {
  const names = Object.entries(given).flatMap(([name, set]) => (set === true ? [name] : []))
  return names.length === 0 ? undefined : names.join(' ')
}

/** With the one that was not there, without the one that was. */
export function toggled(selected: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}
