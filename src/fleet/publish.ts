import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from 'nats'
import type { Queryable } from '../db/database.ts'
import { lastSeq } from '../events/store.ts'
import { EventTeller } from './event-teller.ts'
import { tellMetrics } from './metric-teller.ts'
import { eventIdAt, publisherPlace, savePlace, seqBefore } from './publisher-store.ts'
import { resume, type PublisherPlace } from './resume.ts'
import { NameTakenError, Session, type Kind } from './session.ts'
import { StateTeller, type StateSources } from './state-teller.ts'
import { wordsOf } from './words.ts'

/** What an appliance tells a fleet of itself with. */
export interface FleetPublisherOptions {
  database: Queryable
  /** What it is called: a word of a subject. */
  appliance: string
  /** A connection that works, as soon as there is one; rejects when the signal says so. */
  connect: (signal: AbortSignal) => Promise<NatsConnection>
  settings: () => {
    /** Whether numbers over time are told. */
    metrics: boolean
    /** For how many days servers keep events. */
    days: number
    /** From one telling of the numbers of now to the next. */
    numbersSeconds: number
  }
  /** How it is now. */
  sources: StateSources
  now: () => Date
  /** Told of what goes wrong again and again, once as long as it does. */
  onError: (error: Error) => void
  /** Told when the name is found to be another machine's, and when it is free again. */
  onTaken: (taken: boolean) => void
  /** Told that an older backup was restored, and events are counted anew. */
  onCountedAnew: () => void
  /** For how long an answer of servers is waited for, in ms; 10 s if not said. */
  patienceMs?: number
}

/** How it stands with what is told. */
export interface PublisherState {
  /** Another machine uses the name: nothing is told. */
  taken: boolean
  /** Why what is to be told was not taken last, in words without secrets; null when it was. */
  why: string | null
  /** Events that are stored and not told yet; null while the database does not say. */
  waiting: number | null
  /** Messages that servers have taken since the start, by what they hold. */
  published: Readonly<Record<Kind, number>>
}

/** From one look to the next at what there is to tell, unless somebody wakes it. */
const LOOK_MS = 10_000
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** Servers go away and come back: that alone is nothing to complain of. */
const TRIES = 3

/**
 * Tells the fleet what happens here: every event in order, numbers over time, and how the appliance is. What is not
 * told yet waits in the database, where it is anyway; so it does not matter for how long servers are away, or when the
 * daemon is killed.
 */
export class FleetPublisher {
  readonly #options: FleetPublisherOptions
  readonly #stopping = new AbortController()
  readonly #published = { events: 0, metrics: 0, state: 0 }
  readonly #tooLarge = new Set<string>()
  #running: Promise<void> | null = null
  #place: PublisherPlace | null = null
  #taken = false
  #why: string | null = 'there was no connection yet'
  #waiting: number | null = null
  #failures = 0
  #wake: () => void = () => undefined

  constructor(options: FleetPublisherOptions) {
    this.#options = options
  }

  start(): void {
    this.#running ??= this.#run(this.#stopping.signal)
  }

  /** Something has happened that can be told now. */
  wake(): void {
    this.#wake()
  }

  /** Tells nothing more; resolves when what was under way has ended. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.wake()
    await this.#running
  }

  /** How it stood at the last look. */
  get state(): PublisherState {
    const published = { ...this.#published }
    return { taken: this.#taken, why: this.#why, waiting: this.#waiting, published }
  }

  /** Looks how much there is to tell. Never rejects. */
  async look(): Promise<PublisherState> {
    const told = this.#place?.seq ?? null
    const last = await lastSeq(this.#options.database).catch(() => null)
    this.#waiting = told === null || last === null ? null : Math.max(0, last - told)
    return this.state
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#place ??= await this.#stored()
        await this.#tell(await this.#options.connect(signal), signal)
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        this.#failed(error as Error)
      }
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS)
      await pause(ms, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  /** Until something goes wrong: then it is asked anew what servers have. */
  async #tell(connection: NatsConnection, signal: AbortSignal): Promise<void> {
    const { database, appliance, settings, sources, now, patienceMs } = this.#options
    const place = await this.#stored()
    const session = new Session({
      ...{ connection, appliance, place },
      onPublished: (kind) => (this.#published[kind] += 1),
      ...(patienceMs === undefined ? {} : { patienceMs }),
    })
    const events = new EventTeller({
      ...{ database, session, place },
      streamSeq: await this.#resume(session, place),
    })
    this.#place = place
    this.#isTaken(false)
    const states = new StateTeller({
      ...{ session, sources, now, seq: () => lastSeq(database) },
      numbersSeconds: () => settings().numbersSeconds,
      onTooLarge: (what, error) => {
        if (this.#tooLarge.has(what)) return
        this.#tooLarge.add(what)
        this.#options.onError(new Error(`${what} is not told to the fleet`, { cause: error }))
      },
    })
    for (;;) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve))
      if (signal.aborted) return
      const more = await events.tell()
      await states.tell()
      const moreNumbers = settings().metrics && (await tellMetrics({ database, session, place }))
      this.#failures = 0
      this.#why = null
      if (!more && !moreNumbers) await this.#rest(woken)
    }
  }

  #stored(): Promise<PublisherPlace> {
    const { database, settings, now } = this.#options
    return publisherPlace(database, { now: now(), days: settings().days })
  }

  /**
   * Asks what servers have, and moves the place on or back; resolves with the number in the stream of the last events.
   * Rejects with NameTakenError, and as servers and the database do.
   */
  async #resume(session: Session, place: PublisherPlace): Promise<number> {
    const { database, settings, now, onCountedAnew } = this.#options
    const events = await session.last('events')
    const told = { events, metrics: await session.last('metrics') }
    const at = now()
    const own = {
      lastSeq: await lastSeq(database),
      idAtLast: events === null ? null : await eventIdAt(database, events.seq),
      keptSince: await seqBefore(database, at, settings().days),
    }
    const found = resume(place, told, own, at.getTime())
    if (found.state === 'taken') throw new NameTakenError(session.appliance)
    place.epoch = found.epoch
    place.seq = found.seq
    place.metricsAtMs = found.metricsAtMs
    await savePlace(database, place)
    if (found.state === 'counts_anew') onCountedAnew()
    return found.streamSeq
  }

  async #rest(woken: Promise<void>): Promise<void> {
    const over = new AbortController()
    const look = pause(LOOK_MS, undefined, { signal: over.signal, ref: false })
    await Promise.race([woken, look.catch(() => undefined)])
    over.abort()
  }

  #failed(error: Error): void {
    this.#failures += 1
    this.#why = wordsOf(error)
    if (error instanceof NameTakenError) this.#isTaken(true)
    else if (this.#failures === TRIES) {
      this.#options.onError(new Error(`the fleet is told nothing: ${this.#why}`))
    }
  }

  #isTaken(taken: boolean): void {
    if (taken === this.#taken) return
    this.#taken = taken
    this.#options.onTaken(taken)
  }
}
