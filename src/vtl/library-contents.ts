import { VtlFileError } from './device-conf.ts'

/** mhvtl's library_contents.N (library_contents(5)), with all of its text. */
export interface LibraryContents {
  /** Without line ends. */
  lines: readonly string[]
  elements: readonly VtlElement[]
}

/** A place of a library. */
export interface VtlElement {
  kind: 'drive' | 'picker' | 'map' | 'slot'
  /** From 1. */
  number: number
  /** Barcode of what is in it; null for none. */
  tag: string | null
  /** Index of its line. */
  line: number
}

const ELEMENT = /^(Drive|Picker|MAP|Slot) (\d{1,6}):\s*(\S*)\s*$/
const VERSION = /^VERSION:\s*\d+\s*$/
/** MAX_BARCODE_LEN of mhvtl (include/vtllib.h). */
const LONGEST_BARCODE = 16
/** What mktape makes a folder of, and the shells of mhvtl's scripts take for one word. */
const BARCODE = /^[A-Za-z0-9_-]+$/

/** Reads library_contents. Throws VtlFileError for a line that is nothing known. */
export function parseLibraryContents(text: string): LibraryContents {
  const lines = text.split('\n')
  const elements: VtlElement[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#') || VERSION.test(line)) continue
    const [, kind = '', number, tag = ''] = ELEMENT.exec(line) ?? []
    if (number === undefined) {
      throw new VtlFileError('library_contents', [`line ${index + 1} is nothing known`])
    }
    elements.push({
      kind: kind.toLowerCase() as VtlElement['kind'],
      number: Number(number),
      tag: tag === '' ? null : tag,
      line: index,
    })
  }
  if (elements.length === 0) throw new VtlFileError('library_contents', ['no elements'])
  return { lines, elements }
}

/** The text again, to the byte. */
export function renderLibraryContents({ lines }: LibraryContents): string {
  return lines.join('\n')
}

/** What is wrong with a library, in words; none when nothing is. A barcode that is there twice ends its daemon. */
export function libraryContentsFaults({ lines, elements }: LibraryContents): string[] {
  const faults: string[] = []
  if (lines.some((line) => line.includes('\r'))) faults.push('a line ends with a carriage return')
  const places = new Set<string>()
  const tags = new Map<string, string>()
  for (const { kind, number, tag } of elements) {
    const place = `${kind} ${number}`
    if (places.has(place)) faults.push(`${place} is there twice`)
    places.add(place)
    if (number < 1) faults.push(`${place}: numbers begin with 1`)
    // What stands behind a drive may be its serial number (version 1), and is none of the media then.
    if (tag === null || kind === 'drive') continue
    if (!BARCODE.test(tag) || tag.length > LONGEST_BARCODE) {
      faults.push(`${place}: its barcode is none that mhvtl takes`)
    }
    const other = tags.get(tag)
    if (other !== undefined) faults.push(`${tag} is in ${other} and in ${place}`)
    tags.set(tag, place)
  }
  return faults
}

/** The library with other things in some of its places. Throws VtlFileError for a place that it does not have. */
export function withTags(
  contents: LibraryContents,
  changes: readonly Pick<VtlElement, 'kind' | 'number' | 'tag'>[],
): LibraryContents {
  const lines = [...contents.lines]
  const byPlace = new Map(
    contents.elements.map((element) => [`${element.kind} ${element.number}`, element]),
  )
  for (const { kind, number, tag } of changes) {
    const place = `${kind} ${number}`
    const element = byPlace.get(place)
    if (element === undefined) throw new VtlFileError('library_contents', [`no ${place}`])
    const begin = (lines[element.line] ?? '').split(':')[0] ?? ''
    lines[element.line] = tag === null ? `${begin}:` : `${begin}: ${tag}`
  }
  const changed = parseLibraryContents(lines.join('\n'))
  const faults = libraryContentsFaults(changed)
  if (faults.length > 0) throw new VtlFileError('library_contents', faults)
  return changed
}

/**
 * What a library holds now: the places of one file with what the other one, which its daemon wrote, has in them. A
 * place that only one of them has is left as it is.
 */
export function withState(contents: LibraryContents, state: LibraryContents): LibraryContents {
  const now = new Map(state.elements.map((one) => [`${one.kind} ${one.number}`, one.tag]))
  const moved = contents.elements.filter(
    ({ kind, number, tag }) =>
      kind !== 'drive' && now.has(`${kind} ${number}`) && now.get(`${kind} ${number}`) !== tag,
  )
  // Emptied first: for a moment a medium would be in two places.
  const emptied = moved.map(({ kind, number }) => ({ kind, number, tag: null }))
  const filled = moved.map(({ kind, number }) => ({
    ...{ kind, number, tag: now.get(`${kind} ${number}`) ?? null },
  }))
  return withTags(withTags(contents, emptied), filled)
}

/** Numbers of the slots in which there is nothing. */
export function emptySlots({ elements }: LibraryContents): number[] {
  return elements
    .filter(({ kind, tag }) => kind === 'slot' && tag === null)
    .map(({ number }) => number)
}

/** Where a medium is; null when it is not in the library. */
export function placeOf({ elements }: LibraryContents, tag: string): VtlElement | null {
  return elements.find((element) => element.kind !== 'drive' && element.tag === tag) ?? null
}

/** All barcodes in it. */
export function tagsIn({ elements }: LibraryContents): string[] {
  return elements.flatMap(({ kind, tag }) => (tag === null || kind === 'drive' ? [] : [tag]))
}

/** What a new library is made of. */
export interface NewContents {
  drives: number
  importExport: number
  slots: number
  /** Of the slots from 1 on. */
  tags: readonly string[]
}

/** The text of a new library. Throws VtlFileError where that makes no sense. */
export function newLibraryContents({ drives, importExport, slots, tags }: NewContents): string {
  const numbered = (kind: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${kind} ${index + 1}:`)
  const contents = parseLibraryContents(
    [
      ...['VERSION: 2', '', ...numbered('Drive', drives), '', 'Picker 1:', ''],
      ...[...numbered('MAP', importExport), '', ...numbered('Slot', slots), ''],
    ].join('\n'),
  )
  const filled = tags.map((tag, index) => ({ kind: 'slot' as const, number: index + 1, tag }))
  return renderLibraryContents(withTags(contents, filled))
}
