import type { ChangerLock } from '../host/changer-lock.ts'
import {
  MediumMoveError,
  wasNotTried,
  type MediaMover,
  type MediumMove,
} from '../host/medium-moves.ts'
import { parseMtxSense } from '../collectors/mtx-status.ts'
import { driveFacts, type DriveWatch } from './drive-facts.ts'
import { DriveInUseError, objectionsTo } from './drive-use.ts'
import {
  assertStillPossible,
  cartridgeName,
  elementAt,
  isDrive,
  isSamePlace,
  MoveNotPossibleError,
  placeName,
  whereabouts,
  type Place,
  type PlannedMove,
} from './library.ts'
import {
  LibraryUnreadError,
  readLibrary,
  type LibraryReading,
  type ReadLibrary,
} from './reading.ts'

/** What moves are carried out with. */
export interface Moving extends LibraryReading, DriveWatch {
  mover: MediaMover
  lock: ChangerLock
  /** Counts and times what is done to the machine. */
  track: <T>(move: MediumMove['command'], library: string, work: () => Promise<T>) => Promise<T>
}

/** A library, and whether a drive that is in use is taken all the same. */
export interface Terms {
  library: string
  force: boolean
}

/** Told what is done, in sentences. */
export type Say = (message: string, level?: 'info' | 'warning') => Promise<void>

/** It was begun, and is not known to be done. `moved` is what looking tells of it. */
export class MoveFailedError extends Error {
  readonly code = 'ERR_MOVE_FAILED'

  constructor(message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'MoveFailedError'
  }
}

/**
 * Moves one cartridge, when everything is as it was planned: read anew while nobody else who honours the lock has the
 * changer. Rejects with MoveNotPossibleError, DriveInUseError, LibraryUnreadError or ChangerLockedError when nothing was
 * done, and with MoveFailedError when something was begun.
 */
export async function carryOutMove(
  moving: Moving,
  planned: PlannedMove,
  terms: Terms,
  say: Say,
): Promise<void> {
  const { from, to, volumeTag } = planned
  await moving.lock.held(terms.library, async () => {
    const found = await readLibrary(moving, terms.library)
    assertStillPossible(found.contents, planned)
    for (const place of [from, to]) {
      if (isDrive(place)) await assertFree(moving, found, place, terms, say)
    }
    const move = moveOf(found.device, from, to)
    await begun(moving, terms.library, move, [volumeTag])
    await assertArrived(moving, planned, terms.library)
  })
  await say(`${cartridgeName(volumeTag)} is in ${placeName(to)} now`)
}

/** Has a drive unload its medium, as the robot cannot take it before. Rejects as carryOutMove does. */
export async function ejectMedium(
  moving: Moving,
  drive: Place,
  terms: Terms & { volumeTag: string | null },
  say: Say,
): Promise<void> {
  await moving.lock.held(terms.library, async () => {
    const found = await readLibrary(moving, terms.library)
    const element = elementAt(found.contents, drive)
    if (!element.full)
      throw new MoveNotPossibleError(`${terms.library}: ${placeName(drive)} is empty`)
    if (element.volumeTag !== terms.volumeTag) {
      const is = cartridgeName(element.volumeTag)
      throw new MoveNotPossibleError(
        `${terms.library}: ${placeName(drive)} has ${is} in it, and not ${cartridgeName(terms.volumeTag)}`,
      )
    }
    await assertFree(moving, found, drive, terms, say)
    const device = found.drives.get(drive.number)?.devices[0]
    if (device === undefined) {
      await say(
        `${placeName(drive)}: was not ejected, as this machine does not reach it`,
        'warning',
      )
      return
    }
    await begun(moving, terms.library, { command: 'eject', drive: device }, [terms.volumeTag])
  })
}

/** Has the robot look at every element, and says what is there that was not, and the other way round. */
export async function takeInventory(moving: Moving, library: string, say: Say): Promise<void> {
  await moving.lock.held(library, async () => {
    const before = await readLibrary(moving, library)
    await begun(moving, library, { command: 'inventory', changer: before.device }, [null])
    const after = await readLibrary(moving, library)
    const full = after.contents.elements.filter((element) => element.full).length
    await say(`${full} of ${after.contents.elements.length} elements are full`)
    for (const element of after.contents.elements) {
      const was = before.contents.elements.find((one) => isSamePlace(one, element))
      if (was?.full === element.full && was.volumeTag === element.volumeTag) continue
      const words = (one: typeof was) =>
        one === undefined ? 'not known' : one.full ? cartridgeName(one.volumeTag) : 'empty'
      await say(`${placeName(element)}: ${words(element)}, was ${words(was)}`, 'warning')
    }
  })
}

/** Throws DriveInUseError unless the drive is free, or was to be taken all the same. */
export async function assertFree(
  moving: Moving,
  { drives }: ReadLibrary,
  place: Place,
  { library, force }: Terms,
  say: Say,
): Promise<void> {
  const name = `${library}: ${placeName(place)}`
  const objections = objectionsTo(await driveFacts(moving, name, drives.get(place.number)))
  if (objections.length === 0) return
  if (!force) throw new DriveInUseError(name, objections)
  for (const { reason } of objections) await say(`${name}: taken by force, ${reason}`, 'warning')
}

/** Has it done. What failed after it was begun is told together with what looking tells then. */
export async function begun(
  moving: Moving,
  library: string,
  move: MediumMove,
  tags: readonly (string | null)[],
): Promise<void> {
  try {
    await moving.track(move.command, library, () => moving.mover.move(move))
  } catch (error) {
    if (wasNotTried(error)) throw error
    const where = await lookedAt(moving, library, tags)
    throw new MoveFailedError(`${messageOf(error)}; ${where}`, error)
  }
}

/** Where cartridges are now, in words; or that this is not known. */
export async function lookedAt(
  moving: LibraryReading,
  library: string,
  tags: readonly (string | null)[],
): Promise<string> {
  try {
    const { contents } = await readLibrary(moving, library)
    return tags.map((tag) => whereabouts(contents, tag)).join('; ')
  } catch (error) {
    if (!(error instanceof LibraryUnreadError)) throw error
    return `where the cartridge is is not known (${error.message}): an inventory will tell`
  }
}

/** What a library holds after a move. Rejects with MoveFailedError when it does not say. */
export async function seen(moving: Moving, library: string) {
  try {
    const { contents } = await readLibrary(moving, library)
    const where = (tags: readonly (string | null)[]) =>
      tags.map((tag) => whereabouts(contents, tag)).join('; ')
    return { contents, where }
  } catch (error) {
    const message = `it was moved, and the library does not say any more what it holds: ${messageOf(error)}`
    throw new MoveFailedError(message, error)
  }
}

async function assertArrived(moving: Moving, planned: PlannedMove, library: string): Promise<void> {
  const found = await seen(moving, library)
  const { from, to, volumeTag } = planned
  const source = elementAt(found.contents, from)
  const destination = elementAt(found.contents, to)
  // A barcode that is not read again at once is no other cartridge.
  const isOther = destination.volumeTag !== null && destination.volumeTag !== volumeTag
  if (destination.full && !isOther && !source.full) return
  throw new MoveFailedError(`the changer says that it was done; ${found.where([volumeTag])}`, null)
}

function moveOf(changer: string, from: Place, to: Place): MediumMove {
  const command = isDrive(to) ? 'load' : isDrive(from) ? 'unload' : 'transfer'
  return { command, changer, source: from.number, destination: to.number }
}

/** Of what mtx says the sense data of the move are the last; those before them are of what it asked first. */
function senseIn({ stderr }: MediumMoveError): string | null {
  const last = stderr.lastIndexOf('mtx: Request Sense: Long Report')
  return last === -1 ? null : parseMtxSense(stderr.slice(last))
}

function messageOf(error: unknown): string {
  if (error instanceof MediumMoveError) {
    const sense = senseIn(error)
    if (sense !== null) return `${error.message}: ${sense}`
  }
  return error instanceof Error ? error.message : String(error)
}
