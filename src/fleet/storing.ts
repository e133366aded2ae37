import type { Database, Queryable } from '../db/database.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import { endOtherAlerts, saveToldAlerts, type ActiveAlerts } from './alerts.ts'
import { decideEvents, isAfter, toldOfNames, type Position, type Progress } from './decide.ts'
import type { KnownAppliances } from './known.ts'
import { decideMetrics, ToldSamplesStore } from './metrics.ts'
import {
  readMetrics,
  received,
  receivedEvents,
  type RawMessage,
  type Received,
  type ToldEventBody,
} from './received.ts'
import { decideStates, receivedState } from './states.ts'
import {
  lockPositions,
  saveProgress,
  saveStreamPosition,
  type StoredAppliance,
  type Told,
} from './store.ts'

/** What is written with, and who is told. */
export interface StoringOptions {
  database: Database
  known: KnownAppliances
  now: () => Date
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
  /** Told whose numbers of now have come. */
  onNumbers: (appliances: readonly string[]) => void
  /** Told of messages that cannot be read, and of numbers that cannot be stored. */
  onUnreadable: (subject: string, why: string) => void
}

/** Events that are stored in one transaction at most. */
const AT_ONCE = 1000

/** Messages of a stream, in its order. */
export interface StreamBatch {
  stream: string
  /** When the server made the stream. */
  madeAt: Date
  messages: readonly RawMessage[]
}

/**
 * Stores what appliances tell: each batch in one transaction, with how far the stream is read and where each appliance
 * is. So a batch is stored once, whenever the daemon is killed. Rejects as the database does, and then nothing of the
 * batch is stored; what the database refuses for what is in it is left out by itself, and counted.
 */
export class Storing {
  readonly #options: StoringOptions
  readonly #numbers = new ToldSamplesStore()
  /** The alerts of appliances whose events have not come so far yet. */
  readonly #awaited = new Map<string, ActiveAlerts>()

  constructor(options: StoringOptions) {
    this.#options = options
  }

  /** Stores events. */
  async events({ messages, ...stream }: StreamBatch): Promise<void> {
    const read = messages.flatMap((message) =>
      receivedEvents(message).map((one) => this.#told(message, one)),
    )
    const store = (part: readonly Received<ToldEventBody>[]) =>
      this.#store(stream, part, async (transaction, positions) => {
        const { events, own, alerts, progress } = decideEvents(positions, part, this.#options.now())
        return {
          ...{ progress, events: [...own, ...events] },
          write: async () => {
            await saveToldAlerts(transaction, alerts)
            await endOtherAlerts(transaction, this.#reached(progress))
          },
        }
      })
    for (let begin = 0; begin < read.length; begin += AT_ONCE) {
      await inParts(read.slice(begin, begin + AT_ONCE), store)
    }
  }

  /** Stores numbers over time. */
  async metrics({ messages, ...stream }: StreamBatch): Promise<void> {
    const read = messages.map((message) => this.#told(message, received(message, readMetrics)))
    await inParts(read, (part) =>
      this.#store(stream, part, async (transaction, positions) => {
        const now = this.#options.now()
        const { told, progress } = decideMetrics(positions, part, now)
        return {
          ...{ progress, events: [] },
          write: () => this.#numbers.save(transaction, told, now.getTime()),
        }
      }),
    ).catch((error: unknown) => {
      this.#numbers.clear()
      throw error
    })
  }

  /** Stores how appliances are, and remembers what is not stored. It is told again at each start. */
  async states({ messages }: StreamBatch): Promise<void> {
    const read = messages.map((message) => this.#told(message, receivedState(message)))
    await inParts(read, async (part) => {
      let decided: ReturnType<typeof decideStates> | null = null
      await this.#store(null, part, async (transaction, positions) => {
        decided = decideStates(positions, part)
        const { progress, alerts, active } = decided
        return {
          ...{ progress, events: [] },
          write: async () => {
            await saveToldAlerts(transaction, alerts)
            const reached = active.filter((one) => !isAfter(one, placeOf(progress, one.appliance)))
            await endOtherAlerts(transaction, reached)
          },
        }
      })
      this.#remember(decided)
    })
  }

  /** It is no longer known what an appliance has. */
  forget(appliance: string): void {
    this.#awaited.delete(appliance)
  }

  #remember(decided: ReturnType<typeof decideStates> | null): void {
    const { known, onNumbers } = this.#options
    for (const { appliance, what, body } of decided?.kept ?? []) known.told(appliance, what, body)
    for (const { appliance, seq } of decided?.counted ?? []) known.counted(appliance, seq)
    for (const one of decided?.active ?? []) this.#awaited.set(one.appliance, one)
    const numbers = (decided?.kept ?? []).filter(({ what }) => what === 'numbers')
    if (numbers.length > 0) onNumbers([...new Set(numbers.map(({ appliance }) => appliance))])
  }

  /** What waited for events that are stored with this. It waits on until that is committed; to end twice is to end once. */
  #reached(progress: readonly Progress[]): ActiveAlerts[] {
    return [...this.#awaited.values()].filter((one) =>
      progress.some((place) => place.name === one.appliance && !isAfter(one, place)),
    )
  }

  #told<Message extends Received<unknown>>({ subject }: RawMessage, message: Message): Message {
    if (message.why !== null) this.#options.onUnreadable(subject, message.why)
    return message
  }

  async #store(
    stream: { stream: string; madeAt: Date } | null,
    messages: readonly Received<unknown>[],
    decide: (transaction: Queryable, positions: readonly Position[]) => Promise<Step>,
  ): Promise<void> {
    const { database, known, now, onEvents } = this.#options
    const names = messages.flatMap(({ origin }) => (origin === null ? [] : [origin.appliance]))
    const done = await database.transaction(async (transaction) => {
      const before = await lockPositions(transaction, names)
      const { progress, events, write } = await decide(transaction, before)
      const stored = await saveProgress(transaction, [...progress].sort(byName))
      await write()
      const last = messages.at(-1)
      if (stream !== null && last !== undefined) {
        const { stream: name, madeAt } = stream
        await saveStreamPosition(transaction, { name, madeAt, seq: last.streamSeq })
      }
      const own = toldOfNames(before, progress, now())
      return { stored, events: await appendEvents(transaction, [...own, ...events]) }
    })
    known.update(done.stored)
    for (const { appliance, epoch, seq } of [...this.#awaited.values()]) {
      if (!isAfter({ epoch, seq }, placeOf(done.stored, appliance))) {
        this.#awaited.delete(appliance)
      }
    }
    if (done.events.length > 0) onEvents(done.events)
  }
}

interface Step {
  progress: readonly (Progress & Told)[]
  events: readonly NewEvent[]
  write: () => Promise<void>
}

/** What PostgreSQL says of values that it does not take (class 22), that break a rule (23), or are too large (54). */
const OF_VALUES = /^(?:22|23|54)/

/**
 * Does it with all of them; where the database refuses what is in one of them, with ever smaller parts, until that one
 * is found: it counts as one that cannot be read, and does not hold up the others.
 */
async function inParts<Message extends Received<unknown>>(
  messages: readonly Message[],
  store: (part: readonly Message[]) => Promise<void>,
): Promise<void> {
  if (messages.length === 0) return
  try {
    await store(messages)
  } catch (error) {
    const [only] = messages
    const isRefused = OF_VALUES.test(String((error as { code?: unknown }).code))
    if (!isRefused || only === undefined || (messages.length === 1 && only.body === null))
      throw error
    if (messages.length === 1) {
      await store([{ ...only, body: null, why: (error as Error).message }])
      return
    }
    const middle = messages.length >> 1
    await inParts(messages.slice(0, middle), store)
    await inParts(messages.slice(middle), store)
  }
}

function placeOf(
  places: readonly Pick<StoredAppliance, 'name' | 'epoch' | 'seq'>[],
  name: string,
): { epoch: number; seq: number } {
  return places.find((one) => one.name === name) ?? { epoch: -1, seq: -1 }
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1
}
