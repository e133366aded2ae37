import { element, show } from './dom.ts'
import { time } from './format.ts'

/** A library as `GET /api/v1/hardware/libraries` tells it. */
export interface Library {
  id: string
  vendor: string
  product: string
  virtual: boolean
  state: 'online' | 'offline' | 'unreachable' | 'unknown'
  error: string | null
  inventory: {
    taken_at: string | null
    elements: readonly Place[]
  } | null
}

/** A place that a cartridge can be in. */
interface Place {
  type: 'data-transfer' | 'storage' | 'import-export'
  number: number
  full: boolean
  volume_tag: string | null
}

const KINDS = [
  ['data-transfer', 'Drives', 'drive'],
  ['storage', 'Slots', 'slot'],
  ['import-export', 'Import/export', 'slot'],
] as const

/** Draws each library with what is where; what is old says so. */
export function showLibraries(libraries: readonly Library[], error: string | null): void {
  const cards = libraries.map(libraryCard)
  const none = element('p', { class: 'quiet' }, 'No tape library on this machine.')
  show(
    'libraries',
    error === null ? null : element('p', { class: 'notice' }, error),
    ...(cards.length === 0 && error === null ? [none] : cards),
  )
}

function libraryCard(library: Library): HTMLElement {
  const { id, vendor, product, virtual, state, error, inventory } = library
  const kind = virtual ? 'virtual' : 'physical'
  const heading = element(
    'h3',
    {},
    `${vendor} ${product} (${id}), ${kind}: `,
    element('span', { class: state === 'online' ? 'good' : 'critical' }, state),
  )
  const card = element('div', { class: state === 'online' ? 'card' : 'card stale' }, heading)
  if (error !== null) card.append(element('p', { class: 'notice' }, error))
  if (inventory === null) {
    card.append(element('p', { class: 'unknown' }, 'What it holds is not known.'))
    return card
  }
  if (state !== 'online') {
    card.append(element('p', {}, `What it held at ${time(inventory.taken_at)}:`))
  }
  for (const [type, title, noun] of KINDS) {
    const places = inventory.elements.filter((each) => each.type === type)
    if (places.length === 0) continue
    const occupied = places.filter(({ full }) => full).length
    card.append(
      element('div', {}, `${title}: ${occupied} of ${places.length} occupied`),
      element('ul', { class: 'slots' }, ...places.map((place) => placeItem(place, noun))),
    )
  }
  return card
}

function placeItem({ number, full, volume_tag: tag }: Place, noun: string): HTMLElement {
  const content = full ? (tag ?? 'no barcode') : 'empty'
  return element(
    'li',
    { class: full ? 'full' : 'empty', title: `${noun} ${number}: ${content}` },
    element('span', { class: 'place' }, `${number} `),
    content,
  )
}
