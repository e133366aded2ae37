import type { Changer, Element } from '../collectors/changers.ts'
import { matched, type Happening } from './happening.ts'

/** What became of libraries and of the cartridges in them. A library that does not answer has moved nothing. */
export function libraryHappenings(
  before: readonly Changer[],
  after: readonly Changer[],
): Happening[] {
  const { gone, come, both } = matched(before, after, ({ id }) => id)
  return [
    ...gone.map((library) =>
      whole(library, 'library_gone', 'warning', 'is not there any more', true),
    ),
    ...come.map((library) => whole(library, 'library_found', 'info', 'is there', true)),
    ...both.flatMap(([earlier, later]) => [
      ...stateChange(earlier, later),
      ...moves(earlier, later),
    ]),
  ]
}

function stateChange(before: Changer, after: Changer): Happening[] {
  // What could not be asked is not known to have changed.
  if (before.state === after.state || before.state === 'unknown' || after.state === 'unknown') {
    return []
  }
  const level = after.state === 'online' ? 'info' : 'warning'
  return [
    whole(after, `library_${after.state}`, level, `is ${after.state}, it was ${before.state}`),
  ]
}

/**
 * Cartridges by where they are: what left one element and is in another has moved. A cartridge of which the
 * barcode is not read any more, or was not yet, is where it is.
 */
function moves(before: Changer, after: Changer): Happening[] {
  if (after.state !== 'online' || before.inventory === null || after.inventory === null) return []
  // A library that says what it said before has the same elements, of which there may be thousands.
  if (before.inventory.elements === after.inventory.elements) return []
  const was = placesOf(before.inventory.elements)
  const is = placesOf(after.inventory.elements)
  const unread = {
    before: unreadPlaces(before.inventory.elements),
    after: unreadPlaces(after.inventory.elements),
  }
  const happenings: Happening[] = []
  for (const [tag, from] of was) {
    const to = is.get(tag)
    if (from === AMBIGUOUS || to === AMBIGUOUS) continue
    if (to !== undefined) {
      if (keyOf(from) !== keyOf(to)) happenings.push(movement(after, tag, from, to))
    } else if (!unread.after.has(keyOf(from))) {
      happenings.push(movement(after, tag, from, null))
    }
  }
  for (const [tag, to] of is) {
    if (to === AMBIGUOUS || was.has(tag) || unread.before.has(keyOf(to))) continue
    happenings.push(movement(after, tag, null, to))
  }
  return happenings
}

/** Places that are full, nobody knows of what. */
function unreadPlaces(elements: readonly Element[]): ReadonlySet<string> {
  return new Set(elements.filter(({ full, volumeTag }) => full && volumeTag === null).map(keyOf))
}

/** A barcode that is there twice: which of the two moved cannot be told. */
const AMBIGUOUS = Symbol('ambiguous')

/** Where each barcode is. Cartridges without one cannot be told apart, and are left out. */
function placesOf(elements: readonly Element[]): Map<string, Element | typeof AMBIGUOUS> {
  const places = new Map<string, Element | typeof AMBIGUOUS>()
  for (const element of elements) {
    const { volumeTag } = element
    if (volumeTag === null) continue
    places.set(volumeTag, places.has(volumeTag) ? AMBIGUOUS : element)
  }
  return places
}

function whole(
  library: Changer,
  event: string,
  level: Happening['level'],
  what: string,
  fromList = false,
): Happening {
  return {
    type: typeOf(library),
    event,
    level,
    fromList,
    message: `Library ${nameOf(library)} ${what}.`,
    data: { library: library.id, state: library.state, error: library.error },
  }
}

/** A cartridge that is somewhere else than it was; null where that is not in the library. */
function movement(
  library: Changer,
  tag: string,
  from: Element | null,
  to: Element | null,
): Happening {
  const [event, said] = inWords(nameOf(library), from, to)
  return {
    type: typeOf(library),
    event,
    level: 'info',
    fromList: false,
    message: `Cartridge ${tag} ${said}.`,
    data: {
      library: library.id,
      volume_tag: tag,
      from: elementToJson(from),
      to: elementToJson(to),
    },
  }
}

function inWords(library: string, from: Element | null, to: Element | null): [string, string] {
  const [left, reached] = [from, to].map((element) => (element ? placeText(element) : null))
  if (!left) return ['cartridge_entered', `came into ${reached} of ${library}`]
  if (!reached) return ['cartridge_left', `left ${library} from ${left}`]
  return ['cartridge_moved', `moved from ${left} to ${reached} of ${library}`]
}

function elementToJson(element: Element | null) {
  if (element === null) return null
  return { type: element.type, number: element.number, drive_serial: element.driveSerial }
}

function keyOf({ type, number }: Element): string {
  return `${type} ${number}`
}

function placeText({ type, number }: Element): string {
  const names = { 'data-transfer': 'drive', storage: 'slot', 'import-export': 'import/export slot' }
  return `${names[type]} ${number}`
}

function nameOf({ vendor, product, id }: Changer): string {
  return `${vendor} ${product} (${id})`
}

function typeOf({ virtual }: Changer): 'tape' | 'vtl' {
  return virtual ? 'vtl' : 'tape'
}
