import type { Host } from '../host/host.ts'
import type { Outcome } from '../scsi/answer.ts'
import { DecodeError } from '../scsi/bytes.ts'
import { readElementStatus } from '../scsi/cdb.ts'
import {
  decodeElementStatus,
  ELEMENT_TYPES,
  type ElementDescriptor,
  type ElementStatus,
} from '../scsi/element-status.ts'
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
  data: Uint8Array
  count: number
  /** The highest address in it; -1 when it has none. */
  highest: number
}

/** Every answer, and those that the elements are in. */
interface Answers {
  all: readonly Part[]
  parts: readonly Part[]
}

/** What elements were decoded from: a library that says the same again is not decoded again. */
const answersOf = new WeakMap<readonly Element[], Answers>()

/**
 * Reads every element of a changer by READ ELEMENT STATUS, in as many requests as it takes; where it says just what
 * it said before, `previous` stands. Rejects like Host.scsi, and with DecodeError when the answer contradicts itself.
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
    const bytes = Buffer.from(outcome.data)
    const part = this.#known.find(({ data }) => bytes.equals(data)) ?? this.#decode(bytes)
    this.told.push(part)
    return part
  }

  descriptorsIn(part: Part): readonly ElementDescriptor[] {
    return this.#decoded.get(part) ?? decodeElementStatus(part.data).elements
  }

  #decode(data: Uint8Array): Part {
    const { available, truncated, elements } = decodeElementStatus(data)
    const highest = elements.reduce((most, { address }) => Math.max(most, address), -1)
    const part = { data, available, truncated, count: elements.length, highest }
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
  const before = (previous && answersOf.get(previous)?.parts) ?? []
  const isSame = before.length === parts.length && parts.every((part, at) => part === before[at])
  if (previous !== undefined && isSame) return previous
  const elements = elementsOf(parts.flatMap((part) => library.descriptorsIn(part)))
  answersOf.set(elements, { all: library.told, parts })
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
function elementsOf(descriptors: readonly ElementDescriptor[]): Element[] {
  const byAddress = new Map(descriptors.map((descriptor) => [descriptor.address, descriptor]))
  const sorted = [...byAddress.values()].sort((a, b) => a.address - b.address)
  const ofType = (type: Element['type']) => sorted.filter((element) => element.type === type)
  const drives = ofType('data-transfer')
  const slots = [...ofType('storage'), ...ofType('import-export')]
  const slotNumbers = new Map(slots.map(({ address }, index) => [address, index + 1]))

  const element = (descriptor: ElementDescriptor, number: number): Element => {
    const { type, address, full, exception, access, sourceAddress, device } = descriptor
    const loaded = type === 'data-transfer' && full && sourceAddress !== null
    return {
      type: type as Element['type'],
      number,
      address,
      full,
      volumeTag: full ? descriptor.volumeTag : null,
      sourceElement: loaded ? (slotNumbers.get(sourceAddress) ?? null) : null,
      exception,
      exceptionText: exception === null ? null : senseCodeName(exception >> 8, exception & 0xff),
      accessible: access,
      mediumType: full ? descriptor.mediumType : null,
      driveSerial: device?.serial ?? null,
    }
  }
  return [
    ...drives.map((drive, index) => element(drive, index)),
    ...slots.map((slot, index) => element(slot, index + 1)),
  ]
}

function isIllegalRequest(told: Part | Outcome): boolean {
  return 'kind' in told && told.kind === 'check-condition' && told.sense?.key === ILLEGAL_REQUEST
}
