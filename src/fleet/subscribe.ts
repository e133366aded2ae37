import { setTimeout as pause } from 'node:timers/promises'
import type { NatsConnection } from 'nats'
import type { Database } from '../db/database.ts'
import type { StoredEvent } from '../events/event.ts'
import type { Appliance, Fleet, ForgetNote } from './appliances.ts'
import { KnownAppliances } from './known.ts'
import { readStream } from './reading.ts'
import { fallenSilent } from './silence.ts'
import { Storing, type StreamBatch } from './storing.ts'
import { allAppliances, deleteAppliance, markSilent, streamPosition } from './store.ts'
import { makeStreams, purgeAppliance, type StreamSettings } from './streams.ts'
import { streams } from './wire.ts'

/** What a fleet is read with. */
export interface FleetSubscriberOptions {
  database: Database
  /** The connection there is; waits until there is one. Rejects when the signal says so. */
  connect: (signal: AbortSignal) => Promise<NatsConnection>
  /** What the subjects begin with at which it gets its answers. */
  inbox: string
  settings: () => StreamSettings & { silentSeconds: number }
  now: () => Date
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  /** Told of an appliance whose numbers of now have come. */
  onNumbers: (appliance: Appliance) => void
  /** Told of the first of what goes wrong in a row. */
  onError: (error: Error) => void
}

/** The servers cannot be reached, or do not answer. */
export class FleetUnreachableError extends Error {
  readonly code = 'ERR_FLEET_UNREACHABLE'

  constructor(options?: ErrorOptions) {
    super('the servers of the fleet do not answer', options)
    this.name = 'FleetUnreachableError'
  }
}

/** What the fleet knows at a moment. */
export interface FleetLook {
  /** Since when nothing is heard of any, as there is no connection; null while there is. */
  deafSince: Date | null
  /** Why. */
  why: string | null
  appliances: readonly Appliance[]
}

/** Messages that are asked for at a time: one of events may have hundreds, one of numbers thousands of values. */
const MOST = { events: 100, metrics: 16, state: 200 } as const
/** Of so many subjects it is told that a message of them could not be read, of each once. */
const MOST_TOLD = 100
/** From one attempt to the next, ever longer. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000

/** Reads what appliances tell, stores it, and knows how they are. */
export class FleetSubscriber implements Fleet {
  readonly #options: FleetSubscriberOptions
  readonly #known = new KnownAppliances()
  readonly #storing: Storing
  readonly #unreadable = new Set<string>()
  #stopping: AbortController | null = null
  #running: Promise<unknown> = Promise.resolve()
  /** Since when it is listened how appliances are, but for moments; and since when it is not, and why. */
  #listeningSince: Date | null = null
  #deafSince: Date | null
  #why: string | null = 'not connected yet'

  constructor(options: FleetSubscriberOptions) {
    this.#options = options
    this.#deafSince = options.now()
    this.#storing = new Storing({
      ...{ database: options.database, known: this.#known },
      ...{ now: options.now, onEvents: options.onEvents },
      onNumbers: (names) => {
        this.#tellNumbers(names)
      },
      onUnreadable: (subject, why) => {
        this.#tellUnreadable(subject, why)
      },
    })
  }

  /** Reads which appliances are known, and begins to listen in the background. Rejects as the database does. */
  async start(): Promise<void> {
    if (this.#stopping !== null) return
    this.#stopping = new AbortController()
    const { signal } = this.#stopping
    this.#known.update(await allAppliances(this.#options.database))
    const { events, metrics, state } = streams
    this.#running = Promise.all([
      this.#follow(signal, events.name, MOST.events, (batch) => this.#storing.events(batch)),
      this.#follow(signal, metrics.name, MOST.metrics, (batch) => this.#storing.metrics(batch)),
      this.#follow(signal, state.name, MOST.state, (batch) => this.#storing.states(batch)),
    ])
  }

  /** Reads nothing more; resolves when what is being stored is stored. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping?.abort()
    await this.#running
    this.#stopping = null
  }

  deafSince = () => this.#deafSince
  list = () => this.#known.list()
  find = (name: string) => this.#known.find(name)
  readings = (name: string) => this.#known.readings(name)
  reading = (name: string, subject: string) => this.#known.reading(name, subject)
  numbers = (name: string) => this.#known.numbers(name)

  /** What is known now; notes which appliances have become silent. Rejects as the database does. */
  async look(): Promise<FleetLook> {
    const { database, settings, now } = this.#options
    const at = now()
    const listeningSince = this.#deafSince === null ? this.#listeningSince : null
    if (listeningSince !== null) {
      const { silentSeconds } = settings()
      const list = this.#known.list()
      const names = fallenSilent(list, { now: at, listeningSince, silentSeconds })
      if (names.length > 0) {
        const heardBefore = new Date(at.getTime() - silentSeconds * 1000)
        // Meanwhile one may have been heard.
        this.#known.silent(await markSilent(database, names, { at, heardBefore }), at)
      }
    }
    const appliances = this.#known.list()
    return { deafSince: this.#deafSince, why: this.#why, appliances }
  }

  /** Rejects with FleetUnreachableError when the servers cannot be told to forget it, and as the database does. */
  async forget(name: string, note: ForgetNote): Promise<boolean> {
    const { database, connect } = this.#options
    const appliance = this.#known.find(name)
    if (appliance === null) return false
    // First there: the state it told last would make it known again.
    try {
      const connection = await connect(AbortSignal.timeout(LONGEST_PAUSE_MS))
      await purgeAppliance(await connection.jetstreamManager(), name)
    } catch (cause) {
      throw new FleetUnreachableError({ cause })
    }
    const wasThere = await database.transaction(async (transaction) => {
      if ((await deleteAppliance(transaction, name)) === null) return false
      await note(transaction, appliance)
      return true
    })
    this.#known.forget(name)
    this.#storing.forget(name)
    return wasThere
  }

  /** Reads a stream until it is stopped, and begins again after what is stored whenever that breaks. */
  async #follow(
    signal: AbortSignal,
    stream: string,
    most: number,
    store: (batch: StreamBatch) => Promise<void>,
  ): Promise<void> {
    const isState = stream === streams.state.name
    let failures = 0
    for (;;) {
      try {
        const connection = await this.#options.connect(signal)
        const made = await makeStreams(
          await connection.jetstreamManager(),
          this.#options.settings(),
        )
        const madeAt = made.get(stream) ?? this.#options.now()
        const after = isState ? 0 : await this.#after(stream, madeAt)
        const onListening = () => {
          failures = 0
          if (isState) this.#listens()
        }
        const { now, inbox } = this.#options
        const reading = { connection, inbox, stream, after, most, now, signal }
        for await (const messages of readStream({ ...reading, onListening })) {
          await this.#stored(signal, () => store({ stream, madeAt, messages }))
        }
      } catch (error) {
        failures += 1
        if (isState && !signal.aborted) this.#isDeaf(error as Error)
        if (failures === 3) this.#options.onError(error as Error)
        await rest(failures, signal)
      }
      if (signal.aborted) return
    }
  }

  #listens(): void {
    const { now, settings } = this.#options
    const at = now()
    const deafMs = this.#deafSince === null ? 0 : at.getTime() - this.#deafSince.getTime()
    // What appliances said in a moment is heard afterwards; after longer they get the time to connect again, too.
    if (this.#listeningSince === null || deafMs > settings().silentSeconds * 250) {
      this.#listeningSince = at
    }
    this.#deafSince = null
    this.#why = null
  }

  #isDeaf({ message }: Error): void {
    this.#deafSince ??= this.#options.now()
    this.#why = message
  }

  /** At each start all that was told last is read again, also of those that nothing is heard of since. */
  #tellNumbers(names: readonly string[]): void {
    const { onNumbers, now, settings } = this.#options
    const heardAfter = now().getTime() - settings().silentSeconds * 1000
    for (const name of names) {
      const appliance = this.#known.find(name)
      if (appliance?.state !== 'reporting') continue
      if (appliance.lastHeardAt.getTime() > heardAfter) onNumbers(appliance)
    }
  }

  #tellUnreadable(subject: string, why: string): void {
    if (this.#unreadable.has(subject) || this.#unreadable.size >= MOST_TOLD) return
    this.#unreadable.add(subject)
    this.#options.onError(new Error(`a message of ${subject} cannot be read: ${why}`))
  }

  async #after(stream: string, madeAt: Date): Promise<number> {
    const position = await streamPosition(this.#options.database, stream)
    return position?.madeAt.getTime() === madeAt.getTime() ? position.seq : 0
  }

  /** Stores a batch, however long that takes: meanwhile nothing more is asked for. */
  async #stored(signal: AbortSignal, store: () => Promise<void>): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await store()
        return
      } catch (cause) {
        failures += 1
        if (failures === 1) {
          this.#options.onError(new Error('what appliances told is not stored yet', { cause }))
        }
        await rest(failures, signal)
      }
    }
  }
}

async function rest(failures: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS)
  await pause(ms, undefined, { signal }).catch(() => undefined)
}
