import { setTimeout as pause } from 'node:timers/promises'
import type { Queryable } from '../db/database.ts'
import type { Dispatcher } from './dispatcher.ts'
import { findMessages, type LoggedMessage } from './log.ts'
import type { Notifier } from './notifier.ts'
import { enqueue } from './outbox.ts'

/** What test messages are sent with. */
export interface TestMessagesOptions {
  database: Queryable
  dispatcher: Pick<Dispatcher, 'sendFirst'>
  /** The channels that there are. */
  notifiers: () => readonly Notifier[]
  now: () => Date
  newId: () => string
}

/** What somebody wants to see. */
export interface TestRequest {
  channels: readonly string[]
  message: string
  /** Name of the user. */
  user: string
  /** How long it is waited for, in ms. */
  patienceMs: number
}

const LOOK_MS = 50

/** Sends messages that say nothing but that they arrive. */
export class TestMessages {
  readonly #options: TestMessagesOptions

  constructor(options: TestMessagesOptions) {
    this.#options = options
  }

  /** Names of the channels that take one. */
  channels(): string[] {
    return this.#options
      .notifiers()
      .filter(({ kinds }) => kinds.includes('test'))
      .map(({ name }) => name)
  }

  /** Puts one up for each of the channels, and resolves with what became of them when it has been waited for long enough. */
  async send({ channels, message, user, patienceMs }: TestRequest): Promise<LoggedMessage[]> {
    const { database, dispatcher, now, newId } = this.#options
    const content = { kind: 'test' as const, message, requested_by: user }
    const messages = channels.map((channel) => ({ channel, id: newId(), at: now(), content }))
    await enqueue(database, messages)
    for (const { channel, id } of messages) void dispatcher.sendFirst(channel, id)
    const ids = messages.map(({ id }) => id)
    // Whoever sends them may be another daemon: what became of them is in the database.
    for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
      const found = await findMessages(database, ids)
      if (found.every(wasTried) || waitedMs >= patienceMs) return found
      await pause(LOOK_MS)
    }
  }
}

/** Whether it is known how an attempt ended. Pure. */
export function wasTried({ state, lastError }: LoggedMessage): boolean {
  return state !== 'waiting' || lastError !== null
}
