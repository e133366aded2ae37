import { memo } from './memo.ts'
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { keyOf, type Element, type Shade } from '../../tape/elements.ts'
import {
  columnsIn,
  MARGIN_ROWS,
  rowsSeen,
  scrolledTo,
  stepFrom,
  type CellSize,
} from '../../tape/grid-layout.ts'
import { words } from '../../words/index.ts'
import { signs } from './shade-signs.ts'

/** Sizes of cells, with and without room for a barcode. */
export const sizes = {
  large: { width: 104, height: 38, gap: 4 },
  small: { width: 15, height: 15, gap: 2 },
} as const satisfies Record<string, CellSize>

interface SlotGridProps {
  label: string
  elements: readonly Element[]
  size: keyof typeof sizes
  shadeOf: (element: Element) => Shade
  /** Keys of elements that are searched for. */
  matched: ReadonlySet<string>
  searching: boolean
  selected: Element | null
  onSelect: (element: Element | null) => void
}

/** More rows than fit in this are scrolled through. */
const MOST_PX = 620

/**
 * The elements of a library as cells. Only what is seen is drawn, so that tens of thousands are no more than
 * a few; the keyboard goes through all of them.
 */
export function SlotGrid(props: SlotGridProps) {
  const { label, elements, size, matched, selected, onSelect } = props
  const cell = sizes[size]
  const frame = useRef<HTMLDivElement>(null)
  const id = useId()
  const width = useWidth(frame)
  const [scrolled, setScrolled] = useState(0)
  const [active, setActive] = useState(0)
  const columns = columnsIn(width, cell)
  const rows = Math.ceil(elements.length / columns)
  const pitch = cell.height + cell.gap
  const height = Math.min(MOST_PX, rows * pitch)
  const { from, to } = rowsSeen(scrolled, height, rows, cell)
  const pool = rowsSeen(0, height, Infinity, cell).to + MARGIN_ROWS + 1
  const goTo = (index: number) => {
    setActive(index)
    const box = frame.current
    if (box) box.scrollTop = scrolledTo(Math.floor(index / columns), box.scrollTop, height, cell)
  }
  const first = [...matched][0]
  useEffect(() => {
    const wanted = selected === null ? first : keyOf(selected)
    const index = elements.findIndex((element) => keyOf(element) === wanted)
    if (index < 0) return
    goTo(index)
    // What is searched for is not run after while one types; what was chosen is brought into sight.
    if (selected === null) return
    const timer = requestAnimationFrame(() => {
      document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: 'nearest' })
    })
    return () => {
      cancelAnimationFrame(timer)
    }
  }, [selected && keyOf(selected), first, columns])
  const row = Math.floor(active / columns)
  return (
    <div
      ref={frame}
      class={classes({ [size]: true, scrolls: rows * pitch > height, searching: props.searching })}
      role="grid"
      tabIndex={0}
      aria-label={`${label}. ${words.libraries.drawing.keys}`}
      aria-rowcount={rows}
      aria-colcount={columns}
      {...(row >= from && row < to && { 'aria-activedescendant': `${id}-${active}` })}
      style={{
        height: `${height}px`,
        '--cell-width': `${size === 'small' ? cell.width : widthOf(columns, width, cell.gap)}px`,
      }}
      onScroll={({ currentTarget }) => {
        setScrolled(currentTarget.scrollTop)
      }}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.altKey || event.metaKey) return
        const page = Math.max(1, Math.floor(height / pitch))
        const next = stepFrom(active, event.key, { columns, cells: elements.length, page })
        const here = elements[active]
        if (next !== null) goTo(next)
        else if ((event.key === 'Enter' || event.key === ' ') && here) onSelect(here)
        else if (event.key === 'Escape' && selected !== null) onSelect(null)
        else return
        event.preventDefault()
      }}
      onClick={({ target }) => {
        const index = indexOf(target)
        const element = index === null ? undefined : elements[index]
        if (index === null || element === undefined) return
        setActive(index)
        onSelect(element)
      }}
    >
      <div role="presentation" style={{ height: `${rows * pitch}px` }} class="slot-rows">
        {Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index).map((line) => (
          <Row
            // Nodes that go out at one end come in again at the other.
            key={line % pool}
            line={line}
            id={id}
            top={line * pitch}
            elements={elements}
            columns={columns}
            size={size}
            shadeOf={props.shadeOf}
            matched={matched}
            active={row === line ? active : -1}
            selected={selected !== null ? keyOf(selected) : ''}
          />
        ))}
      </div>
    </div>
  )
}

/** Cells fill the width that there is. */
function widthOf(columns: number, width: number, gap: number): number {
  return Math.max(0, Math.floor((width - (columns - 1) * gap) / columns))
}

function classes(given: Readonly<Record<string, boolean>>): string {
  const set = Object.entries(given).flatMap(([name, is]) => (is ? [name] : []))
  return ['slot-grid', ...set].join(' ')
}

interface RowProps {
  line: number
  id: string
  top: number
  elements: readonly Element[]
  columns: number
  size: keyof typeof sizes
  shadeOf: (element: Element) => Shade
  matched: ReadonlySet<string>
  /** Index of the cell that the keyboard is at; -1 where it is in another row. */
  active: number
  /** Its key; empty where none is. */
  selected: string
}

/** Drawn again only when something of it is another: scrolling moves rows, and does not change them. */
const Row = memo(function Row(props: RowProps) {
  const { line, id, top, elements, columns, size, shadeOf, matched, active, selected } = props
  const first = line * columns
  const { height, gap } = sizes[size]
  const own = elements.slice(first, first + columns)
  return (
    <div
      role="row"
      aria-rowindex={line + 1}
      class="slot-row"
      style={{
        transform: `translateY(${top}px)`,
        gap: `${gap}px`,
        height: `${height}px`,
      }}
    >
      {own.map((element, index) => {
        const key = keyOf(element)
        const shade = shadeOf(element)
        const states = [
          matched.has(key) && 'matched',
          first + index === active && 'active',
          key === selected && 'selected',
        ]
        return (
          <div
            key={index}
            id={`${id}-${first + index}`}
            role="gridcell"
            aria-colindex={index + 1}
            aria-selected={key === selected}
            aria-label={spoken(element, shade)}
            title={size === 'small' ? spoken(element, shade) : undefined}
            data-index={first + index}
            data-sign={signs[shade]}
            class={['slot', `shade-${shade}`, ...states].filter(Boolean).join(' ')}
          >
            {size === 'large' && <Large element={element} />}
          </div>
        )
      })}
    </div>
  )
})

function Large({ element }: { element: Element }) {
  const { number, volume_tag: tag, full } = element
  return (
    <>
      <small>{number}</small> <span>{tag ?? (full && <i aria-hidden="true">—</i>)}</span>
    </>
  )
}

/** An element in words: its place, what is in it, and how it is. It begins with what stands in its cell. */
export function spoken(element: Element, shade: Shade): string {
  const { type, number, volume_tag: tag } = element
  const name = [words.tape.elements[type](number), tag].filter((part) => part !== null).join(' ')
  return `${name}, ${words.libraries.shades[shade]}`
}

function indexOf(target: EventTarget | null): number | null {
  const cell = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-index]') : null
  return cell === null ? null : Number(cell.dataset.index)
}

/** The width that there is for cells; that of a page until it is known. */
function useWidth(frame: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(1000)
  const observer = useMemo(
    () =>
      new ResizeObserver(([entry]) => {
        if (entry) setWidth(entry.contentRect.width)
      }),
    [],
  )
  useLayoutEffect(() => {
    if (frame.current === null) return
    setWidth(frame.current.clientWidth)
    observer.observe(frame.current)
    return () => {
      observer.disconnect()
    }
  }, [])
  return width
}
