import { describeSense, KEYS } from '../scsi/sense.ts'
import type { Element } from './changers.ts'
import { ParseError } from './collector.ts'

const HEADER =
  /^[ \t]*Storage Changer \S+:(\d+) Drives, (\d+) Slots \( (\d+) Import\/Export \)[ \t]*$/m

const ELEMENT = new RegExp(
  String.raw`^\s*(Data Transfer|Storage) Element (\d+)( IMPORT/EXPORT)?:(Full|Empty)` +
    String.raw`(?: \((?:Storage Element (\d+)|Unknown Storage Element) Loaded\))?\s*(:.*)?$`,
)

/**
 * Parses the output of `mtx -f <device> status` (mtx 1.3.12). A listing that is cut short is refused.
 * Addresses, exceptions, access, kinds of cartridges and drive serials are null: mtx does not tell them.
 */
export function parseMtxStatus(text: string): Element[] {
  const header = HEADER.exec(text)
  if (!header) throw new ParseError('mtx status', 'no "Storage Changer" line')

  const elements: Element[] = []
  for (const line of text.split('\n')) {
    const match = ELEMENT.exec(line)
    if (!match) continue
    const [, kind, number, importExport, state, source, tags = ''] = match
    const full = state === 'Full'
    elements.push({
      type: kind === 'Data Transfer' ? 'data-transfer' : importExport ? 'import-export' : 'storage',
      number: Number(number),
      address: null,
      full,
      // Some libraries keep the tag of the cartridge last seen in an empty slot.
      volumeTag: full ? volumeTagOf(tags) : null,
      sourceElement: full && source !== undefined ? Number(source) : null,
      ...{ exception: null, exceptionText: null, accessible: null, mediumType: null },
      driveSerial: null,
    })
  }

  // The slot count of the header includes the import/export elements.
  const [drives, slots, importExport] = header.slice(1).map(Number) as [number, number, number]
  const count = (type: Element['type']) => elements.filter((e) => e.type === type).length
  if (elements.length !== drives + slots) {
    throw new ParseError('mtx status', `${elements.length} of ${drives + slots} elements listed`)
  }
  // Not even a place to put a cartridge: mtx exits with 0 also when it has counted in bytes that never came.
  if (elements.length === 0) throw new ParseError('mtx status', 'a library without elements')
  if (count('data-transfer') !== drives || count('import-export') !== importExport) {
    throw new ParseError('mtx status', 'elements of other types listed than announced')
  }
  return withoutGuessedSources(elements)
}

/** mtx writes ":VolumeTag = X" for drives and ":VolumeTag=X" for slots, padded with blanks. */
function volumeTagOf(tags: string): string | null {
  const [first = ''] = tags.split(':AlternateVolumeTag')
  const tag = first.replace(/^:VolumeTag ?=/, '').trim()
  return tag === '' ? null : tag
}

/**
 * mtx replaces a source element that the library does not tell, or that is occupied again, by the next one of the
 * empty storage elements, in order, and shows it like a true one. So a source is only certain where mtx cannot
 * have got to it by guessing: the drive is the n-th full one at most, and the first n empty elements are others.
 */
function withoutGuessedSources(elements: Element[]): Element[] {
  const empty = elements
    .filter(({ type, full }) => type !== 'data-transfer' && !full)
    .map(({ number }) => number)
  let fullDrives = 0
  return elements.map((element) => {
    if (element.type !== 'data-transfer' || !element.full) return element
    fullDrives += 1
    const guesses = [0, ...empty.slice(0, fullDrives)] // 0 where no element is empty
    const { sourceElement } = element
    const guessed = sourceElement !== null && guesses.includes(sourceElement)
    return guessed ? { ...element, sourceElement: null } : element
  })
}

/**
 * The reason a library gives for refusing, from the standard error of a failed mtx, in words as
 * SCSI sense is told elsewhere; null when there is none, because nothing came back from the library.
 */
export function parseMtxSense(stderr: string): string | null {
  const key = /Sense Key=(.*)$/m.exec(stderr)?.[1]?.trim()
  const asc = /Additional Sense Code = ([0-9A-F]{2})\b/i.exec(stderr)?.[1]
  const ascq = /Additional Sense Qualifier = ([0-9A-F]{2})\b/i.exec(stderr)?.[1]
  if (key === undefined || asc === undefined || ascq === undefined) return null
  const number = KEYS.indexOf(key.toLowerCase())
  if (number === -1) return `${key} (${asc}/${ascq})`.toLowerCase()
  return describeSense({
    deferred: false,
    key: number,
    asc: Number.parseInt(asc, 16),
    ascq: Number.parseInt(ascq, 16),
  })
}
