import type { NewEvent } from '../events/event.ts'
import { DecodeError } from '../scsi/bytes.ts'
import { decodeLogPage } from '../scsi/log/page.ts'
import { decodeTapeAlertFlags } from '../scsi/log/tape-alert.ts'
import { excerptOf } from './excerpt.ts'
import { flagOf } from './flag.ts'
import {
  memoryOf,
  type Decision,
  type DeviceMemory,
  type KeptFlag,
  type Memory,
  type Signs,
} from './memory.ts'
import type { WatchedDevice } from './watched.ts'
import { flagEvent, lostEvent, undecodedEvent } from './words.ts'

/** Of a log page: its last two bytes are the length of what follows. */
const HEADER_BYTES = 4

/** A page 2Eh as it came: what is kept of it before anything else is done, because it will not come again. */
export interface PageReading extends ReadDevice {
  /** UUID. */
  id: string
  readAt: Date
  page: Uint8Array
}

/** What was read. */
export interface ReadDevice {
  device: Pick<WatchedDevice, 'kind' | 'id' | 'place' | 'signs' | 'volumeTag' | 'mediumPresent'> & {
    /** Of the cartridge that was in it until shortly before; null when one is in it, or none was. */
    lastVolumeTag: string | null
  }
}

/** What the device showed right after its page was read; null where it was not asked, or could not be. */
export interface Aftermath {
  signs: Signs | null
  /** Flags on page 12h, which reading does not clear. */
  response: readonly number[] | null
}

/** Nothing was asked after the page. */
export const noAftermath: Aftermath = { signs: null, response: null }

/**
 * What is to be remembered and told of a page that was read. A page that is stored already changes nothing,
 * so it does not matter when the daemon was killed. Pure.
 */
export function noteReading(
  memory: Memory,
  reading: PageReading,
  aftermath: Aftermath,
  newKey: () => string,
): Decision<void> {
  const { device, readAt } = reading
  const known = memoryOf(memory, device)
  if (known.readingId === reading.id) return { result: undefined }

  const heeded = signsAfter(device.signs, aftermath.signs, known.clears)
  const read: DeviceMemory = {
    ...known,
    signs: heeded.signs,
    clears: heeded.clears ?? known.clears,
    begunAt: null,
    readAt,
    readingId: reading.id,
    failures: 0,
    failedAt: null,
    error: null,
  }
  const numbers = flagsIn(reading.page)
  if (numbers instanceof DecodeError) {
    const event = undecodedEvent(reading, numbers.message)
    return { result: undefined, devices: [read], events: [event] }
  }

  const flags: KeptFlag[] = []
  const events: NewEvent[] = []
  for (const number of numbers) {
    const before = keptFlagOf(memory, reading, number)
    const flag = noteFlag(before, { reading, number, aftermath, newKey })
    flags.push(flag)
    // From a device that clears its flags by reading it is news each time.
    if (before === null || read.clears === true) events.push(flagEvent(flag, device.place, before))
  }
  const missing = missingFrom(reading.page)
  if (missing !== null) {
    events.push(undecodedEvent(reading, missing))
  } else if (known.clears === false && read.clears === false) {
    flags.push(...withdrawn(memory, reading, numbers))
  }
  return { result: undefined, devices: [read], flags, events }
}

/**
 * What is to be remembered of a page that could not be read. `asked`: the device may have got the
 * request, so it may have cleared flags that nobody has seen. Pure.
 */
export function noteFailure(
  memory: Memory,
  device: Pick<WatchedDevice, 'kind' | 'id' | 'place' | 'signs'>,
  failure: { error: string; asked: boolean; lasting: boolean },
  now: Date,
): Decision<void> {
  const known = memoryOf(memory, device)
  const { error, asked, lasting } = failure
  const failed: DeviceMemory = {
    ...known,
    // A page that the device does not have is not asked for again before something else is new.
    signs: lasting ? device.signs : known.signs,
    begunAt: null,
    failures: known.failures + 1,
    failedAt: now,
    error,
  }
  const events = asked ? [lostEvent(failed, error, now)] : []
  return { result: undefined, devices: [failed], events }
}

/** What is to be told of devices whose page a daemon was about to read when it ended. Pure. */
export function noteInterrupted(memory: Memory, now: Date): Decision<void> {
  const interrupted = memory.devices.filter(({ begunAt }) => begunAt !== null)
  return {
    result: undefined,
    devices: interrupted.map((device) => ({ ...device, begunAt: null })),
    events: interrupted.map((device) =>
      lostEvent(device, 'the daemon ended while it was being read', now),
    ),
  }
}

/**
 * What counts as heeded after the page was read. TAFC that is still set is not news before it was seen to have
 * gone out; from a drive that was known to clear it by reading it is: something was raised meanwhile.
 */
function signsAfter(
  before: Signs | null,
  after: Signs | null,
  cleared: boolean | null,
): { signs: Signs | null; clears: boolean | null } {
  if (before?.by !== 'status' || after?.by !== 'status') return { signs: before, clears: null }
  const clears = before.tapeAlertChanged ? !after.tapeAlertChanged : null
  const tapeAlertChanged = after.tapeAlertChanged && cleared !== true
  const { contents = null } = before
  return { signs: { ...after, tapeAlertChanged, contents }, clears }
}

function flagsIn(page: Uint8Array): number[] | DecodeError {
  try {
    return decodeTapeAlertFlags(page)
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}

/** What did not come of a page that was cut short; null of a whole one. */
function missingFrom(page: Uint8Array): string | null {
  const { truncated } = decodeLogPage(page)
  const bytes = HEADER_BYTES + (page[2] ?? 0) * 256 + (page[3] ?? 0)
  return truncated ? `${page.length} of ${bytes} bytes came` : null
}

/** The flag as it is known already: of the same device and, if it is about the medium, of the same cartridge. */
function keptFlagOf({ flags }: Memory, { device }: ReadDevice, number: number): KeptFlag | null {
  const { aboutMedium } = flagOf(device.kind, number)
  const volumeTag = volumeTagOf(device, number)
  return (
    flags.find(
      (one) =>
        one.kind === device.kind &&
        one.id === device.id &&
        one.flag === number &&
        (!aboutMedium || one.volumeTag === volumeTag),
    ) ?? null
  )
}

function noteFlag(
  before: KeptFlag | null,
  given: {
    reading: PageReading
    number: number
    aftermath: Aftermath
    newKey: () => string
  },
): KeptFlag {
  const { reading, number, aftermath } = given
  const { device, readAt, page } = reading
  return {
    key: before?.key ?? given.newKey(),
    kind: device.kind,
    id: device.id,
    flag: number,
    volumeTag: volumeTagOf(device, number),
    firstReadAt: before?.firstReadAt ?? readAt,
    lastReadAt: readAt,
    count: (before?.count ?? 0) + 1,
    excerpt: excerptOf(page, number),
    standing: standingOf(device.kind, number, aftermath),
    leftAt: device.mediumPresent === false ? readAt : null,
    returnedAt: null,
    returnedTo: null,
    endedAt: null,
    ending: null,
  }
}

/** A cartridge that is bad may have been unloaded just because of that. */
function volumeTagOf(
  { kind, volumeTag, lastVolumeTag }: ReadDevice['device'],
  number: number,
): string | null {
  return volumeTag ?? (flagOf(kind, number).aboutMedium ? lastVolumeTag : null)
}

/** Where the device goes on saying that the flag is set, now that it is cleared on page 2Eh. */
function standingOf(
  kind: KeptFlag['kind'],
  number: number,
  { signs, response }: Aftermath,
): KeptFlag['standing'] {
  const { cleaning } = flagOf(kind, number)
  if (cleaning !== null && signs?.by === 'status' && signs[cleaning]) return 'status'
  return response?.includes(number) === true ? 'response' : null
}

/**
 * Flags that a device whose flags stay set while they are read does not have any more. TAFC that stays set does not
 * prove that they do: a flag that is on the page again does.
 */
function withdrawn(
  { flags }: Memory,
  { device, readAt }: PageReading,
  numbers: readonly number[],
): KeptFlag[] {
  const own = flags.filter(({ kind, id }) => kind === device.kind && id === device.id)
  if (!own.some(({ flag }) => numbers.includes(flag))) return []
  return own
    .filter(({ flag }) => !numbers.includes(flag))
    .filter(({ kind, flag }) => !flagOf(kind, flag).staysWithCartridge)
    .map((flag) => ({ ...flag, endedAt: readAt, ending: 'withdrawn' }))
}
