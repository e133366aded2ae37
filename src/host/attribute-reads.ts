import { setImmediate as endOfTurn } from 'node:timers/promises'
import { TimeoutError, type AttributeNames } from './host.ts'
import type { AskedAttributes, AttributeRead, Native } from './native.ts'
import type { StuckCalls } from './stuck-calls.ts'

/** What the addon told, or why it did not in time. */
export type RawAttribute = AttributeRead | TimeoutError

/** A directory that is asked about, and what was told so far. */
interface Asked extends AskedAttributes {
  count: number
  told: AttributeRead[]
  resolve: (told: readonly RawAttribute[]) => void
  reject: (error: Error) => void
}

/**
 * Reads attributes of many directories off the event loop: in one call what is asked in one turn of it and hangs
 * together. One that blocks delays only those behind it in its place; at the deadline it and they are given up, and
 * nothing is read in that place until the call has returned.
 */
export class AttributeReads {
  readonly #native: Pick<Native, 'readAttributes'>
  readonly #calls: StuckCalls
  readonly #timeoutMs: number
  readonly #waiting = new Map<string, Asked[]>()

  constructor(native: Pick<Native, 'readAttributes'>, calls: StuckCalls, timeoutMs: number) {
    this.#native = native
    this.#calls = calls
    this.#timeoutMs = timeoutMs
  }

  /** Resolves with what was told of the texts and then of the links. Rejects when the addon cannot be asked. */
  read(
    place: string,
    directory: string,
    { texts, links = [] }: AttributeNames,
  ): Promise<readonly RawAttribute[]> {
    const count = texts.length + links.length
    if (count === 0) return Promise.resolve([])
    const names = [directory, ...texts, ...links].join('\0')
    let waiting = this.#waiting.get(place)
    if (waiting === undefined) {
      this.#waiting.set(place, (waiting = []))
      void this.#work(place)
    }
    const batch = waiting
    return new Promise((resolve, reject) => {
      batch.push({ names, links: links.length, count, told: [], resolve, reject })
    })
  }

  /** One call after the other; what is asked during one makes the next. Never rejects. */
  async #work(place: string): Promise<void> {
    for (;;) {
      await endOfTurn()
      const batch = this.#waiting.get(place)
      const [first] = batch ?? []
      if (batch === undefined || first === undefined) break
      this.#waiting.set(place, [])
      await this.#send(place, first, batch)
    }
    this.#waiting.delete(place)
  }

  async #send(place: string, first: Asked, batch: readonly Asked[]): Promise<void> {
    let at = 0
    try {
      await this.#calls.within(place, nextOf(first), this.#timeoutMs, async (proceed) => {
        await this.#native.readAttributes(place, batch, (read) => {
          for (const attribute of read) {
            const asked = batch[at]
            if (asked === undefined) return
            asked.told.push(attribute)
            if (asked.told.length < asked.count) continue
            asked.resolve(asked.told)
            at += 1
          }
          const next = batch[at]
          if (next !== undefined) proceed(nextOf(next))
        })
      })
    } catch (error) {
      for (const asked of batch.slice(at)) giveUp(asked, error, this.#timeoutMs)
    }
  }
}

/** The path of what the addon is at. */
function nextOf({ names, told }: Asked): string {
  return pathsOf(names)[told.length] ?? ''
}

function pathsOf(asked: string): string[] {
  const [directory = '', ...names] = asked.split('\0')
  return names.map((name) => `${directory}/${name}`)
}

/** What was read before stands; each of the others is late itself. */
function giveUp({ names, told, resolve, reject }: Asked, error: unknown, timeoutMs: number): void {
  if (!(error instanceof TimeoutError)) {
    reject(error instanceof Error ? error : new Error(String(error)))
    return
  }
  const late = pathsOf(names)
    .slice(told.length)
    .map((path) => new TimeoutError(path, timeoutMs, error.unkillable))
  resolve([...told, ...late])
}
