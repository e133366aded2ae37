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
export type ElementsTold = { elements: Element[] } | { refused: Refusal }

type Refusal = Exclude<Outcome, { kind: 'good' }>

/**
 * Reads every element of a changer by READ ELEMENT STATUS, in as many requests as it takes.
 * Rejects like Host.scsi, and with DecodeError when the answer contradicts itself.
 */
export async function readElements(
  host: Pick<Host, 'scsi'>,
  device: string,
): Promise<ElementsTold> {
  let deviceIdentifiers = true
  let all = await requestAll(host, device, deviceIdentifiers)
  if (all !== null && isIllegalRequest(all)) {
    deviceIdentifiers = false
    all = await requestAll(host, device, deviceIdentifiers)
  }
  if (all !== null && 'kind' in all) return { refused: all }
  if (all?.truncated === false) return { elements: elementsOf(all.elements) }

  // A follow-up can only name a lowest address, and the types need not be in the order of their addresses.
  const found: ElementDescriptor[] = []
  for (const type of ['storage', 'import-export', 'data-transfer'] as const) {
    const told = await readType(host, device, ELEMENT_TYPES[type], deviceIdentifiers)
    if ('kind' in told) return { refused: told }
    found.push(...told)
  }
  return { elements: elementsOf(found) }
}

/** Null where the answer contradicts itself: tgt loses its drives behind a type of which it has no element. */
async function requestAll(host: Pick<Host, 'scsi'>, device: string, deviceIdentifiers: boolean) {
  try {
    return await request(host, device, ALL_TYPES, 0, deviceIdentifiers)
  } catch (error) {
    if (error instanceof DecodeError) return null
    throw error
  }
}

/** All elements of a type. A library that counts more of them than it tells is refused, not read as emptier. */
async function readType(
  host: Pick<Host, 'scsi'>,
  device: string,
  type: number,
  deviceIdentifiers: boolean,
): Promise<ElementDescriptor[] | Refusal> {
  const found: ElementDescriptor[] = []
  let announced = 0
  for (let start = 0; start <= HIGHEST_ADDRESS;) {
    const part = await request(host, device, type, start, deviceIdentifiers)
    // No element at or behind the start address.
    if (isIllegalRequest(part)) break
    if ('kind' in part) return part
    announced = Math.max(announced, part.available)
    found.push(...part.elements)
    const next = 1 + Math.max(-1, ...part.elements.map(({ address }) => address))
    if (!part.truncated || next <= start) break
    start = next
  }
  if (found.length < announced) {
    throw new DecodeError('READ ELEMENT STATUS', `${found.length} of ${announced} elements told`)
  }
  return found
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

async function request(
  host: Pick<Host, 'scsi'>,
  device: string,
  type: number,
  start: number,
  deviceIdentifiers: boolean,
): Promise<ElementStatus | Refusal> {
  const cdb = readElementStatus({
    type,
    start,
    count: ALL_ELEMENTS,
    volumeTags: true,
    currentData: false,
    deviceIdentifiers,
    allocationLength: ALLOCATION_BYTES,
  })
  const outcome = await ask(host, device, cdb, {
    dataInBytes: ALLOCATION_BYTES,
    timeoutMs: TIMEOUT_MS,
  })
  return outcome.kind === 'good' ? decodeElementStatus(outcome.data) : outcome
}

function isIllegalRequest(told: ElementStatus | Outcome): boolean {
  return 'kind' in told && told.kind === 'check-condition' && told.sense?.key === ILLEGAL_REQUEST
}
