import type { ComponentChildren } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { go } from '../shell/router.ts'
import { words } from '../words/index.ts'
import { sorted, type Sortable, type Sorting } from './sorting.ts'
import { Blank } from './states.tsx'
import { Heading, Line, SelectAll, toggled } from './table-parts.tsx'

/** A column: what stands in it, and what it is sorted by. */
export interface Column<Row> extends Sortable<Row> {
  title: string
  cell: (row: Row) => ComponentChildren
  /** Numbers stand to the right. */
  numeric?: boolean
  /** Where rows stack its title stands before it: without it one would not know what it is. Numbers have that anyway. */
  named?: boolean
  /** Not shown where there is little room. */
  wide?: boolean
}

/** What was selected, and how to change that. */
export interface Selection {
  selected: ReadonlySet<string>
  onSelect: (selected: ReadonlySet<string>) => void
  nameOf: (id: string) => string
}

/** What a table is given. */
export interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  idOf: (row: Row) => string
  /** Where a row leads. */
  linkOf?: (row: Row) => string
  /** A class for the row, e.g. of its severity. */
  classOf?: (row: Row) => string
  selection?: Selection
  /** Stands where there are no rows. */
  empty?: ComponentChildren
}

/** More rows than these are drawn only where they are seen. */
const FEW = 150
/** Height of a row in a table of many, in pixels; style/tables.css has it too. */
const ROW_PX = 38
/** Drawn above and below what is seen. */
const MARGIN_ROWS = 12
const SEEN_PX = 640
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }

/**
 * A table that can be sorted, gone through by keyboard (arrows, j and k; Enter opens, x selects), and that
 * holds thousands of rows.
 */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, idOf, selection, empty } = props
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const inOrder = useMemo(() => sorted(rows, columns, sorting), [rows, columns, sorting])
  const [top, setTop] = useState(0)
  const [current, setCurrent] = useState<string | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  if (rows.length === 0) {
    return <>{empty ?? <Blank icon="empty" title={words.common.table.nothing} />}</>
  }
  const many = inOrder.length > FEW
  const first = many ? Math.max(0, Math.floor(top / ROW_PX) - MARGIN_ROWS) : 0
  const last = many
    ? Math.min(inOrder.length, Math.ceil((top + SEEN_PX) / ROW_PX) + MARGIN_ROWS)
    : inOrder.length
  const width = columns.length + (selection ? 1 : 0)
  return (
    <div
      ref={frame}
      class={many ? 'table-frame many' : 'table-frame'}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={({ currentTarget }) => {
        if (many) setTop(currentTarget.scrollTop)
      }}
      onKeyDown={(event) => {
        const step = STEPS[event.key]
        if (step !== undefined) {
          event.preventDefault()
          const at = inOrder.findIndex((row) => idOf(row) === current)
          const next = Math.min(inOrder.length - 1, Math.max(0, at + step))
          setCurrent(idOf(inOrder[next] as Row))
          if (frame.current) bring(frame.current, next, many)
        } else if (current !== null) {
          act(event, current, props)
        }
      }}
    >
      <table aria-rowcount={inOrder.length + 1}>
        <thead>
          <tr>
            {selection && <SelectAll rows={inOrder.map(idOf)} selection={selection} />}
            {columns.map((column) => (
              <Heading key={column.id} column={column} sorting={sorting} onSort={setSorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} width={width} />
          {inOrder.slice(first, last).map((row, index) => (
            <Line
              key={idOf(row)}
              row={row}
              index={first + index}
              current={idOf(row) === current}
              table={props}
            />
          ))}
          <Gap rows={inOrder.length - last} width={width} />
        </tbody>
      </table>
    </div>
  )
}

function Gap({ rows, width }: { rows: number; width: number }) {
  if (rows <= 0) return null
  return (
    <tr aria-hidden="true" class="gap">
      <td colSpan={width} style={{ height: `${rows * ROW_PX}px` }} />
    </tr>
  )
}

/** Scrolls to a line. In a table of many it may not be drawn yet. */
function bring(frame: HTMLElement, line: number, many: boolean): void {
  if (many) {
    const [from, to] = [line * ROW_PX, (line + 2) * ROW_PX]
    if (from < frame.scrollTop) frame.scrollTop = from
    else if (to > frame.scrollTop + frame.clientHeight) frame.scrollTop = to - frame.clientHeight
  } else {
    frame.querySelector(`[aria-rowindex="${line + 2}"]`)?.scrollIntoView({ block: 'nearest' })
  }
}

/** Does with the line that the keyboard is at what a key says. */
function act<Row>({ key, target }: KeyboardEvent, current: string, table: TableProps<Row>): void {
  const { rows, idOf, linkOf, selection } = table
  const row = rows.find((one) => idOf(one) === current)
  if (row === undefined) return
  if (key === 'x' && selection) selection.onSelect(toggled(selection.selected, current))
  // A link or a button that has the focus opens itself.
  const elsewhere = target instanceof Element && target.closest('a, button') !== null
  if (key === 'Enter' && linkOf && !elsewhere) go(linkOf(row))
}
