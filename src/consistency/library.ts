import type { Changer, Element } from '../collectors/changers.ts'
import type { CatalogueRow } from './catalogue.ts'
import type { KnownThing } from './known.ts'
import type { Place, Side, Thing } from './difference.ts'

/** What is known of the libraries. */
export interface LibraryReading {
  /** Null when there is no library on this appliance. */
  changers: readonly Changer[] | null
  /** Why they could not be read; null when they were. */
  error: string | null
  known: readonly KnownThing[]
  /** Null when none was imported. */
  catalogue: { name: string; importedAt: Date; rows: readonly CatalogueRow[] } | null
}

/**
 * The elements of all libraries, and the catalogue of the backup application. Where a cartridge is inside its library is
 * shown and not compared: it moves. What the database remembers of it says which library it is to be looked for in.
 */
export function librarySides({ changers, error, known, catalogue }: LibraryReading): Side[] {
  const all = changers ?? []
  const unread = all.filter((one) => inventoryOf(one) === null)
  const there = new Set(all.map(({ id }) => id))
  const lastLibrary = new Map(known.map(({ name, place }) => [name, place.library]))
  const reason = error ?? (unread.length === 0 ? null : unread.map(unreadText).join('; '))
  const isUnread = error !== null || (all.length > 0 && unread.length === all.length)
  const things = all.flatMap((changer) => cartridgesIn(changer))
  const ids = all.map(({ id }) => id)
  return [
    {
      role: 'live',
      source: 'libraries',
      state: isUnread ? 'unread' : 'read',
      reason,
      takenAt: earliest(all.map((one) => inventoryOf(one)?.takenAt ?? null)),
      things: counted(things),
      blind: ({ name }) => {
        // One that is not known may be in any library that could not be read.
        const library = lastLibrary.get(name)
        if (library === undefined) return unread.length > 0
        return !there.has(library) || unread.some(({ id }) => id === library)
      },
    },
    {
      role: 'configured',
      source: catalogue === null ? 'catalogue' : `catalogue ${catalogue.name}`,
      state: catalogue === null ? 'absent' : 'read',
      reason: catalogue === null ? 'none was imported' : null,
      takenAt: catalogue?.importedAt ?? null,
      things: new Map(
        (catalogue?.rows ?? []).map((row) => [row.barcode, catalogueThing(row, ids)] as const),
      ),
      // Backup applications do not list what drives are cleaned with.
      blind: ({ name }) => isCleaning(name),
    },
  ]
}

/** Cleaning cartridges: LTO and most others are labelled `CLN`, with the drive generation or `CU` at the end. */
export function isCleaning(barcode: string): boolean {
  return /^CLN|CU$/i.test(barcode)
}

/** A cartridge that was last seen where people take it out of the library. */
export function wasExported({ attributes }: Pick<Thing, 'attributes'>): boolean {
  return attributes.element_type === 'import-export'
}

/** Where a row of the catalogue says that its cartridge is; null when it does not say. */
export function saidPlace(
  { location }: Pick<CatalogueRow, 'location'>,
  libraries: readonly string[],
): 'library' | 'elsewhere' | null {
  const said = location?.trim() ?? ''
  if (said === '') return null
  const words = said.toLowerCase()
  if (libraries.some((id) => words.includes(id.toLowerCase()))) return 'library'
  if (words.startsWith('not ')) return 'elsewhere'
  return /\b(slot|drive|robot|library|autochanger|changer|mailslot)\b/.test(words)
    ? 'library'
    : 'elsewhere'
}

function catalogueThing(row: CatalogueRow, libraries: readonly string[]): Thing {
  const where = saidPlace(row, libraries)
  const told = [row.pool, row.status, row.location].filter((one) => one !== null && one !== '')
  return {
    ...{ name: row.barcode, what: CARTRIDGE, parent: null, place: { barcode: row.barcode } },
    shown: told.length === 0 ? null : told.join(', '),
    attributes: { cartridges: '1', is_in: where },
  }
}

const CARTRIDGE = 'cartridge'

/** The labelled cartridges that the library said it has; none when it said nothing. */
export function cartridgesIn(changer: Changer): Thing[] {
  const inventory = inventoryOf(changer)
  return (inventory?.elements ?? []).flatMap((element) =>
    element.volumeTag === null ? [] : [cartridge(element.volumeTag, element, changer)],
  )
}

function cartridge(barcode: string, element: Element, { id, vendor, product }: Changer): Thing {
  const { type, number } = element
  const place: Place = { library: id, element: `${WORDS[type]} ${number}`, barcode }
  return {
    ...{ name: barcode, what: CARTRIDGE, parent: null, place },
    shown: `${`${vendor} ${product}`.trim()} (${id}), ${place.element ?? ''}`,
    attributes: { cartridges: '1', is_in: 'library', element_type: type },
  }
}

const WORDS = {
  storage: 'slot',
  'import-export': 'import/export slot',
  'data-transfer': 'drive',
} as const

/** Two cartridges of the same barcode are one thing that is there twice. */
function counted(things: readonly Thing[]): Map<string, Thing> {
  const all = new Map<string, Thing>()
  for (const thing of things) {
    const other = all.get(thing.name)
    if (other === undefined) {
      all.set(thing.name, thing)
      continue
    }
    const cartridges = String(Number(other.attributes.cartridges ?? '1') + 1)
    const shown = `${other.shown ?? ''}; ${thing.shown ?? ''}`
    all.set(thing.name, { ...other, shown, attributes: { ...other.attributes, cartridges } })
  }
  return all
}

function inventoryOf({ state, inventory }: Changer) {
  return state === 'online' ? inventory : null
}

function unreadText({ id, state, error }: Changer): string {
  return `library ${id} is ${state}${error === null ? '' : ` (${error})`}`
}

function earliest(times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : known.reduce((a, b) => (a < b ? a : b))
}
