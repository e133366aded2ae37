import type { Element } from '../collectors/changers.ts'

/** A place of a library, numbered as mtx does. */
export interface Place {
  type: Element['type']
  number: number
}

/** What a library holds, as it has just said. */
export interface Contents {
  /** Of the changer: its serial number. */
  library: string
  elements: readonly Element[]
}

/** A cartridge that goes from one place to another. */
export interface PlannedMove {
  from: Place
  to: Place
  /** Null of a cartridge without a barcode, or whose barcode was not read. */
  volumeTag: string | null
}

/** What is asked for cannot be done, for a reason that whoever asks can see. */
export class MoveNotPossibleError extends Error {
  readonly code = 'ERR_MOVE_NOT_POSSIBLE'

  constructor(reason: string) {
    super(reason)
    this.name = 'MoveNotPossibleError'
  }
}

const NAMES: Readonly<Record<Place['type'], string>> = {
  'data-transfer': 'data transfer element',
  storage: 'storage element',
  'import-export': 'import/export element',
}

/** A place in the words of the standard. */
export function placeName({ type, number }: Place): string {
  return `${NAMES[type]} ${number}`
}

/** A cartridge by its barcode, or by what is known of it. */
export function cartridgeName(volumeTag: string | null): string {
  return volumeTag ?? 'a cartridge without a barcode'
}

/** Where an element is. */
export function placeOf({ type, number }: Place): Place {
  return { type, number }
}

/** Whether both are the same place: storage and import/export elements are counted together. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.number === other.number && isDrive(one) === isDrive(other)
}

/** Whether it is a data transfer element. */
export function isDrive({ type }: Pick<Place, 'type'>): boolean {
  return type === 'data-transfer'
}

/**
 * Whether the robot can get to an element that is no drive: by ACCESS (SMC-3 6.11.5), where the library knows that bit.
 * tgt sets it of none, and such a library would have nothing that can be moved.
 */
export function isReachable({ elements }: Contents, { accessible }: Element): boolean {
  if (accessible !== false) return true
  return !elements.some((element) => !isDrive(element) && element.accessible === true)
}

/** The element at a place. Throws MoveNotPossibleError. */
export function elementAt({ library, elements }: Contents, place: Place): Element {
  const found = elements.find((element) => isSamePlace(element, place))
  if (found !== undefined) return found
  throw new MoveNotPossibleError(`${library}: has no ${placeName(place)}`)
}

/** Where a cartridge is. Throws MoveNotPossibleError, also where two have the same barcode. */
export function findCartridge({ library, elements }: Contents, volumeTag: string): Element {
  const [found, other] = elements.filter(({ full, volumeTag: tag }) => full && tag === volumeTag)
  if (found === undefined) {
    throw new MoveNotPossibleError(`${library}: ${volumeTag} is not in this library`)
  }
  if (other === undefined) return found
  throw new MoveNotPossibleError(
    `${library}: ${volumeTag} is in ${placeName(found)} and in ${placeName(other)}: say which element is meant`,
  )
}

/** Where a cartridge is that may be gone, in words, as the library has just said. */
export function whereabouts({ elements }: Contents, volumeTag: string | null): string {
  if (volumeTag === null) return 'the cartridge has no barcode by which it could be found'
  const found = elements.filter(({ full, volumeTag: tag }) => full && tag === volumeTag)
  if (found.length === 0) return `the library says nothing of ${volumeTag}`
  return `${volumeTag} is in ${found.map(placeName).join(' and in ')}, as the library says now`
}

/** What a library holds when a move was made. Throws MoveNotPossibleError. */
export function afterMove(contents: Contents, { from, to, volumeTag }: PlannedMove): Contents {
  const source = elementAt(contents, from)
  const destination = elementAt(contents, to)
  const { mediumType } = source
  const sourceElement = isDrive(to) && !isDrive(from) ? from.number : null
  const empty = { full: false, volumeTag: null, sourceElement: null, mediumType: null }
  return {
    library: contents.library,
    elements: contents.elements.map((element) => {
      if (element === source) return { ...element, ...empty }
      if (element !== destination) return element
      return { ...element, full: true, volumeTag, sourceElement, mediumType }
    }),
  }
}

/**
 * Throws MoveNotPossibleError unless the cartridge is where it is taken from, and there is room where it goes. What is
 * not known, such as a barcode that was not read, is not taken for what it should be.
 */
export function assertStillPossible(
  contents: Contents,
  { from, to, volumeTag }: PlannedMove,
): void {
  const source = elementAt(contents, from)
  const destination = elementAt(contents, to)
  const refuse = (reason: string) => new MoveNotPossibleError(`${contents.library}: ${reason}`)
  if (isSamePlace(from, to)) {
    throw refuse(`${cartridgeName(source.volumeTag)} is in ${placeName(from)} already`)
  }
  if (!source.full) throw refuse(`${placeName(from)} is empty`)
  if (source.volumeTag !== volumeTag) {
    const is = cartridgeName(source.volumeTag)
    throw refuse(`${placeName(from)} has ${is} in it, and not ${cartridgeName(volumeTag)}`)
  }
  if (destination.full) {
    throw refuse(`${placeName(to)} is full: ${cartridgeName(destination.volumeTag)} is in it`)
  }
  // What a drive holds fast is to be ejected first; elsewhere the robot cannot get there.
  for (const element of [source, destination]) {
    if (!isDrive(element) && !isReachable(contents, element)) {
      throw refuse(`${placeName(element)}: the robot cannot reach it`)
    }
  }
}
