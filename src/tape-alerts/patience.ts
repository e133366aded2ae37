import type { WatchedDevice } from './watched.ts'

/** Drives and changers are read at the same beat: what was begun so much earlier is of the beat before. */
const SAME_BEAT_MS = 5_000

/** A library that does not say what is loaded is waited for so long. */
const LONGEST_MS = 60_000

/** Holds drives back until their library has said what is loaded now, so that a flag names the right cartridge. */
export class Patience {
  #since = new Map<string, Date>()

  /** Those that need not be waited for. */
  withhold(watched: readonly WatchedDevice[], now: Date): WatchedDevice[] {
    const waiting = new Map<string, Date>()
    const ready = watched.filter((device) => {
      if (device.seenSince.getTime() - device.loadedSince.getTime() <= SAME_BEAT_MS) return true
      const since = this.#since.get(device.id) ?? now
      waiting.set(device.id, since)
      return now.getTime() - since.getTime() >= LONGEST_MS
    })
    this.#since = waiting
    return ready
  }
}
