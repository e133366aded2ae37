import { setImmediate as endOfTurn } from 'node:timers/promises'
import { TimeoutError } from './host.ts'
import type { FileRead, Native } from './native.ts'
import type { StuckCalls } from './stuck-calls.ts'

interface Asked {
  answer: Promise<FileRead>
  resolve: (file: FileRead) => void
  reject: (error: Error) => void
}

/** What waits to be read in one call, by path. */
type Batch = Map<string, Asked>

/**
 * Reads files off the event loop, in one call what is asked for in one turn of it and hangs together.
 * A file that blocks delays only those behind it in its place: at the deadline it and they are given up,
 * and nothing is read in that place until the call has returned.
 */
export class BatchedReads {
  readonly #native: Pick<Native, 'read'>
  readonly #calls: StuckCalls
  readonly #timeoutMs: number
  readonly #waiting = new Map<string, Batch>()
  #hits = 0
  #misses = 0

  constructor(native: Pick<Native, 'read'>, calls: StuckCalls, timeoutMs: number) {
    this.#native = native
    this.#calls = calls
    this.#timeoutMs = timeoutMs
  }

  /** Resolves with what was read; rejects with TimeoutError. Whoever asks twice in a turn is answered once. */
  read(place: string, path: string): Promise<FileRead> {
    let batch = this.#waiting.get(place)
    if (batch === undefined) {
      this.#waiting.set(place, (batch = new Map<string, Asked>()))
      void this.#work(place)
    }
    let asked = batch.get(path)
    if (asked === undefined) {
      batch.set(path, (asked = open()))
      this.#misses += 1
    } else {
      this.#hits += 1
    }
    return asked.answer
  }

  /** How many questions were answered with those of others, and how many were asked; what waits now. */
  shared(): { hits: number; misses: number; entries: number; bytes: null } {
    const entries = [...this.#waiting.values()].reduce((sum, { size }) => sum + size, 0)
    return { hits: this.#hits, misses: this.#misses, entries, bytes: null }
  }

  /** One batch after the other; what is asked for while one is read makes the next. Never rejects. */
  async #work(place: string): Promise<void> {
    for (;;) {
      await endOfTurn()
      const batch = this.#waiting.get(place)
      if (batch === undefined || batch.size === 0) break
      this.#waiting.set(place, new Map())
      await this.#send(place, batch)
    }
    this.#waiting.delete(place)
  }

  async #send(place: string, batch: Batch): Promise<void> {
    const paths = [...batch.keys()]
    const pathAt = (index: number) => paths[index] ?? place
    try {
      await this.#calls.within(place, pathAt(0), this.#timeoutMs, async (proceed) => {
        await this.#native.read(place, paths, (files) => {
          let next = 0
          for (const { index, file } of files) {
            batch.get(pathAt(index))?.resolve(file)
            next = index + 1
          }
          if (next < paths.length) proceed(pathAt(next))
        })
      })
    } catch (error) {
      // Those that were read before stand.
      for (const [path, { reject }] of batch) reject(errorFor(path, error, this.#timeoutMs))
    }
  }
}

/** A batch names the file that it stuck at; each of the others is late itself. */
function errorFor(path: string, error: unknown, timeoutMs: number): Error {
  if (error instanceof TimeoutError) return new TimeoutError(path, timeoutMs, error.unkillable)
  return error instanceof Error ? error : new Error(String(error))
}

function open(): Asked {
  let resolve: Asked['resolve'] | undefined
  let reject: Asked['reject'] | undefined
  const answer = new Promise<FileRead>((onRead, onError) => {
    resolve = onRead
    reject = onError
  })
  return { answer, resolve: (file) => resolve?.(file), reject: (error) => reject?.(error) }
}
