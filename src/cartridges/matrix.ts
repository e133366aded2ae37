import { outcomeOf, type CartridgeLoad, type LoadLimits } from './load.ts'

/** What became of one cartridge in one drive. */
export interface MatrixCell {
  drive: string
  /** See cartridgeKeys. */
  cartridge: string
  /** For people: the barcode, else the serial number. */
  cartridgeName: string
  volumeTag: string | null
  library: string | null
  virtual: boolean
  loads: number
  /** Loads with errors, and loads that went well; of the others nobody can tell. */
  badLoads: number
  goodLoads: number
  firstBadAt: Date | null
  lastBadAt: Date | null
  lastGoodAt: Date | null
  writtenBytes: number
  readBytes: number
  unrecoveredWriteErrors: number
  unrecoveredReadErrors: number
  tapeAlerts: readonly number[]
}

type Identified = Pick<CartridgeLoad, 'serial' | 'volumeTag' | 'library'>

/**
 * What tells the cartridges of these loads apart: the serial number of the medium. A load that knows only
 * the barcode is of the cartridge that had it in the same library, if that was one only; two libraries can have
 * the same barcode. Null where nothing tells.
 */
export function cartridgeKeys(loads: readonly Identified[]): (load: Identified) => string | null {
  const serials = new Map<string, Set<string>>()
  for (const { serial, volumeTag, library } of loads) {
    if (serial === null || volumeTag === null) continue
    const label = labelOf(library, volumeTag)
    serials.set(label, (serials.get(label) ?? new Set()).add(serial))
  }
  return ({ serial, volumeTag, library }) => {
    if (serial !== null) return serial
    if (volumeTag === null) return null
    const label = labelOf(library, volumeTag)
    const [only, ...others] = serials.get(label) ?? []
    return only !== undefined && others.length === 0 ? only : label
  }
}

/** The loads of each cartridge in each drive, taken together. */
export function matrixOf(loads: readonly CartridgeLoad[], limits: LoadLimits): MatrixCell[] {
  const keyOf = cartridgeKeys(loads)
  const cells = new Map<string, MatrixCell>()
  for (const load of loads) {
    const cartridge = keyOf(load)
    if (cartridge === null) continue
    const key = JSON.stringify([load.drive, cartridge])
    cells.set(key, withLoad(cells.get(key) ?? emptyCell(load, cartridge), load, limits))
  }
  return [...cells.values()].sort(
    (one, other) =>
      compare(one.cartridgeName, other.cartridgeName) || compare(one.drive, other.drive),
  )
}

function emptyCell(load: CartridgeLoad, cartridge: string): MatrixCell {
  return {
    drive: load.drive,
    cartridge,
    cartridgeName: load.volumeTag ?? cartridge,
    volumeTag: load.volumeTag,
    library: load.library,
    virtual: load.virtual,
    loads: 0,
    badLoads: 0,
    goodLoads: 0,
    firstBadAt: null,
    lastBadAt: null,
    lastGoodAt: null,
    writtenBytes: 0,
    readBytes: 0,
    unrecoveredWriteErrors: 0,
    unrecoveredReadErrors: 0,
    tapeAlerts: [],
  }
}

function withLoad(cell: MatrixCell, load: CartridgeLoad, limits: LoadLimits): MatrixCell {
  const { work, loadedAt, tapeAlerts } = load
  const outcome = outcomeOf(load, limits)
  const bad = outcome === 'bad'
  return {
    ...cell,
    volumeTag: cell.volumeTag ?? load.volumeTag,
    cartridgeName: cell.volumeTag ?? load.volumeTag ?? cell.cartridge,
    loads: cell.loads + 1,
    badLoads: cell.badLoads + (bad ? 1 : 0),
    goodLoads: cell.goodLoads + (outcome === 'good' ? 1 : 0),
    firstBadAt: bad ? earlier(cell.firstBadAt, loadedAt) : cell.firstBadAt,
    lastBadAt: bad ? later(cell.lastBadAt, loadedAt) : cell.lastBadAt,
    lastGoodAt: outcome === 'good' ? later(cell.lastGoodAt, loadedAt) : cell.lastGoodAt,
    writtenBytes: cell.writtenBytes + (work.writtenBytes ?? 0),
    readBytes: cell.readBytes + (work.readBytes ?? 0),
    unrecoveredWriteErrors: cell.unrecoveredWriteErrors + (work.unrecoveredWriteErrors ?? 0),
    unrecoveredReadErrors: cell.unrecoveredReadErrors + (work.unrecoveredReadErrors ?? 0),
    tapeAlerts: [...new Set([...cell.tapeAlerts, ...tapeAlerts])].sort((a, b) => a - b),
  }
}

function labelOf(library: string | null, volumeTag: string): string {
  return `${library ?? ''}/${volumeTag}`
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other
}

function later(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
