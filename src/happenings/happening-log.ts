import { EventWriter, type EventWriterOptions } from '../events/writer.ts'
import type { HardwareSubjects, Reading } from '../snapshot.ts'
import type { Happening } from './happening.ts'
import { whatHappened, type Read } from './index.ts'

/** What a log writes into, and whom it tells. */
export interface HappeningLogOptions extends EventWriterOptions {
  now: () => Date
}

/**
 * Writes what happened on the appliance to the event stream: each reading is compared with the last one
 * of its subject that succeeded. The first one after the start is compared with nothing.
 */
export class HappeningLog {
  readonly #options: HappeningLogOptions
  readonly #last = new Map<keyof HardwareSubjects, Read>()
  /** The last of which some place answered, where that is another: what is listed is compared with it. */
  readonly #lastListed = new Map<keyof HardwareSubjects, Read>()
  readonly #writer: EventWriter

  constructor(options: HappeningLogOptions) {
    this.#options = options
    this.#writer = new EventWriter(options)
  }

  /** Takes what was read before there was a log for what later readings are compared with. */
  begin(readings: { readonly [Name in keyof HardwareSubjects]?: Reading<unknown> }): void {
    for (const [name, reading] of Object.entries(readings)) {
      const subject = name as keyof HardwareSubjects
      if (reading.state === 'read' && !this.#last.has(subject)) this.#keep(subject, reading)
    }
  }

  /** Takes in a reading, of which it tells what had happened. */
  observe(subject: keyof HardwareSubjects, reading: Reading<unknown>): readonly Happening[] {
    if (reading.state === 'failed') return []
    if (reading.state === 'absent') {
      this.#last.delete(subject)
      this.#lastListed.delete(subject)
      return []
    }
    const before = this.#last.get(subject)
    const listed = this.#lastListed.get(subject)
    this.#keep(subject, reading)
    if (before === undefined) return []
    const found = happenedSince(subject, before, listed ?? before, reading)
    const at = this.#options.now()
    this.#writer.add(
      found.map(({ type, event, level, message, data }) => ({
        type,
        source: `collectors/${subject}`,
        level,
        message,
        data: { event, message, ...data },
        at,
      })),
    )
    return found
  }

  #keep(subject: keyof HardwareSubjects, reading: Read): void {
    const before = this.#last.get(subject)
    this.#last.set(subject, reading)
    if (reading.coverage !== 'none') this.#lastListed.delete(subject)
    else if (before && before.coverage !== 'none') this.#lastListed.set(subject, before)
  }

  /** How many events are not written down yet. */
  get waiting(): number {
    return this.#writer.waiting
  }

  /** Writes what waits. Never rejects: what cannot be written now is tried with the next. */
  flush(): Promise<void> {
    return this.#writer.flush()
  }
}

/** How things are now and were then; and what is there of what was when it could last be listed. */
function happenedSince(
  subject: keyof HardwareSubjects,
  before: Read,
  listed: Read,
  after: Read,
): Happening[] {
  if (listed === before) return whatHappened(subject, before, after)
  return [
    ...whatHappened(subject, listed, after).filter(({ fromList }) => fromList),
    ...whatHappened(subject, before, after).filter(({ fromList }) => !fromList),
  ]
}
