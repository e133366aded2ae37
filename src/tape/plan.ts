import type { Element } from '../collectors/changers.ts'
import {
  afterMove,
  assertStillPossible,
  elementAt,
  findCartridge,
  isDrive,
  isReachable,
  MoveNotPossibleError,
  placeName,
  placeOf,
  type Contents,
  type Place,
  type PlannedMove,
} from './library.ts'

/** An element as somebody names it: by the number that mtx gives it, or by its SMC address. */
export type ElementName = number | { readonly address: number }

/** Which cartridge is meant: by its barcode, or by where it is. */
export interface CartridgeName {
  readonly cartridge?: string
  readonly slot?: ElementName
  readonly drive?: ElementName
}

/** Moves, and what of a batch is left to do. */
export interface Batch {
  moves: readonly PlannedMove[]
  /** Barcodes of those for which there is no room now. */
  left: readonly string[]
}

/** A cartridge into a drive. Throws MoveNotPossibleError, as all of these do. */
export function planLoad(contents: Contents, wanted: CartridgeName & { drive: ElementName }) {
  const { drive, ...which } = wanted
  const from = cartridgeElement(contents, which)
  if (isDrive(from)) throw notPossible(contents, `${nameOf(from)} is in ${placeName(from)} already`)
  return checked(contents, [move(from, driveElement(contents, drive))])
}

/** What is in a drive back to where it came from, or to a storage element that is named. */
export function planUnload(
  contents: Contents,
  { to, ...which }: Pick<CartridgeName, 'cartridge' | 'drive'> & { to?: ElementName },
) {
  const from =
    which.drive === undefined
      ? cartridgeElement(contents, which)
      : driveElement(contents, which.drive)
  if (!isDrive(from)) throw notPossible(contents, `${nameOf(from)} is in no drive`)
  const destination = to === undefined ? homeOf(contents, from) : slotElement(contents, to)
  return checked(contents, [move(from, destination)])
}

/** From one storage or import/export element to another. */
export function planTransfer(
  contents: Contents,
  { to, ...which }: Pick<CartridgeName, 'cartridge' | 'slot'> & { to: ElementName },
) {
  const from = cartridgeElement(contents, which)
  if (isDrive(from)) {
    throw notPossible(contents, `${nameOf(from)} is in ${placeName(from)}: it has to be unloaded`)
  }
  return checked(contents, [move(from, slotElement(contents, to))])
}

/** Another cartridge into a drive, that which is in it back first, where the changer has no EXCHANGE MEDIUM. */
export function planExchange(
  contents: Contents,
  wanted: CartridgeName & { drive: ElementName },
): readonly PlannedMove[] {
  const { drive, cartridge } = wantedInDrive(contents, wanted)
  const back = drive.full ? [move(drive, homeOf(contents, drive))] : []
  return checked(contents, [...back, move(cartridge, drive)])
}

/** Which cartridge is to come into which drive. Throws MoveNotPossibleError, also when it is in a drive. */
export function wantedInDrive(
  contents: Contents,
  { drive: name, ...which }: CartridgeName & { drive: ElementName },
): { drive: Element; cartridge: Element } {
  const drive = driveElement(contents, name)
  const cartridge = cartridgeElement(contents, which)
  if (!isDrive(cartridge)) return { drive, cartridge }
  throw notPossible(contents, `${nameOf(cartridge)} is in ${placeName(cartridge)} already`)
}

/** Cartridges into the import/export elements, as many as there is room for. */
export function planExport(contents: Contents, cartridges: readonly string[]): Batch {
  const sources = unique(contents, cartridges).map((tag) => findCartridge(contents, tag))
  const there = sources.find(({ type }) => type === 'import-export')
  if (there !== undefined) {
    throw notPossible(contents, `${nameOf(there)} is in ${placeName(there)} already`)
  }
  const room = ofType(contents, 'import-export')
  if (room.length === 0) throw notPossible(contents, 'has no import/export elements')
  const free = freeOf(contents, 'import-export')
  if (free.length === 0) {
    throw notPossible(contents, 'its import/export elements are full: take out what is in them')
  }
  return batch(contents, sources, free)
}

/** What is in the import/export elements into storage elements, or of that what is named. */
export function planImport(contents: Contents, cartridges: readonly string[] | null): Batch {
  const waiting = ofType(contents, 'import-export').filter(({ full }) => full)
  const sources =
    cartridges === null
      ? waiting
      : unique(contents, cartridges).map((tag) => findCartridge(contents, tag))
  const elsewhere = sources.find(({ type }) => type !== 'import-export')
  if (elsewhere !== undefined) {
    const reason = `${nameOf(elsewhere)} is in ${placeName(elsewhere)}, in no import/export element`
    throw notPossible(contents, reason)
  }
  if (sources.length === 0) throw notPossible(contents, 'its import/export elements are empty')
  const free = freeOf(contents, 'storage')
  if (free.length === 0) throw notPossible(contents, 'its storage elements are full')
  return batch(contents, sources, free)
}

/** The drive that is meant. */
export function driveElement(contents: Contents, name: ElementName): Element {
  return named(contents, name, 'data-transfer')
}

/** The storage or import/export element that is meant. */
function slotElement(contents: Contents, name: ElementName): Element {
  return named(contents, name, 'storage')
}

/** The cartridge that is meant. */
function cartridgeElement(contents: Contents, which: CartridgeName): Element {
  const { cartridge, slot, drive } = which
  const ways = [cartridge, slot, drive].filter((way) => way !== undefined).length
  if (ways !== 1) throw notPossible(contents, 'say which cartridge: by its barcode or its element')
  if (cartridge !== undefined) return findCartridge(contents, cartridge)
  const element =
    slot === undefined ? driveElement(contents, drive ?? -1) : slotElement(contents, slot)
  if (!element.full) throw notPossible(contents, `${placeName(element)} is empty`)
  return element
}

function named(contents: Contents, name: ElementName, type: Place['type']): Element {
  if (typeof name === 'number') return elementAt(contents, { type, number: name })
  const found = contents.elements.find(({ address }) => address === name.address)
  if (found === undefined || isDrive(found) !== isDrive({ type })) {
    const what = type === 'data-transfer' ? 'data transfer element' : 'storage element'
    throw notPossible(contents, `has no ${what} at address ${name.address}`)
  }
  return found
}

/** Where a loaded cartridge came from, when that is known and free; else the first free storage element. */
export function homeOf(contents: Contents, drive: Element): Element {
  if (!drive.full) throw notPossible(contents, `${placeName(drive)} is empty`)
  const home = freeHomeOf(contents, drive)
  if (home !== null) return home
  throw notPossible(contents, `there is no free storage element for ${nameOf(drive)}`)
}

/** The same; null when nothing is free. */
export function freeHomeOf(contents: Contents, drive: Element): Element | null {
  // What was loaded from the import/export station is not put out again by unloading it.
  const free = freeOf(contents, 'storage')
  return free.find(({ number }) => number === drive.sourceElement) ?? free[0] ?? null
}

function batch(contents: Contents, sources: readonly Element[], free: readonly Element[]): Batch {
  const moves = sources.flatMap((source, index) => {
    const to = free[index]
    return to === undefined ? [] : [move(source, to)]
  })
  const left = sources.slice(free.length).map(nameOf)
  return { moves: checked(contents, moves), left }
}

function ofType({ elements }: Contents, type: Place['type']): Element[] {
  return elements
    .filter((element) => element.type === type)
    .sort((one, other) => one.number - other.number)
}

/** Elements that the robot can put something into. */
function freeOf(contents: Contents, type: Place['type']): Element[] {
  return ofType(contents, type).filter((element) => !element.full && isReachable(contents, element))
}

function unique(contents: Contents, cartridges: readonly string[]): readonly string[] {
  const twice = cartridges.find((tag, index) => cartridges.indexOf(tag) !== index)
  if (twice !== undefined) throw notPossible(contents, `${twice} is named twice`)
  return cartridges
}

function move(from: Element, to: Element): PlannedMove {
  return { from: placeOf(from), to: placeOf(to), volumeTag: from.volumeTag }
}

/** The moves, when each is possible after those before it. */
function checked(contents: Contents, moves: readonly PlannedMove[]): readonly PlannedMove[] {
  let now = contents
  for (const one of moves) {
    assertStillPossible(now, one)
    now = afterMove(now, one)
  }
  return moves
}

function nameOf({ volumeTag, ...place }: Element): string {
  return volumeTag ?? `the cartridge in ${placeName(place)}`
}

function notPossible({ library }: Contents, reason: string): MoveNotPossibleError {
  return new MoveNotPossibleError(`${library}: ${reason}`)
}
