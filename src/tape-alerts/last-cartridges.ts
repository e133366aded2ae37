import type { WatchedDevice } from './watched.ts'

/** A flag that is read so much later is not about the cartridge that was unloaded then. */
const LONGEST_MS = 5 * 60_000

/** Remembers which cartridge was in a drive last: a drive may unload one and say only then that it is bad. */
export class LastCartridges {
  readonly #last = new Map<string, { volumeTag: string; at: Date }>()

  /** Takes in what is loaded now. */
  observe(watched: readonly WatchedDevice[], now: Date): void {
    for (const { id, volumeTag } of watched) {
      if (volumeTag !== null) this.#last.set(id, { volumeTag, at: now })
    }
  }

  /** The volume tag of the cartridge that was in a drive within the last minutes; null when it is not known. */
  lastIn(id: string, now: Date): string | null {
    const last = this.#last.get(id)
    if (!last || now.getTime() - last.at.getTime() > LONGEST_MS) return null
    return last.volumeTag
  }
}
