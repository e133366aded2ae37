/** The size of a cell and the gap after it, in pixels. */
export interface CellSize {
  width: number
  height: number
  gap: number
}

/** How many cells stand side by side; at least one. */
export function columnsIn(widthPx: number, { width, gap }: CellSize): number {
  return Math.max(1, Math.floor((widthPx + gap) / (width + gap)))
}

/** Drawn above and below what is seen. */
export const MARGIN_ROWS = 6

/** Rows that are drawn: those that are seen and some around. */
export function rowsSeen(
  scrolledPx: number,
  heightPx: number,
  rows: number,
  { height, gap }: CellSize,
): { from: number; to: number } {
  const pitch = height + gap
  const from = Math.max(0, Math.floor(scrolledPx / pitch) - MARGIN_ROWS)
  return { from, to: Math.min(rows, Math.ceil((scrolledPx + heightPx) / pitch) + MARGIN_ROWS) }
}

/** Where a key leads from a cell; null when it is none that moves. */
export function stepFrom(
  at: number,
  key: string,
  { columns, cells, page }: { columns: number; cells: number; page: number },
): number | null {
  const to = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: cells - 1,
    PageDown: at + columns * page,
    PageUp: at - columns * page,
  }[key]
  if (to === undefined) return null
  // Up and down stay in their column where there is no row any more.
  if ((key === 'ArrowUp' || key === 'ArrowDown') && (to < 0 || to >= cells)) return at
  return Math.min(cells - 1, Math.max(0, to))
}

/** How far a frame has to be scrolled for a row to be seen whole. */
export function scrolledTo(
  row: number,
  scrolledPx: number,
  heightPx: number,
  { height, gap }: CellSize,
): number {
  const [top, bottom] = [row * (height + gap), (row + 1) * (height + gap)]
  if (top < scrolledPx) return top
  return bottom > scrolledPx + heightPx ? bottom - heightPx : scrolledPx
}
