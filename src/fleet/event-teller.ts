import type { Queryable } from '../db/database.ts'
import type { StoredEvent } from '../events/event.ts'
import { eventsSince } from '../events/store.ts'
import { savePlace } from './publisher-store.ts'
import type { PublisherPlace } from './resume.ts'
import { TooLargeError, type Session } from './session.ts'
import type { EventMessage } from './wire.ts'

/** What events are told with; `place` is moved on. */
export interface EventTellerOptions {
  database: Queryable
  session: Session
  place: PublisherPlace
  /** Number in the stream of the last message with events; 0 when there is none. */
  streamSeq: number
}

/** Events of a message at most, and messages of a turn: others have something to tell, too. */
const MOST_EVENTS = 250
const MOST_MESSAGES = 20

/** Tells the events that are stored, in order, each message when the one before was taken. */
export class EventTeller {
  readonly #options: EventTellerOptions
  #streamSeq: number
  #most = MOST_EVENTS

  constructor(options: EventTellerOptions) {
    this.#options = options
    this.#streamSeq = options.streamSeq
  }

  /** Tells some of what there is; whether there may be more. Rejects as servers and the database do. */
  async tell(): Promise<boolean> {
    const { database, place } = this.#options
    for (let messages = 0; messages < MOST_MESSAGES; messages += 1) {
      const events = await eventsSince(database, place.seq, this.#most)
      if (events.length === 0) return false
      // A daemon that was one of a fleet has events of others, too.
      const own = events.filter(({ appliance }) => appliance === null)
      place.seq = own.length === 0 ? (events.at(-1)?.seq ?? 0) : await this.#taken(own)
      await savePlace(database, place)
    }
    return true
  }

  /** The number of the last event that was taken: of fewer than these, where they are too large together. */
  async #taken(events: readonly StoredEvent[]): Promise<number> {
    try {
      const last = await this.#publish(events.map(messageOf))
      this.#most = Math.min(MOST_EVENTS, this.#most * 2)
      return last
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error
      const [first] = events
      if (first !== undefined && events.length === 1) {
        return await this.#publish([shortened(messageOf(first), error)])
      }
      this.#most = events.length >> 1
      return await this.#taken(events.slice(0, this.#most))
    }
  }

  async #publish(events: readonly EventMessage[]): Promise<number> {
    const { session } = this.#options
    const seq = events.at(-1)?.seq ?? 0
    const message = { seq, body: { events }, after: this.#streamSeq }
    this.#streamSeq = await session.publish('events', session.subjects.events, message)
    return seq
  }
}

function messageOf({ seq, id, type, source, level, message, data, at }: StoredEvent): EventMessage {
  return { seq, id, type, source, level, message, data, timestamp: at.toISOString() }
}

/** Better told in short than not at all. */
function shortened(event: EventMessage, { message }: TooLargeError): EventMessage {
  const { event: kind } = event.data
  const data = { ...(kind === undefined ? {} : { event: kind }), not_told: message }
  return { ...event, message: event.message.slice(0, 1_000), data }
}
