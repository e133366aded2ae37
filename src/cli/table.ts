import { printable } from '../printable.ts'
import { cut, widthOf } from './printable.ts'
import { textOf, type Span, type Terminal } from './terminal.ts'

/** A column of a table. */
export interface Column {
  title: string
  /** Never cut: it is there to be copied. */
  whole?: boolean
  /** Numbers stand at the right. */
  right?: boolean
}

const GAP = 2
/** Less of a column says nothing. */
const NARROWEST = 8

/** Prints rows in columns, cut to the width of the terminal; nothing when there are none. */
export function printTable(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly Span[])[],
): void {
  if (rows.length === 0) return
  const titles = columns.map(({ title }): Span => ({ text: title, style: 'strong' }))
  const lines = [titles, ...rows]
  const widths = fitted(
    columns,
    columns.map((_, index) => Math.max(...lines.map((line) => widthOfSpan(line[index] ?? '')))),
    terminal.width,
  )
  for (const line of lines) {
    terminal.line(...columns.flatMap((column, index) => cell(line[index] ?? '', column, index)))
  }

  function cell(span: Span, { right = false }: Column, index: number): Span[] {
    const width = widths[index] ?? 0
    const text = cut(printable(textOf(span)), width)
    const blanks = ' '.repeat(width - widthOf(text))
    const styled = typeof span === 'string' ? text : { ...span, text }
    const last = index === columns.length - 1
    if (last && text === '') return []
    const gap = index === 0 ? '' : ' '.repeat(GAP)
    return right ? [gap, blanks, styled] : [gap, styled, last ? '' : blanks]
  }
}

/** Prints what belongs to one thing, a line each. */
export function printFacts(terminal: Terminal, facts: readonly (readonly [string, Span])[]): void {
  const width = Math.max(...facts.map(([name]) => widthOf(name)))
  for (const [name, value] of facts) terminal.line(`${name.padEnd(width)}  `, value)
}

/** Takes away from the widest columns until the line fits, or nothing more can be taken. */
function fitted(
  columns: readonly Column[],
  wanted: readonly number[],
  terminalWidth: number | null,
): number[] {
  const widths = [...wanted]
  if (terminalWidth === null) return widths
  const room = terminalWidth - GAP * (columns.length - 1)
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, 0) - room
    const [widest] = columns
      .map(({ whole = false }, index) => ({ index, whole, width: widths[index] ?? 0 }))
      .filter(({ whole, width }) => !whole && width > NARROWEST)
      .sort((one, other) => other.width - one.width)
    if (excess <= 0 || widest === undefined) return widths
    widths[widest.index] = widest.width - 1
  }
}

function widthOfSpan(span: Span): number {
  return widthOf(printable(textOf(span)))
}
