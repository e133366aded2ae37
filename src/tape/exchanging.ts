import { ask } from '../collectors/scsi-devices.ts'
import { isFailure } from '../collectors/failures.ts'
import type { Host } from '../host/host.ts'
import { isUnknownCommand, MediumMoveError } from '../host/medium-moves.ts'
import { modeSense6 } from '../scsi/cdb.ts'
import {
  CHANGER_CAPABILITIES,
  decodeChangerCapabilities,
  type ChangerCapabilities,
} from '../scsi/mode/changer-capabilities.ts'
import { decodeModeSense6, modePage } from '../scsi/mode/page.ts'
import {
  assertFree,
  begun,
  carryOutMove,
  MoveFailedError,
  seen,
  type Moving,
  type Say,
  type Terms,
} from './carry-out.ts'
import {
  cartridgeName,
  elementAt,
  isReachable,
  isSamePlace,
  MoveNotPossibleError,
  placeName,
  placeOf,
  type Contents,
  type Place,
} from './library.ts'
import { freeHomeOf, wantedInDrive, type CartridgeName, type ElementName } from './plan.ts'
import { readLibrary } from './reading.ts'

/** Another cartridge into a drive, and what is in it elsewhere, by one command. */
export interface PlannedExchange {
  from: Place
  drive: Place
  /** Where what is in the drive goes: `from` when nothing else is free. */
  back: Place
  /** Null of a cartridge without a barcode. */
  volumeTag: string | null
  oldTag: string | null
}

/** Between which elements a changer can exchange. */
export type Exchanges = ChangerCapabilities['exchanges']

/** What a changer says of itself (mode page 1Fh, SMC-3 7.3.2); null when it does not say. */
export async function exchangesOf(
  host: Pick<Host, 'scsi'>,
  device: string,
): Promise<Exchanges | null> {
  try {
    const options = { dataInBytes: 0xff, timeoutMs: 10_000 }
    const answer = await ask(host, device, modeSense6(CHANGER_CAPABILITIES), options)
    if (answer.kind !== 'good') return null
    const page = modePage(decodeModeSense6(answer.data), CHANGER_CAPABILITIES)
    return page === null ? null : decodeChangerCapabilities(page).exchanges
  } catch (error) {
    if (isFailure(error)) return null
    throw error
  }
}

/**
 * How EXCHANGE MEDIUM does it; null where it does not: the drive is empty, the changer does not say that it can, or
 * elements have no address that is known. Throws MoveNotPossibleError for what is no exchange at all.
 */
export function planExchangeMedium(
  contents: Contents,
  wanted: CartridgeName & { drive: ElementName },
  exchanges: Exchanges | null,
): PlannedExchange | null {
  const { drive, cartridge } = wantedInDrive(contents, wanted)
  if (!drive.full || exchanges === null) return null
  const back = freeHomeOf(contents, drive) ?? cartridge
  // The page tells of exchanges whose source and second destination are elements of one type.
  const isPossible =
    back.type === cartridge.type && exchanges[cartridge.type].includes('data-transfer')
  const isAddressed = [drive, cartridge, back].every(({ address }) => address !== null)
  if (!isPossible || !isAddressed) return null
  const planned = {
    ...{ from: placeOf(cartridge), drive: placeOf(drive), back: placeOf(back) },
    ...{ volumeTag: cartridge.volumeTag, oldTag: drive.volumeTag },
  }
  assertExchangePossible(contents, planned)
  return planned
}

/** Throws MoveNotPossibleError unless both cartridges are where they were, and there is room. */
function assertExchangePossible(contents: Contents, planned: PlannedExchange): void {
  const { from, drive, back, volumeTag, oldTag } = planned
  const refuse = (reason: string) => new MoveNotPossibleError(`${contents.library}: ${reason}`)
  for (const [place, tag] of [
    [from, volumeTag],
    [drive, oldTag],
  ] as const) {
    const { full, volumeTag: is } = elementAt(contents, place)
    if (!full) throw refuse(`${placeName(place)} is empty`)
    if (is === tag) continue
    throw refuse(
      `${placeName(place)} has ${cartridgeName(is)} in it, and not ${cartridgeName(tag)}`,
    )
  }
  const room = elementAt(contents, back)
  if (room.full && !isSamePlace(back, from)) {
    throw refuse(`${placeName(back)} is full: ${cartridgeName(room.volumeTag)} is in it`)
  }
  const barred = [from, back].find((place) => !isReachable(contents, elementAt(contents, place)))
  if (barred !== undefined) throw refuse(`${placeName(barred)}: the robot cannot reach it`)
}

/**
 * Has it done, when everything is as it was planned; by two moves where the changer says that it can exchange and does
 * not know the command, as tgt does. Rejects as carryOutMove does.
 */
export async function carryOutExchange(
  moving: Moving,
  planned: PlannedExchange,
  terms: Terms,
  say: Say,
): Promise<void> {
  const { from, drive, back, volumeTag, oldTag } = planned
  const tags = [volumeTag, oldTag]
  const isExchanged = await moving.lock.held(terms.library, async () => {
    const found = await readLibrary(moving, terms.library)
    assertExchangePossible(found.contents, planned)
    await assertFree(moving, found, drive, terms, say)
    const addressOf = (place: Place) => {
      const { address } = elementAt(found.contents, place)
      if (address !== null) return address
      throw new MoveNotPossibleError(`${terms.library}: ${placeName(place)} has no address now`)
    }
    const [source, first, second] = [from, drive, back].map(addressOf) as [number, number, number]
    const elements = { source, destination: first, second }
    const move = { command: 'exchange', changer: found.device, ...elements } as const
    try {
      await begun(moving, terms.library, move, tags)
    } catch (error) {
      if (isNotKnown(error) && !isSamePlace(from, back)) return false
      throw error
    }
    const after = await seen(moving, terms.library)
    const isOther = (place: Place, tag: string | null) => {
      const { full, volumeTag: is } = elementAt(after.contents, place)
      // A barcode that is not read again at once is no other cartridge.
      return !full || (is !== null && is !== tag)
    }
    const isLeft = !isSamePlace(from, back) && elementAt(after.contents, from).full
    if (!isOther(drive, volumeTag) && !isOther(back, oldTag) && !isLeft) return true
    throw new MoveFailedError(`the changer says that it was done; ${after.where(tags)}`, null)
  })
  if (!isExchanged) {
    await say('the changer says that it can exchange, and does not know how: two moves', 'warning')
    await carryOutMove(moving, { from: drive, to: back, volumeTag: oldTag }, terms, say)
    await carryOutMove(moving, { from, to: drive, volumeTag }, terms, say)
    return
  }
  await say(
    `${cartridgeName(volumeTag)} is in ${placeName(drive)} now, ${cartridgeName(oldTag)} in ${placeName(back)}`,
  )
}

function isNotKnown(error: unknown): boolean {
  if (!(error instanceof MoveFailedError)) return false
  return error.cause instanceof MediumMoveError && isUnknownCommand(error.cause)
}
