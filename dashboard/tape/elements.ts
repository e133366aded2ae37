import type { Cartridge, Library } from '../wire/types.ts'

/** A place in a library that can hold a cartridge. */
export type Element = NonNullable<Library['inventory']>['elements'][number]

/** How an element is, the worst of what is true of it. */
export type ElementState =
  'exception' | 'unreachable' | 'cleaning' | 'unlabelled' | 'full' | 'empty'

/** Additional sense 83h/00h: the label was not scanned, or there is none. The library works with it. */
const LABEL_NOT_SCANNED = 0x8300

/** How an element is. */
export function stateOf(element: Element): ElementState {
  const { type, exception, accessible, full, volume_tag: tag } = element
  if (exception !== null && exception !== LABEL_NOT_SCANNED) return 'exception'
  // A drive that holds a cartridge fast is out of reach for the robot, and well.
  if (accessible === false && type !== 'data-transfer') return 'unreachable'
  if (!full) return 'empty'
  if (isCleaning(element)) return 'cleaning'
  return tag === null ? 'unlabelled' : 'full'
}

/** By what the library says, else by the label: cleaning cartridges begin with CLN. */
function isCleaning({ medium_type: type, volume_tag: tag }: Element): boolean {
  return type === 'cleaning' || tag?.startsWith('CLN') === true
}

/** What elements can be coloured by. */
export const colourings = ['state', 'errors', 'life', 'space'] as const
/** One of them. */
export type Colouring = (typeof colourings)[number]

/** What the legend of a colouring has, in its order. */
export const shades = {
  state: ['full', 'unlabelled', 'cleaning', 'exception', 'unreachable', 'empty'],
  errors: ['none', 'had', 'drive', 'undetermined', 'tape', 'untold', 'empty'],
  life: ['fresh', 'half', 'low', 'end', 'untold', 'empty'],
  space: ['free', 'partly', 'filled', 'untold', 'empty'],
} as const
/** A colour with its meaning. */
export type Shade = (typeof shades)[Colouring][number]

/** The shade of an element; of the cartridge in it there is what a drive told, if one did. */
export function shadeOf(
  colouring: Colouring,
  element: Element,
  cartridge: Cartridge | undefined,
): Shade {
  if (colouring === 'state') return stateOf(element)
  if (!element.full) return 'empty'
  const health = cartridge?.health ?? null
  if (colouring === 'errors') {
    if (cartridge?.errors_follow) return cartridge.errors_follow
    if (health === null) return 'untold'
    const errors = [health.unrecovered_write_errors, health.unrecovered_read_errors]
    if (errors.some((count) => count !== null && count > 0)) return 'had'
    return errors.every((count) => count === null) ? 'untold' : 'none'
  }
  if (colouring === 'life') return lifeShade(health?.life_remaining_percent ?? null)
  return spaceShade(health?.remaining_bytes ?? null, health?.capacity_bytes ?? null)
}

function lifeShade(percent: number | null): Shade {
  if (percent === null) return 'untold'
  if (percent < 5) return 'end'
  if (percent < 20) return 'low'
  return percent < 50 ? 'half' : 'fresh'
}

function spaceShade(remaining: number | null, capacity: number | null): Shade {
  if (remaining === null || capacity === null || capacity === 0) return 'untold'
  const share = remaining / capacity
  if (share < 0.1) return 'filled'
  return share < 0.9 ? 'partly' : 'free'
}

/** What tells an element from the others of its library, as in the address of the page. */
export function keyOf({ type, number }: Pick<Element, 'type' | 'number'>): string {
  return `${type}/${number}`
}

/** Elements whose barcode has the letters searched for, whichever case; none where nothing is searched for. */
export function found(elements: readonly Element[], q: string): readonly Element[] {
  const wanted = q.trim().toUpperCase()
  if (wanted === '') return []
  return elements.filter(({ volume_tag: tag }) => tag?.toUpperCase().includes(wanted))
}

/** A cartridge that was found, and where. */
export interface Found {
  library: Library
  element: Element
}

/** The cartridges of all libraries that are searched for, drives included. */
export function foundIn(libraries: readonly Library[], q: string): readonly Found[] {
  return libraries.flatMap((library) =>
    found(library.inventory?.elements ?? [], q).map((element) => ({ library, element })),
  )
}

/** How many elements of a type there are, and how many are full; null while nobody knows. */
export function countOf({ inventory }: Library, type: Element['type']) {
  if (inventory === null) return null
  const all = inventory.elements.filter((element) => element.type === type)
  return { all: all.length, full: all.filter(({ full }) => full).length }
}

/** The id by which the interface knows the cartridge in an element: its barcode where no other has it. */
export function cartridgeId(libraries: readonly Library[], library: Library, element: Element) {
  const { volume_tag: tag, type, number } = element
  const same = libraries.reduce(
    (sum, { inventory }) =>
      sum + (inventory?.elements ?? []).filter((one) => one.full && one.volume_tag === tag).length,
    0,
  )
  return tag !== null && same === 1 ? tag : `${library.id}/${type}/${number}`
}
