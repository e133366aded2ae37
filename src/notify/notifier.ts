import type { NewEvent } from '../events/event.ts'

/** What is sent. */
export interface Message {
  /** The same at every attempt, so that who got it twice can tell. */
  id: string
  /** Of the event or alert behind it. */
  at: Date
  /** What is said: JSON, names in snake_case. */
  payload: Readonly<Record<string, unknown>>
}

/** An event as a message. */
export function messageOf({ at, ...event }: NewEvent, id: string): Message {
  const { type, source, level, message, data } = event
  return { id, at, payload: { type, source, level, message, data } }
}

/** A way out of the appliance. */
export interface Notifier {
  /** The channel, e.g. `webhook`. */
  readonly name: string
  /** Resolves when the other side has taken the message. Rejects with NotifyError. */
  send(message: Message): Promise<void>
}

/** The other side did not take a message; it is tried again later. */
export class NotifyError extends Error {
  readonly code = 'ERR_NOTIFY'

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'NotifyError'
  }
}
