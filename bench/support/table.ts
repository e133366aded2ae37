/** A cell: text stands left, numbers right with three digits that count. */
export type Cell = string | number

/** Prints rows under their heads, each column as wide as it has to be. */
export function printTable(title: string, heads: readonly string[], rows: readonly Cell[][]): void {
  const texts = [heads, ...rows].map((row) => row.map(textOf))
  const widths = heads.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)))
  const lines = texts.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0
        return typeof rows[0]?.[column] === 'string' ? text.padEnd(width) : text.padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 2, -2))
  process.stdout.write(`\n${title}\n${[lines[0], rule, ...lines.slice(1)].join('\n')}\n`)
}

/** `1.37 x`: how many times as much as the peer of the same run. */
export function ratio(ours: number, peer: number): string {
  const times = ours / peer
  return `${times >= 10 ? times.toFixed(0) : times.toPrecision(2)} x`
}

/** `<= 0.20 x: met`: whether the ratio is within its goal. */
export function goal(ours: number, peer: number, atMost: number): string {
  return `<= ${atMost} x: ${ours / peer <= atMost ? 'met' : 'not met'}`
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return cell
  return cell >= 100 ? cell.toFixed(0) : cell.toPrecision(3)
}
