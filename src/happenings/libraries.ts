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

/** Cartridges by where they are: what left one element and is in another has moved. */
function moves(before: Changer, after: Changer): Happening[] {
  if (after.state !== 'online' || before.inventory === null || after.inventory === null) return []
  const was = placesOf(before.inventory.elements)
  const is = placesOf(after.inventory.elements)
  const happenings: Happening[] = []
  for (const [tag, from] of was) {
    const to = is.get(tag)
    if (from === AMBIGUOUS || to === AMBIGUOUS) continue
    if (to === undefined) {
      const said = `${tag} left ${nameOf(after)} from ${placeText(from)}`
      happenings.push(cartridge(after, 'cartridge_left', tag, said, from, null))
    } else if (keyOf(from) !== keyOf(to)) {
      const said = `${tag} moved from ${placeText(from)} to ${placeText(to)} of ${nameOf(after)}`
      happenings.push(cartridge(after, 'cartridge_moved', tag, said, from, to))
    }
  }
  for (const [tag, to] of is) {
    if (to === AMBIGUOUS || was.has(tag)) continue
    const said = `${tag} came into ${placeText(to)} of ${nameOf(after)}`
    happenings.push(cartridge(after, 'cartridge_entered', tag, said, null, to))
  }
  return happenings
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

function cartridge(
  library: Changer,
  event: string,
  tag: string,
  said: string,
  from: Element | null,
  to: Element | null,
): Happening {
  return {
    type: typeOf(library),
    event,
    level: 'info',
    fromList: false,
    message: `Cartridge ${said}.`,
    data: {
      library: library.id,
      volume_tag: tag,
      from: elementToJson(from),
      to: elementToJson(to),
    },
  }
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
