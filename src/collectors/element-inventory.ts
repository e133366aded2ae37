import type { Host } from '../host/host.ts'
import type { Outcome } from '../scsi/answer.ts'
import { DecodeError } from '../scsi/bytes.ts'
import { readElementStatus } from '../scsi/cdb.ts'
import {
  decodeElementStatus,
  descriptorAt,
  ELEMENT_TYPES,
  type ElementDescriptor,
  type ElementStatus,
} from '../scsi/element-status.ts'
import { changedElements, type ChangedElement } from '../scsi/element-status-changes.ts'
import { ILLEGAL_REQUEST, senseCodeName } from '../scsi/sense.ts'
import type { Element } from './changers.ts'
import { ask } from './scsi-devices.ts'

/** More in one request is refused by many adapters (EINVAL), and 256 KiB hold about 5,000 elements. */
const ALLOCATION_BYTES = 0x40000
/** A library may look through its slots before it answers. */
const TIMEOUT_MS = 25_000

const ALL_TYPES = 0
const ALL_ELEMENTS = 0xffff
const HIGHEST_ADDRESS = 0xffff

/** What a library said of its elements, or why it did not. */
export type ElementsTold = { elements: readonly Element[] } | { refused: Refusal }

type Refusal = Exclude<Outcome, { kind: 'good' }>

/** One answer, and what of it matters for the next request. */
interface Part extends Pick<ElementStatus, 'available' | 'truncated'> {
  /** The request, which is put again each time. */
  asked: string
  data: Uint8Array
  count: number
  /** The highest address in it; -1 when it has none. */
  highest: number
}

/** Every answer, and those that the elements are in. */
interface Answers extends Places {
  all: readonly Part[]
  parts: readonly Part[]
}

/** Where descriptors are among the elements. */
interface Places {
  /** By the order of the descriptors in the parts; -1 of the robot, which is no place for a cartridge. */
  places: Int32Array
  /** Numbers of slots by their addresses, 0 where there is none. */
  slotNumbers: Uint16Array
}

/** What elements were decoded from: of a library that says the same again, but for some, only these are decoded. */
const answersOf = new WeakMap<readonly Element[], Answers>()

/**
 * Reads every element of a changer by READ ELEMENT STATUS, in as many requests as it takes; where it says just what
 * it said before, `previous` stands, or those of its elements that have not changed. Rejects like Host.scsi, and with
 * DecodeError when the answer contradicts itself.
 */
export async function readElements(
  host: Pick<Host, 'scsi'>,
  device: string,
  previous?: readonly Element[],
): Promise<ElementsTold> {
  const before = previous && answersOf.get(previous)
  const library = new Library(host, device, before?.all ?? [])
  let deviceIdentifiers = true
  let all = await requestAll(library, deviceIdentifiers)
  if (all !== null && isIllegalRequest(all)) {
    deviceIdentifiers = false
    all = await requestAll(library, deviceIdentifiers)
  }
  if (all !== null && 'kind' in all) return { refused: all }
  if (all?.truncated === false) return { elements: elementsIn(library, [all], previous) }

  // A follow-up can only name a lowest address, and the types need not be in the order of their addresses.
  const parts: Part[] = []
  for (const type of ['storage', 'import-export', 'data-transfer'] as const) {
    const told = await readType(library, ELEMENT_TYPES[type], deviceIdentifiers)
    if ('kind' in told) return { refused: told }
    parts.push(...told)
  }
  return { elements: elementsIn(library, parts, previous) }
}

/** A changer that is asked, and what it answered the time before. */
class Library {
  readonly told: Part[] = []
  readonly #host: Pick<Host, 'scsi'>
  readonly #device: string
  readonly #known: readonly Part[]
  readonly #decoded = new Map<Part, readonly ElementDescriptor[]>()
  readonly #changed = new Map<Part, { from: Part; elements: readonly ChangedElement[] }>()

  constructor(host: Pick<Host, 'scsi'>, device: string, known: readonly Part[]) {
    this.#host = host
    this.#device = device
    this.#known = known
  }

  async request(type: number, start: number, deviceIdentifiers: boolean): Promise<Part | Refusal> {
    const cdb = readElementStatus({
      type,
      start,
      count: ALL_ELEMENTS,
      volumeTags: true,
      currentData: false,
      deviceIdentifiers,
      allocationLength: ALLOCATION_BYTES,
    })
    const outcome = await ask(this.#host, this.#device, cdb, {
      dataInBytes: ALLOCATION_BYTES,
      timeoutMs: TIMEOUT_MS,
    })
    if (outcome.kind !== 'good') return outcome
    const part = this.#partOf(Buffer.from(cdb).toString('hex'), outcome.data)
    this.told.push(part)
    return part
  }

  descriptorsIn(part: Part): readonly ElementDescriptor[] {
    return this.#decoded.get(part) ?? decodeElementStatus(part.data).elements
  }

  /** The elements that a part tells otherwise than the one before; null where it is not the same but for these. */
  changedSince(before: Part | undefined, part: Part): readonly ChangedElement[] | null {
    if (part === before) return []
    const changed = this.#changed.get(part)
    return changed !== undefined && changed.from === before ? changed.elements : null
  }

  #partOf(asked: string, data: Uint8Array): Part {
    const known = this.#known.find((part) => part.asked === asked)
    if (known === undefined) return this.#decode(asked, data)
    if (Buffer.compare(known.data, data) === 0) return known
    const elements = changedElements(known.data, data)
    if (elements === null) return this.#decode(asked, data)
    const part = { ...known, data }
    this.#changed.set(part, { from: known, elements })
    return part
  }

  #decode(asked: string, data: Uint8Array): Part {
    const { available, truncated, elements } = decodeElementStatus(data)
    const highest = elements.reduce((most, { address }) => Math.max(most, address), -1)
    const part = { asked, data, available, truncated, count: elements.length, highest }
    this.#decoded.set(part, elements)
    return part
  }
}

/** `previous` itself where it is in the same answers. */
function elementsIn(
  library: Library,
  parts: readonly Part[],
  previous: readonly Element[] | undefined,
): readonly Element[] {
  const before = previous && answersOf.get(previous)
  if (previous !== undefined && before?.parts.length === parts.length) {
    const changed = parts.map((part, at) => library.changedSince(before.parts[at], part))
    if (changed.every((elements) => elements?.length === 0)) return previous
    if (changed.every((elements) => elements !== null)) {
      const answers = { ...before, all: library.told, parts }
      const elements = withChanges(previous, answers, changed)
      answersOf.set(elements, answers)
      return elements
    }
  }
  const { elements, ...where } = elementsOf(parts.flatMap((part) => library.descriptorsIn(part)))
  answersOf.set(elements, { all: library.told, parts, ...where })
  return elements
}

/** The elements before but for those that have changed, of each part. */
function withChanges(
  previous: readonly Element[],
  { parts, places, slotNumbers }: Answers,
  changed: readonly (readonly ChangedElement[])[],
): Element[] {
  const elements = previous.slice()
  let first = 0
  for (const [part, { data, count }] of parts.entries()) {
    for (const { index, at, page } of changed[part] ?? []) {
      const place = places[first + index] ?? -1
      const known = elements[place]
      if (known === undefined) continue
      elements[place] = elementOf(descriptorAt(data, at, page), known.number, slotNumbers)
    }
    first += count
  }
  return elements
}

/** Null where the answer contradicts itself: tgt loses its drives behind a type of which it has no element. */
async function requestAll(library: Library, deviceIdentifiers: boolean) {
  try {
    return await library.request(ALL_TYPES, 0, deviceIdentifiers)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

/** All elements of a type. A library that counts more of them than it tells is refused, not read as emptier. */
async function readType(
  library: Library,
  type: number,
  deviceIdentifiers: boolean,
): Promise<Part[] | Refusal> {
  const parts: Part[] = []
  let announced = 0
  for (let start = 0; start <= HIGHEST_ADDRESS;) {
    const part = await library.request(type, start, deviceIdentifiers)
    // No element at or behind the start address.
    if (isIllegalRequest(part)) break
    if ('kind' in part) return part
    announced = Math.max(announced, part.available)
    parts.push(part)
    const next = 1 + part.highest
    if (!part.truncated || next <= start) break
    start = next
  }
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  if (count < announced) {
    throw new DecodeError('READ ELEMENT STATUS', `${count} of ${announced} elements told`)
  }
  return parts
}

/**
 * Elements as mtx numbers them: by address within their type, drives from 0, storage elements from 1,
 * import/export elements on from there.
 */
function elementsOf(
  descriptors: readonly ElementDescriptor[],
): Places & { elements: readonly Element[] } {
  const byAddress = new Map(descriptors.map(({ address }, index) => [address, index]))
  const sorted = [...byAddress].sort(([one], [other]) => one - other)
  const ofType = (type: Element['type']) =>
    sorted.filter(([, index]) => descriptors[index]?.type === type)
  const slots = [...ofType('storage'), ...ofType('import-export')]
  const slotNumbers = new Uint16Array(1 + (sorted.at(-1)?.[0] ?? -1))
  for (const [at, [address]] of slots.entries()) slotNumbers[address] = at + 1

  const elements: Element[] = []
  const places = new Int32Array(descriptors.length).fill(-1)
  const add = (index: number, number: number) => {
    const descriptor = descriptors[index]
    if (descriptor === undefined) return
    places[index] = elements.length
    elements.push(elementOf(descriptor, number, slotNumbers))
  }
  for (const [number, [, index]] of ofType('data-transfer').entries()) add(index, number)
  for (const [at, [, index]] of slots.entries()) add(index, at + 1)
  return { elements, places, slotNumbers }
}

function elementOf(
  descriptor: ElementDescriptor,
  number: number,
  slotNumbers: Uint16Array,
): Element {
  const { type, address, full, exception, access, sourceAddress, device } = descriptor
  const isLoaded = type === 'data-transfer' && full && sourceAddress !== null
  const source = isLoaded ? (slotNumbers[sourceAddress] ?? 0) : 0
  return {
    type: type as Element['type'],
    number,
    address,
    full,
    volumeTag: full ? descriptor.volumeTag : null,
    sourceElement: source === 0 ? null : source,
    exception,
    exceptionText: exception === null ? null : senseCodeName(exception >> 8, exception & 0xff),
    accessible: access,
    mediumType: full ? descriptor.mediumType : null,
    driveSerial: device?.serial ?? null,
  }
}

function isIllegalRequest(told: Part | Outcome): boolean {
  return 'kind' in told && told.kind === 'check-condition' && told.sense?.key === ILLEGAL_REQUEST
}
