import { Type } from 'typebox'
import type { TaskKind } from '../kind.ts'

/** What the processing of events needs. */
export interface EventProcessing {
  /** Writes down what happened and is not yet; resolves with how many events still wait. */
  flush: () => Promise<number>
  /** Has messages about events sent that are due. */
  deliver: () => Promise<void>
  /**
   * Counts what is kept of the stream: how many events, of how many numbers from the first that is kept to the last
   * that was given.
   */
  countStream: () => Promise<{ events: number; numbers: number }>
}

/** Writes down and sends what waits, and compares the numbers of the event stream with what is stored. */
export function eventProcessing(parts: EventProcessing): TaskKind {
  const { flush, deliver, countStream } = parts
  return {
    name: 'monitoring_event_processing',
    summary:
      'Writes down events that wait, sends messages that are due, and checks the event stream for gaps.',
    schema: Type.Object({}, { additionalProperties: false }),
    destructive: false,
    repeatable: true,
    goesOn: true,
    timeoutSeconds: 900,
    resource: () => 'events',
    async plan() {
      return await Promise.resolve([
        { name: 'write', description: 'write down what happened and is not yet' },
        { name: 'send', description: 'send the messages that are due' },
        {
          name: 'check',
          description: 'compare the numbers of the event stream with what is stored',
        },
      ])
    },
    async run({ name }, progress) {
      if (name === 'write') {
        const waiting = await flush()
        if (waiting > 0) throw new Error(`${waiting} events still wait to be written down`)
      } else if (name === 'send') await deliver()
      else {
        const { events, numbers } = await countStream()
        progress.affect(events)
        const missing = numbers - events
        await progress.log(
          missing === 0
            ? `${events} events on the stream, without a gap`
            : `${events} events on the stream, ${missing} of their numbers are missing`,
          missing === 0 ? 'info' : 'warning',
        )
      }
    },
  }
}
