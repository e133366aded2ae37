import { createHash } from 'node:crypto'
import { Cron } from 'croner'
import type { Queryable } from '../db/database.ts'
import type { DigestContent, Notifier } from './notifier.ts'
import { enqueue } from './outbox.ts'

/** Who gets a digest, and when. */
export interface DigestSettings {
  channels: readonly string[]
  /** As cron says it, five fields. */
  schedule: string
  /** Name of the time zone; null is that of the machine. */
  timeZone: string | null
}

/** What a digest is made of and whom it tells. */
export interface DigestOptions {
  database: Queryable
  settings: () => DigestSettings
  /** The channels that there are. */
  notifiers: () => readonly Notifier[]
  /** What there was between two times. */
  recap: (since: Date, until: Date) => Promise<Omit<DigestContent, 'kind' | 'since' | 'until'>>
  /** Since when the appliance is looked after: of what was before nothing is told. */
  beganAt: () => Promise<Date>
  now: () => Date
  /** Called when one was put up. */
  onPutUp: () => void
  onError: (error: Error) => void
}

const BEAT_MS = 30_000

/** One that is later than this is not news any more. */
const LATEST_MS = 12 * 3600_000

/** A span of time that a digest is about. */
export interface Span {
  since: Date
  until: Date
}

/**
 * What the latest digest that should have been sent by now is about; null when that was too long ago. Pure.
 * Throws when the schedule or the time zone makes no sense.
 */
export function dueSpan(
  { schedule, timeZone }: Pick<DigestSettings, 'schedule' | 'timeZone'>,
  now: Date,
): Span | null {
  const cron = new Cron(schedule, {
    paused: true,
    ...(timeZone === null ? {} : { timezone: timeZone }),
  })
  // What is due this very moment counts.
  const soon = new Date(now.getTime() + 1000)
  const [until, since] = cron.previousRuns(3, soon).filter((time) => time <= now)
  if (until === undefined || now.getTime() - until.getTime() >= LATEST_MS) return null
  return { since: since ?? new Date(until.getTime() - 24 * 3600_000), until }
}

/** The id of the digest of a channel and a time: always the same, so that no restart sends a second. */
export function digestId(channel: string, until: Date): string {
  const hash = createHash('sha256').update(`digest ${channel} ${until.toISOString()}`).digest('hex')
  // Version 8 of RFC 9562: made by a rule of one's own.
  return hash.replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
    (_, ...parts: string[]) => `${parts[0]}-${parts[1]}-8${parts[2]}-8${parts[3]}-${parts[4]}`,
  )
}

/** Puts up one message a channel and time of the schedule: also one that was missed, when it is not too late. */
export class Digest {
  readonly #options: DigestOptions
  /** What was put up, by channel. */
  readonly #done = new Map<string, number>()
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null

  constructor(options: DigestOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#timer !== null) return
    this.#timer = setInterval(() => void this.look(), BEAT_MS)
    void this.look()
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  /** Puts up what is due now. Never rejects. */
  look(): Promise<void> {
    this.#running ??= this.#putUp()
      .catch((cause: unknown) => {
        this.#options.onError(new Error('the digest could not be put up', { cause }))
      })
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  async #putUp(): Promise<void> {
    const { database, settings, notifiers, recap, beganAt, now, onPutUp } = this.#options
    const given = settings()
    if (given.channels.length === 0) return
    const at = now()
    const span = dueSpan(given, at)
    if (span === null) return
    const { since, until } = span
    const due = notifiers()
      .filter(({ name, kinds }) => given.channels.includes(name) && kinds.includes('digest'))
      .filter(({ name }) => this.#done.get(name) !== until.getTime())
    if (due.length === 0 || until <= (await beganAt())) return
    const content: DigestContent = {
      kind: 'digest',
      since: since.toISOString(),
      until: until.toISOString(),
      ...(await recap(since, until)),
    }
    await enqueue(
      database,
      due.map(({ name }) => ({ channel: name, id: digestId(name, until), at, content })),
    )
    for (const { name } of due) this.#done.set(name, until.getTime())
    onPutUp()
  }
}
