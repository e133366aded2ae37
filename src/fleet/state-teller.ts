import { createHash } from 'node:crypto'
import { TooLargeError, type Session } from './session.ts'
import type { AboutMessage } from './wire.ts'

/** How the appliance is, as whoever puts the daemon together knows it. */
export interface StateSources {
  about: () => Promise<Omit<AboutMessage, 'at' | 'appliance' | 'interval_seconds'>>
  /** The alerts that are pending or fire, as `GET /alerts` says them. */
  alerts: () => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** The snapshot of numbers; null before there is one. */
  numbers: () => object | null
  /** Readings, by subject: of hardware, and of what is kept about it. */
  readings: () => Readonly<Record<string, object>>
}

/** What states are told with. */
export interface StateTellerOptions {
  session: Session
  sources: StateSources
  /** From one telling of the numbers to the next. */
  numbersSeconds: () => number
  now: () => Date
  /** Number of the last event that is stored. */
  seq: () => Promise<number>
  /** Told of what is larger than servers take, each time. */
  onTooLarge: (what: string, error: TooLargeError) => void
}

/** How often something is told: whether it has changed or not, and when it has. */
interface Pace {
  everyMs: number
  changedMs: number
}

/** So often an appliance tells who it is, whether that has changed or not. */
export const STATE_SECONDS = 30
const STATE_MS = STATE_SECONDS * 1000
/** What has not changed is told again so often, with when it was read. */
const AGAIN_MS = 300_000
/** Timers are never exact. */
const SLACK_MS = 2_000

/** Tells how the appliance is. */
export class StateTeller {
  readonly #options: StateTellerOptions
  /** What was told last, by subject: a digest, and when. */
  readonly #told = new Map<string, { digest: string; atMs: number }>()
  #alertsAt = { seq: -1, atMs: 0 }

  constructor(options: StateTellerOptions) {
    this.#options = options
  }

  /** Tells what is due. Rejects as servers and the database do. */
  async tell(): Promise<void> {
    const { session, sources, now, seq } = this.#options
    const { subjects, appliance } = session
    const at = now()
    // First: the alerts are then those after this event, or after a later one.
    const last = await seq()
    const about = await sources.about()
    const who = { ...about, appliance, interval_seconds: STATE_SECONDS }
    await this.#put(subjects.about, last, at, { everyMs: STATE_MS, changedMs: 0 }, who)
    await this.#tellAlerts(last, at)
    const numbers = sources.numbers()
    const beatMs = this.#options.numbersSeconds() * 1000
    if (numbers !== null) {
      await this.#put(
        subjects.numbers,
        last,
        at,
        { everyMs: beatMs, changedMs: beatMs },
        { numbers },
      )
    }
    for (const [subject, reading] of Object.entries(sources.readings())) {
      const pace = { everyMs: AGAIN_MS, changedMs: STATE_MS }
      await this.#put(
        subjects.reading(subject),
        last,
        at,
        pace,
        { reading },
        withoutMoment(reading),
      )
    }
  }

  /** They change with events, but for when they were last seen. */
  async #tellAlerts(seq: number, at: Date): Promise<void> {
    const { session, sources } = this.#options
    const before = this.#alertsAt
    const ageMs = at.getTime() - before.atMs
    if (before.seq === seq && ageMs >= 0 && ageMs < STATE_MS - SLACK_MS) return
    const alerts = await sources.alerts()
    const pace = { everyMs: AGAIN_MS, changedMs: 0 }
    await this.#put(session.subjects.alerts, seq, at, pace, { alerts })
    this.#alertsAt = { seq, atMs: at.getTime() }
  }

  /** Tells it when it is time to, or it has changed; `essence` is what says whether it has, all of it if not said. */
  async #put(
    subject: string,
    seq: number,
    at: Date,
    { everyMs, changedMs }: Pace,
    body: object,
    essence: object = body,
  ): Promise<void> {
    const told = this.#told.get(subject)
    const ageMs = told === undefined ? Infinity : at.getTime() - told.atMs + SLACK_MS
    // A clock that was set back is no reason to be silent.
    const isDue = ageMs < 0 || ageMs >= everyMs
    if (!isDue && ageMs < changedMs) return
    const digest = createHash('sha256').update(JSON.stringify(essence, plain)).digest('base64')
    if (!isDue && told?.digest === digest) return
    const { session, onTooLarge } = this.#options
    const text = JSON.stringify({ at: at.toISOString(), ...body }, plain)
    try {
      await session.publish('state', subject, { seq, body: text })
    } catch (error) {
      if (!(error instanceof TooLargeError)) throw error
      onTooLarge(subject, error)
      if ('reading' in body) {
        const failed = JSON.stringify({ at: at.toISOString(), reading: notTold(error, at) })
        await session.publish('state', subject, { seq, body: failed })
      }
    }
    this.#told.set(subject, { digest, atMs: at.getTime() })
  }
}

/** What JSON has no word for. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

/** When it was read, and how long that took, is another each time. */
function withoutMoment(reading: object): object {
  return { ...reading, takenAt: null, durationSeconds: null }
}

/** What is too large to be told is not known to the fleet, and it is told why. */
function notTold({ message }: TooLargeError, at: Date): object {
  const error = `it is not told: ${message}`
  return { state: 'failed', error, since: at.toISOString(), durationSeconds: 0, last: null }
}
