import { atDeadline } from './deadline.ts'
import { BusyError } from './host.ts'

/** Gives the place back; a second call does nothing. */
export type Release = () => void

/** A number of places that calls take in the order they came. */
export class Slots {
  readonly #waiting: { grant: () => void }[] = []
  readonly #places: number
  #free: number

  constructor(places: number) {
    this.#places = places
    this.#free = places
  }

  /** Takes a place. Rejects with BusyError when none came free within `maxWaitMs`. */
  acquire(what: string, maxWaitMs: number): Promise<Release> {
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve(this.#release())
    }
    return new Promise((resolve, reject) => {
      const turn = {
        grant: () => {
          takeBack()
          resolve(this.#release())
        },
      }
      const takeBack = atDeadline(maxWaitMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        reject(new BusyError(what, maxWaitMs))
      })
      this.#waiting.push(turn)
    })
  }

  /** Whether nobody holds a place. */
  idle(): boolean {
    return this.#free === this.#places
  }

  #release(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#waiting.shift()
      if (next) next.grant()
      else this.#free += 1
    }
  }
}
