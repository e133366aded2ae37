import { flagOf } from './flag.ts'
import type { Ending, KeptFlag } from './memory.ts'
import type { WatchedDevice } from './watched.ts'

/** What is known when it is asked which flags are over. */
export interface Surroundings {
  watched: readonly WatchedDevice[]
  /** Alerts that operators resolved, of flags. */
  resolved: readonly ResolvedByHand[]
  now: Date
}

/** An operator's word that a flag needs no more attention. */
export interface ResolvedByHand {
  kind: KeptFlag['kind']
  id: string
  flag: number
  at: Date
}

/**
 * What becomes of flags in the light of what is seen: those that have changed. A flag that a device cleared by
 * being read stays until something tells that it is over, and absence on a later page tells nothing. Pure.
 */
export function followFlags(flags: readonly KeptFlag[], around: Surroundings): KeptFlag[] {
  return flags.flatMap((flag) => {
    const next = follow(flag, flags, around)
    return next === flag ? [] : [next]
  })
}

/** The flags of a device that stood on its page 12h and do not any more. Pure. */
export function followResponse(
  flags: readonly KeptFlag[],
  device: { kind: KeptFlag['kind']; id: string },
  response: readonly number[],
  now: Date,
): KeptFlag[] {
  return flags
    .filter(({ kind, id }) => kind === device.kind && id === device.id)
    .filter(({ standing, flag }) => standing === 'response' && !response.includes(flag))
    .filter(({ kind, flag }) => !flagOf(kind, flag).staysWithCartridge)
    .map((flag) => ended(flag, 'withdrawn', now))
}

function follow(flag: KeptFlag, all: readonly KeptFlag[], around: Surroundings): KeptFlag {
  const { watched, resolved, now } = around
  if (resolved.some((word) => isAbout(word, flag) && word.at > flag.lastReadAt)) {
    return ended(flag, 'resolved', now)
  }
  if (flag.kind === 'library') return flag
  const device = watched.find(({ kind, id }) => kind === flag.kind && id === flag.id)
  if (device && device.seenSince > flag.lastReadAt && wasCleaned(flag, device)) {
    return ended(flag, 'cleaned', now)
  }
  const { endsWithMedium, staysWithCartridge } = flagOf(flag.kind, flag.flag)
  if (!endsWithMedium) return flag
  return staysWithCartridge
    ? followCartridge(flag, device, all, around)
    : followMedium(flag, device, now)
}

/** One that was read when the drive was empty already lasts until the next cartridge is loaded. */
function followMedium(flag: KeptFlag, device: WatchedDevice | undefined, now: Date): KeptFlag {
  if (!device) return flag
  const { lastReadAt, leftAt } = flag
  const over =
    leftAt === null
      ? hasLeft(flag, device, lastReadAt)
      : device.mediumPresent === true && device.seenSince > lastReadAt
  return over ? ended(flag, 'medium_gone', now) : flag
}

/** Flags 20 and 21 end when page 11h stops to ask, or, where it clears that by being read, when it cleans. */
function wasCleaned({ kind, flag, standing }: KeptFlag, { signs, isCleaning }: WatchedDevice) {
  const { cleaning } = flagOf(kind, flag)
  if (cleaning === null) return false
  if (standing !== 'status') return isCleaning
  return signs?.by === 'status' && !signs[cleaning]
}

/**
 * The standard ends a flag about the medium when that leaves the drive. A bad cartridge stays a bad
 * cartridge, though: what is more than information lasts until it was in a drive again without the flag.
 */
function followCartridge(
  flag: KeptFlag,
  device: WatchedDevice | undefined,
  all: readonly KeptFlag[],
  { watched, now }: Surroundings,
): KeptFlag {
  const { volumeTag, leftAt, returnedAt, returnedTo } = flag
  if (leftAt === null) {
    if (!device) return flag
    return hasLeft(flag, device, flag.lastReadAt)
      ? { ...flag, leftAt: now }
      : named(flag, device, all)
  }
  if (volumeTag === null) return flag
  if (returnedAt === null) {
    const drive = watched.find(
      (one) =>
        one.volumeTag === volumeTag && one.mediumPresent !== false && one.loadedSince > leftAt,
    )
    return drive ? { ...flag, returnedAt: now, returnedTo: drive.id } : flag
  }
  const drive = watched.find(({ kind, id }) => kind === 'drive' && id === returnedTo)
  if (!drive || !hasLeft(flag, drive, returnedAt)) return flag
  const again = all.some(
    (one) => one.flag === flag.flag && one.volumeTag === volumeTag && one.lastReadAt >= returnedAt,
  )
  return again
    ? { ...flag, leftAt: now, returnedAt: null, returnedTo: null }
    : ended(flag, 'medium_good', now)
}

/** Whether a drive, seen after `since`, does not hold the cartridge any more. */
function hasLeft({ volumeTag }: KeptFlag, drive: WatchedDevice, since: Date): boolean {
  if (drive.seenSince > since && drive.mediumPresent === false) return true
  if (volumeTag === null || drive.volumeTag === null) return false
  return drive.loadedSince > since && drive.volumeTag !== volumeTag
}

/** A cartridge that had just been loaded may be known to its library only now. */
function named(flag: KeptFlag, device: WatchedDevice, all: readonly KeptFlag[]): KeptFlag {
  const { volumeTag, mediumPresent, loadedSince } = device
  if (flag.volumeTag !== null || volumeTag === null) return flag
  if (mediumPresent !== true || loadedSince <= flag.lastReadAt) return flag
  const taken = all.some(
    (one) => one.id === flag.id && one.flag === flag.flag && one.volumeTag === volumeTag,
  )
  return taken ? flag : { ...flag, volumeTag }
}

function ended(flag: KeptFlag, ending: Ending, now: Date): KeptFlag {
  return { ...flag, endedAt: now, ending }
}

function isAbout({ kind, id, flag }: ResolvedByHand, of: KeptFlag): boolean {
  return kind === of.kind && id === of.id && flag === of.flag
}
