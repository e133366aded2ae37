import { atDeadline } from './deadline.ts'
import { TimeoutError } from './host.ts'
import { Slots } from './limits.ts'
import type { StuckCall } from './quarantine.ts'

interface Place {
  slots: Slots
  stuck: StuckCall | null
}

/** Tells that a call of many parts has got on: it has the whole time again, for what it is at now. */
export type Proceed = (what: string) => void

/**
 * File calls with a deadline. A system call cannot be taken back, and each holds one of libuv's few
 * threads, so there is one at a time per place (a mount, a part of sysfs), and after one that did not
 * return none until it does.
 */
export class StuckCalls {
  readonly #places = new Map<string, Place>()
  readonly #now: () => Date

  constructor(now: () => Date) {
    this.#now = now
  }

  /**
   * Makes the call. Rejects with TimeoutError at the deadline, counted from when it last got on, and at once
   * while one is stuck there.
   */
  async within<T>(
    placeName: string,
    what: string,
    timeoutMs: number,
    call: (proceed: Proceed) => Promise<T>,
  ): Promise<T> {
    const place = this.#place(placeName)
    refuseIfStuck(place, what, timeoutMs)
    const release = await place.slots.acquire(what, timeoutMs).catch(() => {
      throw new TimeoutError(what, timeoutMs)
    })
    try {
      refuseIfStuck(place, what, timeoutMs)
      return await this.#race(placeName, place, what, timeoutMs, call)
    } finally {
      release()
      this.#forgetIdle(placeName, place)
    }
  }

  /** The calls that have not returned, oldest first. */
  stuck(): StuckCall[] {
    return [...this.#places.values()].flatMap((place) => place.stuck ?? [])
  }

  #race<T>(
    name: string,
    place: Place,
    what: string,
    timeoutMs: number,
    call: (proceed: Proceed) => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const wait = (what: string) =>
        atDeadline(timeoutMs, () => {
          const since = new Date(this.#now().getTime() - timeoutMs)
          place.stuck = { what, device: null, scsiHost: null, pid: null, since }
          reject(new TimeoutError(what, timeoutMs, true))
        })
      let takeBack = wait(what)
      const returned = () => {
        takeBack()
        place.stuck = null
        this.#forgetIdle(name, place)
      }
      const proceed = (what: string) => {
        // What is late is stuck until all of it has returned.
        if (place.stuck !== null) return
        takeBack()
        takeBack = wait(what)
      }
      call(proceed).then(
        (value) => {
          returned()
          resolve(value)
        },
        (error: unknown) => {
          returned()
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      )
    })
  }

  #forgetIdle(name: string, place: Place): void {
    if (place.slots.idle() && place.stuck === null) this.#places.delete(name)
  }

  #place(name: string): Place {
    let place = this.#places.get(name)
    if (place === undefined) this.#places.set(name, (place = { slots: new Slots(1), stuck: null }))
    return place
  }
}

function refuseIfStuck(place: Place, what: string, timeoutMs: number): void {
  if (place.stuck !== null) throw new TimeoutError(what, timeoutMs, true)
}
