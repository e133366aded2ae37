import type { Snapshot } from '../../snapshot.ts'
import { kinds } from './kinds.ts'
import { listingOf } from './listing.ts'

/** Remembers since when hardware objects could not be read, which a snapshot alone does not tell. */
export class ObjectFailures {
  #since = new Map<string, Date>()

  /** Takes in a snapshot; to be told of each. */
  observe(snapshot: Snapshot): void {
    const since = new Map<string, Date>()
    for (const kind of kinds) {
      for (const { id, error } of listingOf(kind, snapshot).items) {
        if (error === null) continue
        const key = keyOf(kind.name, id)
        since.set(key, this.#since.get(key) ?? snapshot.takenAt)
      }
    }
    this.#since = since
  }

  /** When the object was first found failing; null when it is not, or was not seen to be. */
  since(kind: string, id: string): Date | null {
    return this.#since.get(keyOf(kind, id)) ?? null
  }
}

function keyOf(kind: string, id: string): string {
  return `${kind} ${id}`
}
