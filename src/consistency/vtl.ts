import type { Changer, Element } from '../collectors/changers.ts'
import type { LibraryContents, VirtualLibrary } from '../collectors/mhvtl.ts'
import type { Place, RawDifference, Side, Thing } from './difference.ts'

/** What is known of one virtual library from each side. */
export interface VtlLibrary {
  library: VirtualLibrary
  /** Why its media could not be listed; null when they were. */
  diskError: string | null
  diskTakenAt: Date | null
  /** The file that mhvtl takes the contents from when it starts, and what it says. */
  configured: ConfiguredContents
  /** The changer of the same serial number, and why it says nothing; one of them is null. */
  changer: Changer | null
  liveError: string | null
  /** Files of the media that were looked into, by barcode. */
  files: ReadonlyMap<string, readonly string[]>
}

/** What library_contents.N, or what mhvtl wrote when it was stopped, says. */
export interface ConfiguredContents {
  path: string
  contents: LibraryContents | null
  error: string | null
}

/** Media of this name have no barcode label: the changer says that the element is full, and not of what (mhvtl, `NOBAR`). */
const UNLABELLED = 'NOBAR'

/** Media on disk, library_contents and the changer, of one library. Where a cartridge is says no side for long, so it is shown and not compared. */
export function vtlSides(given: VtlLibrary): Side[] {
  return [diskSide(given), contentsSide(given), changerSide(given)]
}

function diskSide({ library, diskError, diskTakenAt, files }: VtlLibrary): Side {
  const { homeDirectory, mediaOnDisk } = library
  const states = new Map<string, string | null>()
  /** Whether the files are all there; null when there are no data. Nearly all media have the same. */
  const stateOf = (names: readonly string[]): string | null => {
    const key = names.join('/')
    let state = states.get(key)
    if (state === undefined) {
      state = hasData(names) ? filesText(lackingFiles(names)) : null
      states.set(key, state)
    }
    return state
  }
  return {
    role: 'data',
    source: homeDirectory,
    state: mediaOnDisk === null ? 'unread' : 'read',
    reason: mediaOnDisk === null ? (diskError ?? 'not read') : null,
    takenAt: diskTakenAt,
    things: named(
      (mediaOnDisk ?? []).flatMap((tag) => {
        const names = files.get(tag)
        const state = names === undefined ? undefined : stateOf(names)
        if (state === null) return []
        const attributes = { cartridges: '1', files: state ?? null }
        return [medium(library.id, tag, `${homeDirectory}/${tag}`, attributes)]
      }),
    ),
    blind: ({ what }) => what !== MEDIUM,
  }
}

function contentsSide({ library, configured }: VtlLibrary): Side {
  const { path, contents, error } = configured
  const media = contents === null ? [] : mediaIn(contents, library)
  return {
    role: 'configured',
    source: path,
    state: contents === null ? 'unread' : 'read',
    reason: contents === null ? (error ?? 'not read') : null,
    takenAt: null,
    things: named([
      ...(contents === null
        ? []
        : [
            libraryThing(library, {
              slots: countOf(Object.keys(contents.slots)),
              import_export_slots: countOf(Object.keys(contents.importExport)),
              drives: countOf(Object.keys(contents.drives)),
              unlabelled: String(media.filter(([tag]) => tag.startsWith(UNLABELLED)).length),
            }),
          ]),
      ...counted(library.id, media),
    ]),
  }
}

function changerSide({ library, changer, liveError }: VtlLibrary): Side {
  const inventory = changer?.inventory ?? null
  const isRead = changer?.state === 'online' && inventory !== null
  const elements = isRead ? inventory.elements : []
  const ofType = (type: Element['type']) => elements.filter((one) => one.type === type)
  return {
    role: 'live',
    source: `library ${library.id}`,
    state: isRead ? 'read' : 'unread',
    reason: isRead ? null : (liveError ?? 'not read'),
    takenAt: isRead ? inventory.takenAt : null,
    things: named([
      ...(isRead
        ? [
            libraryThing(library, {
              slots: countOf(ofType('storage')),
              import_export_slots: countOf(ofType('import-export')),
              drives: countOf(ofType('data-transfer')),
              unlabelled: String(
                elements.filter(({ full, volumeTag }) => full && volumeTag === null).length,
              ),
            }),
          ]
        : []),
      ...counted(
        library.id,
        elements.flatMap((element) =>
          element.volumeTag === null ? [] : [[element.volumeTag, elementText(element)] as const],
        ),
      ),
    ]),
    blind: ({ place }) => (place.barcode ?? '').startsWith(UNLABELLED),
  }
}

const MEDIUM = 'medium'

function libraryThing(
  { id, vendor, product }: VirtualLibrary,
  attributes: Thing['attributes'],
): Thing {
  const shown = `${vendor} ${product}`.trim()
  return { name: id, what: 'library', parent: null, place: { library: id }, shown, attributes }
}

function medium(
  library: string,
  barcode: string,
  shown: string,
  attributes: Thing['attributes'],
): Thing {
  const place = { library, barcode }
  return { name: `${library}/${barcode}`, what: MEDIUM, parent: null, place, shown, attributes }
}

/** Cartridges by barcode: two of the same are one thing that is there twice. */
function counted(
  library: string,
  cartridges: readonly (readonly [tag: string, where: string])[],
): Thing[] {
  const places = new Map<string, string[]>()
  for (const [tag, where] of cartridges) {
    const others = places.get(tag)
    if (others === undefined) places.set(tag, [where])
    else others.push(where)
  }
  return [...places].map(([tag, where]) =>
    medium(library, tag, where.join(', '), {
      cartridges: String(where.length),
      files: 'complete',
    }),
  )
}

/** A drive's line may name the drive instead of a cartridge: it is one only when there is such a medium. */
function mediaIn(
  { slots, importExport, drives }: LibraryContents,
  { mediaOnDisk }: VirtualLibrary,
): [tag: string, where: string][] {
  const onDisk = new Set(mediaOnDisk)
  const inDrives = Object.entries(drives).filter(([, tag]) => tag !== null && onDisk.has(tag))
  return [
    ...tagged('slot', Object.entries(slots)),
    ...tagged('import/export slot', Object.entries(importExport)),
    ...tagged('drive', inDrives),
  ]
}

function tagged(
  kind: string,
  entries: readonly [string, string | null][],
): [tag: string, where: string][] {
  return entries.flatMap(([number, tag]) => (tag === null ? [] : [[tag, `${kind} ${number}`]]))
}

function elementText({ type, number }: Element): string {
  const words = { storage: 'slot', 'import-export': 'import/export slot', 'data-transfer': 'drive' }
  return `${words[type]} ${number}`
}

function named(things: readonly Thing[]): Map<string, Thing> {
  return new Map(things.map((thing) => [thing.name, thing]))
}

function countOf(items: readonly unknown[]): string | null {
  return items.length === 0 ? null : String(items.length)
}

/** A partition of a medium has a file of each of these (mhvtl, usr/vtlcart.c). */
const PARTITION_FILES = ['data', 'indx', 'meta'] as const

function hasData(files: readonly string[]): boolean {
  return files.some((name) => /^data(\.\d)?$/.test(name))
}

/** Files that a medium with these ought to have besides. Up to mhvtl 1.3 there was no file of its own for the memory. */
export function lackingFiles(files: readonly string[]): string[] {
  const has = new Set(files)
  const partitions = new Set(
    files.flatMap((name) => /^(?:data|indx|meta)(\.\d)?$/.exec(name)?.slice(0, 1) ?? []),
  )
  const suffixes = new Set([...partitions].map((name) => name.slice(4)))
  const wanted = [...(suffixes.size === 0 ? ['.0'] : suffixes)].flatMap((suffix) =>
    PARTITION_FILES.map((name) => `${name}${suffix}`),
  )
  if (!suffixes.has('')) wanted.push('mam')
  return wanted.filter((name) => !has.has(name)).sort()
}

function filesText(lacking: readonly string[]): string {
  return lacking.length === 0 ? 'complete' : `without ${lacking.join(', ')}`
}

/** The place of a difference with the slot, where one side knows it. */
export function placeOf({ thing, values }: RawDifference): Place {
  const seen = (role: Side['role']) =>
    values.find((one) => one.role === role && one.state === 'present')?.value ?? null
  const slot = thing.what === MEDIUM ? (seen('live') ?? seen('configured')) : null
  return slot === null || !/slot|drive/.test(slot) ? thing.place : { ...thing.place, element: slot }
}
