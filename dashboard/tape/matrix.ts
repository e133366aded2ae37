import type { Verdict } from '../wire/types.ts'

/** The loads of one cartridge in one drive. */
export type Cell = Verdict['matrix'][number]

/** Cartridges by drives, as a table has it. */
export interface Matrix {
  drives: readonly string[]
  rows: readonly { id: string; name: string; cells: readonly (Cell | null)[] }[]
}

/** Lays cells out: a row a cartridge, a column a drive; those with most bad loads first. */
export function matrixOf(cells: readonly Cell[]): Matrix {
  const drives = inOrder(cells, ({ drive }) => drive)
  const cartridges = inOrder(cells, ({ cartridge }) => cartridge)
  return {
    drives,
    rows: cartridges.map((id) => {
      const own = cells.filter(({ cartridge }) => cartridge === id)
      return {
        id,
        name: own[0]?.cartridge_name ?? id,
        cells: drives.map((drive) => own.find((cell) => cell.drive === drive) ?? null),
      }
    }),
  }
}

function inOrder(cells: readonly Cell[], keyOf: (cell: Cell) => string): string[] {
  const bad = new Map<string, number>()
  for (const cell of cells) {
    const key = keyOf(cell)
    bad.set(key, (bad.get(key) ?? 0) + cell.bad_loads)
  }
  return [...bad]
    .sort(([one, a], [other, b]) => b - a || one.localeCompare(other, 'en', { numeric: true }))
    .map(([key]) => key)
}

/** How the loads of a cell went. */
export function outcomeOf({ bad_loads: bad, good_loads: good }: Cell): 'bad' | 'good' | 'open' {
  if (bad > 0) return 'bad'
  return good > 0 ? 'good' : 'open'
}

/** Of more partners nobody wants to see the loads. */
const MOST_PARTNERS = 8

/** With whom the one judged had errors, by their ids in the interface. */
export function partnersOf({ about, matrix }: Pick<Verdict, 'about' | 'matrix'>): string[] {
  return matrix
    .filter(({ bad_loads: bad }) => bad > 0)
    .map(({ drive, cartridge_name: name }) => (about === 'cartridge' ? drive : name))
    .slice(0, MOST_PARTNERS)
}

/** Cells of several verdicts, each once. */
export function joined(matrices: readonly (readonly Cell[])[]): readonly Cell[] {
  const cells = new Map<string, Cell>()
  for (const cell of matrices.flat()) {
    const key = JSON.stringify([cell.drive, cell.cartridge])
    if (!cells.has(key)) cells.set(key, cell)
  }
  return [...cells.values()]
}
