import { asciiField, byteAt, DecodeError, numberAt } from './bytes.ts'
import { hexOf } from './log/values.ts'

/** What READ ELEMENT STATUS answered (SMC-3 6.11.2). */
export interface ElementStatus {
  /** How many elements met the request, whether they fitted into the answer or not. */
  available: number
  elements: readonly ElementDescriptor[]
  /** The allocation length cut the answer: ask again from the last address on. */
  truncated: boolean
}

/** The types of elements, named as in SMC-3. */
export type ElementType = 'medium-transport' | 'storage' | 'import-export' | 'data-transfer'

/** Element type codes (SMC-3 table 24). */
export const ELEMENT_TYPES: Readonly<Record<ElementType, number>> = {
  'medium-transport': 1,
  storage: 2,
  'import-export': 3,
  'data-transfer': 4,
}

/** An element as its library describes it (SMC-3 6.11.5 to 6.11.8). */
export interface ElementDescriptor {
  type: ElementType
  address: number
  full: boolean
  /** EXCEPT: additional sense code in the upper byte, its qualifier in the lower; null when the element is normal. */
  exception: number | null
  /** ACCESS: the robot can reach it; not defined for the robot itself. */
  access: boolean
  /** Import/export elements: put there by the operator, not by the robot; null elsewhere. */
  byOperator: boolean | null
  /** Import/export elements: InEnab and ExEnab; null elsewhere. */
  importEnabled: boolean | null
  exportEnabled: boolean | null
  /** Import/export elements: OIR, an operator has to open it or to look at it; null elsewhere. */
  operatorNeeded: boolean | null
  /** ED: the element is disabled. */
  disabled: boolean
  /** INVERT: the medium was turned over by that move; null when SVALID is not set. */
  inverted: boolean | null
  /** What kind of cartridge it holds; null when the library does not say. */
  mediumType: ElementMediumType | null
  /** Address of the storage element that the medium was last moved from; null when SVALID is not set. */
  sourceAddress: number | null
  /** Primary volume tag. Some libraries keep the tag of the medium last seen in an empty element. */
  volumeTag: string | null
  alternateVolumeTag: string | null
  /** Data transfer elements: which device sits there; null when not told. */
  device: DeviceIdentifier | null
}

/** A kind of cartridge (SMC-3 6.11). */
export type ElementMediumType = 'data' | 'cleaning' | 'diagnostics' | 'write-once' | 'microcode'

/** A device identifier, told with DVCID. */
export interface DeviceIdentifier {
  /** As in VPD page 83h: 0 vendor specific, 1 T10 vendor id, 3 NAA. */
  type: number
  /** Serial number of the device, where the identifier holds one. */
  serial: string | null
  /** Binary identifiers in hex digits, as an NAA; null for the others. */
  name: string | null
}

const SOURCE = 'READ ELEMENT STATUS'
const SHORTEST_DESCRIPTOR = 12
const VOLUME_TAG_CHARACTERS = 32
const VOLUME_TAG_BYTES = 36 // SMC-3 6.11.4.3: 32 characters, 2 reserved, 2 of sequence number

/**
 * Decodes the answer. Bytes that the header announces and that did not come make it `truncated`;
 * what contradicts itself otherwise is a DecodeError.
 */
export function decodeElementStatus(data: Uint8Array): ElementStatus {
  const available = numberAt(data, 2, 2, SOURCE)
  const announced = 8 + numberAt(data, 5, 3, SOURCE)
  const bytes = data.subarray(0, announced)
  let truncated = data.length < announced

  const elements: ElementDescriptor[] = []
  for (const page of elementPages(data)) {
    for (let at = page.begin; at < page.whole; at += page.descriptorLength) {
      elements.push(descriptorAt(bytes, at, page))
    }
    if (page.whole === page.end || elements.length !== available - 1) continue
    if (!isEnough(bytes, page)) continue
    elements.push(descriptorAt(bytes, page.whole, page))
    truncated = false
  }
  // Some libraries announce the bytes that fitted, but count all elements.
  if (elements.length < available) truncated = true
  return { available, elements, truncated }
}

/** Descriptors of elements of one type that stand one behind the other, from `begin` on. */
export interface ElementPage {
  type: ElementType
  primaryTags: boolean
  alternateTags: boolean
  descriptorLength: number
  /** Where its header is. */
  offset: number
  begin: number
  /** Behind the last descriptor that is there whole. */
  whole: number
  /** Behind the last one that it announces, which may be behind the answer. */
  end: number
}

/** The pages of an answer. Throws DecodeError while they are gone through, where the answer contradicts itself. */
export function* elementPages(data: Uint8Array): Generator<ElementPage> {
  const announced = 8 + numberAt(data, 5, 3, SOURCE)
  const isCut = data.length < announced
  const length = Math.min(announced, data.length)
  for (let offset = 8; offset < length;) {
    if (length - offset < 8) {
      if (!isCut) throw new DecodeError(SOURCE, 'a page header ends behind the answer')
      return
    }
    const page = pageAt(data, offset)
    const { begin, end, descriptorLength } = page
    if (end > length) {
      if (!isCut) throw new DecodeError(SOURCE, 'a page ends behind the answer')
    } else if ((end - begin) % descriptorLength !== 0) {
      throw new DecodeError(SOURCE, 'a page ends within a descriptor')
    }
    const there = Math.min(end, length)
    yield { ...page, whole: there - ((there - begin) % descriptorLength) }
    offset = end
  }
}

/** Element status page header, SMC-3 6.11.3. */
function pageAt(data: Uint8Array, offset: number): Omit<ElementPage, 'whole'> {
  const code = byteAt(data, offset, SOURCE)
  const flags = byteAt(data, offset + 1, SOURCE)
  const descriptorLength = numberAt(data, offset + 2, 2, SOURCE)
  const type = TYPES[code]
  if (type === undefined) throw new DecodeError(SOURCE, `element type ${code}`)
  const primaryTags = (flags & 0x80) !== 0
  const shortest = SHORTEST_DESCRIPTOR + (primaryTags ? VOLUME_TAG_BYTES : 0)
  if (descriptorLength < shortest) {
    throw new DecodeError(SOURCE, `descriptors of ${descriptorLength} bytes, ${shortest} expected`)
  }
  return {
    type,
    primaryTags,
    // The HP MSL G3 announces alternate tags in descriptors that have no room for them.
    alternateTags: (flags & 0x40) !== 0 && descriptorLength >= shortest + VOLUME_TAG_BYTES,
    descriptorLength,
    offset,
    begin: offset + 8,
    end: offset + 8 + numberAt(data, offset + 5, 3, SOURCE),
  }
}

/**
 * Whether all that matters of a descriptor is there. tgt announces eight bytes more than it sends, and what
 * is missing at the end of the very last descriptor is reserved, or part of an identifier.
 */
function isEnough(data: Uint8Array, page: ElementPage): boolean {
  if (page.alternateTags) return false
  const there = data.length - page.whole
  return there >= SHORTEST_DESCRIPTOR + (page.primaryTags ? VOLUME_TAG_CHARACTERS : 0)
}

const TYPES: Readonly<Record<number, ElementType>> = {
  1: 'medium-transport',
  2: 'storage',
  3: 'import-export',
  4: 'data-transfer',
}

/** The descriptor at an offset, all of which the answer holds (SMC-3 6.11.5 to 6.11.8). */
export function descriptorAt(data: Uint8Array, at: number, page: ElementPage): ElementDescriptor {
  const flags = byteAt(data, at + 2, SOURCE)
  const source = byteAt(data, at + 9, SOURCE)
  const importExport = page.type === 'import-export'
  const primaryAt = at + SHORTEST_DESCRIPTOR
  const alternateAt = primaryAt + (page.primaryTags ? VOLUME_TAG_BYTES : 0)
  const identifierAt = alternateAt + (page.alternateTags ? VOLUME_TAG_BYTES : 0)
  const end = at + page.descriptorLength
  const isDrive = page.type === 'data-transfer'
  return {
    type: page.type,
    address: numberAt(data, at, 2, SOURCE),
    full: (flags & 0x01) !== 0,
    exception: (flags & 0x04) === 0 ? null : numberAt(data, at + 4, 2, SOURCE),
    access: (flags & 0x08) !== 0,
    byOperator: importExport ? (flags & 0x02) !== 0 : null,
    importEnabled: importExport ? (flags & 0x20) !== 0 : null,
    exportEnabled: importExport ? (flags & 0x10) !== 0 : null,
    operatorNeeded: importExport ? (flags & 0x80) !== 0 : null,
    disabled: (source & 0x08) !== 0,
    inverted: (source & 0x80) === 0 ? null : (source & 0x40) !== 0,
    mediumType: MEDIUM_TYPES[source & 0x07] ?? null,
    sourceAddress: (source & 0x80) === 0 ? null : numberAt(data, at + 10, 2, SOURCE),
    volumeTag: page.primaryTags
      ? asciiField(data, primaryAt, primaryAt + VOLUME_TAG_CHARACTERS)
      : null,
    alternateVolumeTag: page.alternateTags
      ? asciiField(data, alternateAt, alternateAt + VOLUME_TAG_CHARACTERS)
      : null,
    device: isDrive ? identifierOf(data.subarray(identifierAt, end)) : null,
  }
}

/** Medium types (SMC-3 6.11). */
const MEDIUM_TYPES: Readonly<Record<number, ElementMediumType>> = {
  1: 'data',
  2: 'cleaning',
  3: 'diagnostics',
  4: 'write-once',
  5: 'microcode',
}

/** Device identifier of a data transfer element, SMC-3 6.11.5.2: code set, type, reserved, length, identifier. */
function identifierOf(bytes: Uint8Array): DeviceIdentifier | null {
  if (bytes.length < 4) return null
  const codeSet = byteAt(bytes, 0, SOURCE) & 0x0f
  const type = byteAt(bytes, 1, SOURCE) & 0x0f
  const length = byteAt(bytes, 3, SOURCE)
  if (length === 0 || 4 + length > bytes.length) return null
  const identifier = bytes.subarray(4, 4 + length)
  const BINARY = 1
  const ASCII = 2
  const UTF8 = 3
  if (codeSet === ASCII || codeSet === UTF8) {
    // A T10 vendor id is followed by the product identification and the serial number.
    return { type, serial: asciiField(identifier, type === 1 ? 24 : 0), name: null }
  }
  return { type, serial: null, name: codeSet === BINARY ? hexOf(identifier) : null }
}
