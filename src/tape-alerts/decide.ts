import { memoryOf, type DeviceMemory, type Memory, type Signs } from './memory.ts'
import type { TapeAlertMode } from './tape-alert.ts'
import type { WatchedDevice } from './watched.ts'

/** By what it is decided which devices are read. */
export interface DecideOptions {
  mode: TapeAlertMode
  /** From one reading of a device to the next when the mode is `poll`. */
  pollSeconds: number
  now: Date
}

/** Which pages are read now. */
export interface Plan {
  due: readonly WatchedDevice[]
  /** What is remembered from now on of these, their begin, and of those whose signs have gone out. */
  devices: readonly DeviceMemory[]
}

const FIRST_RETRY_MS = 60_000
const LAST_RETRY_MS = 3_600_000

/**
 * Which devices are read now. Reading page 2Eh clears its flags for everybody on this machine, so it is
 * read once for each thing that is new, and what is not new any more is forgotten, so that it can be again.
 * A device that is being read, and one that was read after the snapshot saw it, is left alone. Pure.
 */
export function decide(
  watched: readonly WatchedDevice[],
  memory: Memory,
  options: DecideOptions,
): Plan {
  const due: WatchedDevice[] = []
  const devices: DeviceMemory[] = []
  for (const device of watched) {
    const { signs, seenSince } = device
    const known = memoryOf(memory, device)
    if (signs === null || known.begunAt !== null || isOlder(seenSince, known)) continue
    const news = isNews(signs, known.signs, known.clears)
    if (isDue(device, known, news, options)) {
      due.push(device)
      devices.push({ ...known, begunAt: options.now })
    } else if (!news && !isSame(signs, known.signs)) {
      // What could not be read is not owed any more once the device does not say so.
      devices.push({ ...known, signs, failures: 0, failedAt: null, error: null })
    }
  }
  return { due, devices }
}

/**
 * Whether the device shows something that it did not show when it was heeded last. `clears`: whether TAFC went
 * out by reading; where it stays set it tells of nothing any more, and what is loaded does. Pure.
 */
export function isNews(now: Signs, before: Signs | null, clears: boolean | null = null): boolean {
  if (now.by === 'contents') {
    return now.ready && !(before?.by === 'contents' && isSame(now, before))
  }
  const was = before?.by === 'status' ? before : null
  return (
    (now.tapeAlertChanged && was?.tapeAlertChanged !== true) ||
    (now.tapeAlertChanged && clears === false && isOtherLoaded(now.contents, was?.contents)) ||
    // A drive need not implement TAFC; these bits come with flags 20, 21 and 30 to 33.
    (now.cleaningRequired && was?.cleaningRequired !== true) ||
    (now.cleaningRequested && was?.cleaningRequested !== true) ||
    (now.recoveryRequested && was?.recoveryRequested !== true)
  )
}

function isOtherLoaded(now: string | null = null, before: string | null = null): boolean {
  return now !== null && now !== before
}

function isDue(
  { signs }: WatchedDevice,
  { readAt, failures, failedAt }: DeviceMemory,
  news: boolean,
  { mode, pollSeconds, now }: DecideOptions,
): boolean {
  if (mode === 'off') return false
  const ready = signs?.by !== 'contents' || signs.ready
  const elapsed = readAt === null || now.getTime() - readAt.getTime() >= pollSeconds * 1000
  if (!news && !(mode === 'poll' && ready && elapsed)) return false
  if (failedAt === null) return true
  const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS)
  return now.getTime() - failedAt.getTime() >= pauseMs
}

/** Whether what was seen may be from before the device was asked last. */
function isOlder(seenSince: Date, { readAt, failedAt }: DeviceMemory): boolean {
  return [readAt, failedAt].some((at) => at !== null && seenSince <= at)
}

function isSame(one: Signs, other: Signs | null): boolean {
  if (one.by === 'contents') {
    return other?.by === 'contents' && one.ready === other.ready && one.digest === other.digest
  }
  return (
    other?.by === 'status' &&
    one.tapeAlertChanged === other.tapeAlertChanged &&
    one.cleaningRequired === other.cleaningRequired &&
    one.cleaningRequested === other.cleaningRequested &&
    one.recoveryRequested === other.recoveryRequested
  )
}
