import { signal, type ReadonlySignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { ask, RequestError, type Answer, type Call, type Given } from '../wire/request.ts'
import { inScope, scope } from '../wire/scope.ts'
import { sessionEnded } from '../session/session.ts'
import { onFrames, onMissed, type Frame, type FrameType } from './stream.ts'

/** What is known of something that was asked for. */
export type Loadable<T> =
  | { state: 'loading' }
  /** `old` says why it could not be asked for again. */
  | { state: 'shown'; value: T; at: Date; old: string | null }
  | { state: 'forbidden'; why: string }
  | { state: 'missing' }
  | { state: 'failed'; why: string }

/** Something that was asked for and is asked for again when the stream says that it may have changed. */
export interface Resource<T> {
  readonly current: ReadonlySignal<Loadable<T>>
  /** Asks again, at most once a second; what is shown stays until there is an answer. */
  readonly refresh: () => void
}

/** Changes come in bursts. */
const PAUSE_MS = 1000

/** Keeps what an asking gives. */
class Kept<T> implements Resource<T> {
  readonly current = signal<Loadable<T>>({ state: 'loading' })
  readonly #load: (signal: AbortSignal) => Promise<T>
  readonly #abort = new AbortController()
  #asking = false
  #again = false
  #pause: ReturnType<typeof setTimeout> | undefined

  constructor(load: (signal: AbortSignal) => Promise<T>) {
    this.#load = load
  }

  readonly refresh = (): void => {
    if (this.#abort.signal.aborted) return
    this.#again = true
    if (!this.#asking && this.#pause === undefined) void this.#ask()
  }

  end(): void {
    this.#abort.abort()
    clearTimeout(this.#pause)
  }

  async #ask(): Promise<void> {
    this.#asking = true
    this.#again = false
    try {
      const value = await this.#load(this.#abort.signal)
      this.current.value = { state: 'shown', value, at: new Date(), old: null }
    } catch (error) {
      if (!this.#abort.signal.aborted) this.current.value = failed(this.current.peek(), error)
    }
    this.#asking = false
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      if (this.#again) void this.#ask()
    }, PAUSE_MS)
  }
}

/** Unknown is not nothing: what was shown stays, and is said to be old. */
function failed<T>(before: Loadable<T>, error: unknown): Loadable<T> {
  const why = error instanceof Error ? error.message : String(error)
  const { status } = error instanceof RequestError ? error : { status: 0 }
  if (status === 401) sessionEnded()
  if (status === 403) return { state: 'forbidden', why }
  if (status === 404) return { state: 'missing' }
  return before.state === 'shown' ? { ...before, old: why } : { state: 'failed', why }
}

/** Asks while the component is there; again with every frame of these types. */
export function useResource<C extends Call>(
  name: C,
  given: Given<C> = {},
  types: readonly FrameType[] = [],
): Resource<Answer<C>> {
  return useLoaded((signal) => ask(name, given, signal), [name, JSON.stringify(given)], types)
}

/**
 * The same of more than one call. `keys` say when it is something else that is asked for; it is when another appliance
 * is chosen, too.
 */
export function useLoaded<T>(
  load: (signal: AbortSignal) => Promise<T>,
  keys: readonly string[],
  types: readonly FrameType[] = [],
): Resource<T> {
  const kept = useMemo(() => new Kept(load), [...keys, scope.value])
  useEffect(() => {
    kept.refresh()
    const hear = (frames: readonly Frame[]) => {
      const isNews = ({ type, appliance }: Frame) =>
        type === 'metrics' ? isBeat(appliance) : inScope(appliance)
      if (frames.some(isNews)) kept.refresh()
    }
    const forget = [onFrames(types, hear), onMissed(kept.refresh)]
    return () => {
      for (const one of forget) one()
      kept.end()
    }
  }, [kept])
  return kept
}

/** The daemon's own numbers are the beat for all; those of a hundred appliances would be far too many. */
function isBeat(appliance: string | undefined): boolean {
  return appliance === undefined || appliance === scope.peek()
}
