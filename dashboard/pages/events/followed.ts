import { signal, type ReadonlySignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { useLoaded, type Resource } from '../../live/resource.ts'
import type { FrameType } from '../../live/stream.ts'
import { complain } from '../../ui/toast.tsx'
import { ask, type Answer, type Query } from '../../wire/request.ts'
import { scope } from '../../wire/scope.ts'
import { askedEvents, isLive, type AskedEvents } from './asked.ts'
import { released, withHead, withOlder, type Page, type Tail } from './tail.ts'

type Answered = Answer<'GET /monitoring/events'>
/** A stored event. */
export type StoredEvent = Answered['events'][number]

const PAGE = 100
const ALL: readonly FrameType[] = ['alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl']

/** Events that the address asks for, and those that come. */
export interface Followed {
  /** The first page as it was read last. */
  head: Resource<Answered>
  /** Null before there is one. */
  tail: ReadonlySignal<Tail<StoredEvent> | null>
  /** Whether new ones can come at all. */
  live: boolean
  /** Shows what waits. */
  release: () => void
  /** Reads a page of older ones. */
  more: () => void
  /** Whether that is under way. */
  reading: ReadonlySignal<boolean>
}

/** Follows what the address asks for. `isAtTop` says whether what comes is shown at once. */
export function useEvents(
  query: Readonly<Record<string, string>>,
  isAtTop: () => boolean,
): Followed {
  const key = JSON.stringify([askedEvents(query, new Date(0)), scope.value])
  const kept = useMemo(() => new Events(query), [key])
  const live = isLive(askedEvents(query, now.peek()), now.peek())
  const head = useLoaded((abort) => kept.readHead(abort), [key], live ? ALL : [])
  const shown = head.current.value
  useEffect(() => {
    if (shown.state === 'shown') kept.take(shown.value, isAtTop())
  }, [shown, kept])
  return {
    head,
    live,
    tail: kept.tail,
    reading: kept.reading,
    release: kept.release,
    more: kept.more,
  }
}

class Events {
  readonly tail = signal<Tail<StoredEvent> | null>(null)
  readonly reading = signal(false)
  readonly #query: Readonly<Record<string, string>>
  #next: string | null = null

  constructor(query: Readonly<Record<string, string>>) {
    this.#query = query
  }

  readHead(abort: AbortSignal): Promise<Answered> {
    const query = askOf({ ...askedEvents(this.#query, now.peek()), limit: PAGE })
    return ask('GET /monitoring/events', { query }, abort)
  }

  take(answer: Answered, show: boolean): void {
    this.#next = answer.next_cursor
    const next = withHead(this.tail.peek(), pageOf(answer))
    this.tail.value = show ? released(next, this.#next) : next
  }

  readonly release = (): void => {
    const tail = this.tail.peek()
    if (tail !== null) this.tail.value = released(tail, this.#next)
  }

  readonly more = (): void => {
    const cursor = this.tail.peek()?.older ?? null
    if (cursor === null || this.reading.peek()) return
    this.reading.value = true
    const query = askOf({ ...askedEvents(this.#query, now.peek()), limit: PAGE, cursor })
    ask('GET /monitoring/events', { query })
      .then((answer) => {
        const tail = this.tail.peek()
        if (tail !== null) this.tail.value = withOlder(tail, pageOf(answer))
      })
      .catch(complain)
      .finally(() => (this.reading.value = false))
  }
}

/** Words of an address are checked by the daemon, which says what is wrong with them. */
function askOf(asked: AskedEvents & { limit: number; cursor?: string }) {
  return asked as Query<'GET /monitoring/events'>
}

function pageOf({ events, next_cursor: next }: Answered): Page<StoredEvent> {
  return { items: events, next }
}
