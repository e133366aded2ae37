import type { Host } from '../host/host.ts'
import { errorOf, stateOf, type HardwareSubjects, type Reading } from '../snapshot.ts'
import {
  ABSENT,
  type Absent,
  type Collected,
  type Collector,
  type CollectorSettings,
} from './collector.ts'
import { CollectionTimeout, withDeadline } from './deadline.ts'

/** How one collector is doing. */
export interface CollectorHealth {
  name: string
  /** `pending` until the first collection has ended. */
  state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
  intervalSeconds: number
  /** Since the last success; null when it never succeeded. */
  ageSeconds: number | null
  durationSeconds: number | null
  error: string | null
  /** When it began to fail; null while it succeeds. */
  failingSince: Date | null
}

/** A collection that has ended. */
export interface EndedCollection {
  subject: Subject
  seconds: number
  status: 'ok' | 'error' | 'timeout'
  /** What was read, with what was known of it before; undefined when nothing was. */
  value: unknown
  error: string | null
}

/** A name of what is collected. */
export type Subject = keyof HardwareSubjects

/** Why something was collected: it was time for it, or somebody asked. */
export type Why = 'beat' | 'asked'

/** A collector of the list, under the name of its subject. */
export type ScheduledCollector = {
  [Name in Subject]: Collector<HardwareSubjects[Name]> & { name: Name }
}[Subject]

/** What is collected, on which machine, and whom the loop tells. */
export interface LoopOptions {
  host: Host
  collectors: readonly ScheduledCollector[]
  /** Asked before every collection, so that a reload is heeded. */
  settings: () => CollectorSettings
  now: () => Date
  /** Told of every reading, also of those that changed nothing. */
  onReading?: (name: Subject, reading: Reading<unknown>, why: Why) => void
  /** Told of every collection that has ended or was given up, so that somebody can count. */
  onCollected?: (ended: EndedCollection) => void
  /** Told of a collector that had to be started again. */
  onRestart?: (name: Subject) => void
}

/** What has changed on the machine. */
export interface Changed {
  everything: boolean
  subsystems: ReadonlySet<string>
  paths: ReadonlySet<string>
}

/** After a collection by which it was woken a collector rests, at least so long, or so many times as long as that took. */
const REST_SECONDS = 0.5
const REST_FACTOR = 4

/** How much later than it should a reading may come on a busy machine. */
const SLACK_SECONDS = 30

/** One collector on its beat. */
export class Lane {
  readonly collector: Collector<unknown>
  reading: Reading<unknown> | null = null
  readonly #options: LoopOptions
  #timer: NodeJS.Timeout | null = null
  /** When it last had a reading, a failed one too, or was started. */
  #aliveAt: Date | null = null
  #running: { since: Date; settled: Promise<void> } | null = null
  #last: { value: unknown; takenAt: Date } | null = null
  #lastSuccess: Date | null = null
  #failingSince: Date | null = null
  /** The next collection that somebody asked for. */
  #next: Promise<void> | null = null
  /** The next one by which it is woken, and when its turn comes. */
  #woken: Promise<void> | null = null
  #turn: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(collector: ScheduledCollector, options: LoopOptions) {
    this.collector = collector
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#timer !== null) return
    this.#stopped = false
    this.#aliveAt = this.#options.now()
    this.#timer = setInterval(
      () => void this.collect('beat'),
      this.collector.intervalSeconds * 1000,
    )
    await this.collect('beat')
  }

  /** Whether it should have had a reading by now: it is started, and two beats and its deadline are over. */
  isDead(now: Date): boolean {
    if (this.#timer === null || this.#aliveAt === null) return false
    const { intervalSeconds, timeoutMs } = this.collector
    return (
      secondsBetween(this.#aliveAt, now) > 2 * intervalSeconds + timeoutMs / 1000 + SLACK_SECONDS
    )
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** What of files and directories its subject changes with, as it was last read. */
  paths(): readonly string[] {
    const { wakes } = this.collector
    return wakes?.paths?.(this.#options.settings(), this.#last?.value ?? null) ?? []
  }

  /** Whether its subject may be another than was read. */
  isWokenBy({ everything, subsystems, paths }: Changed): boolean {
    const { wakes } = this.collector
    if (wakes === undefined) return false
    if (everything || wakes.devices?.some((name) => subsystems.has(name))) return true
    return paths.size > 0 && this.paths().some((path) => paths.has(path))
  }

  /**
   * Collects at once, unless it was just now woken: then when it has rested. Whoever asks while one waits is
   * served by the same.
   */
  wake(): Promise<void> {
    return (this.#woken ??= this.#collectInTurn())
  }

  async #collectInTurn(): Promise<void> {
    await this.#turn
    this.#woken = null
    if (this.#stopped) return
    const startedAt = this.#options.now()
    const collected = this.collectAnew()
    this.#turn = collected.then(() => this.#rest(secondsBetween(startedAt, this.#options.now())))
    await collected
  }

  // Without a rest a library that takes a second to answer would be asked all the time that somebody uses it.
  #rest(tookSeconds: number): Promise<void> {
    const seconds = Math.max(REST_SECONDS, REST_FACTOR * tookSeconds)
    return new Promise((resolve) => {
      const milliseconds = Math.min(seconds, this.collector.intervalSeconds) * 1000
      setTimeout(resolve, milliseconds).unref()
    })
  }

  /** Whoever asks while one waits for the collection under way to end is served by the same next one. */
  collectAnew(): Promise<void> {
    return (this.#next ??= this.#collectNext())
  }

  async #collectNext(): Promise<void> {
    const underWay = this.#running?.settled ?? Promise.resolve()
    await withDeadline(underWay, this.collector.timeoutMs).catch(noop)
    // What changes from here on it would miss: who asks now waits for another.
    this.#next = null
    await this.collect('asked')
  }

  async collect(why: Why): Promise<void> {
    const { now } = this.#options
    const startedAt = now()
    if (this.#running !== null) {
      const { since } = this.#running
      if (startedAt.getTime() - since.getTime() >= this.collector.timeoutMs) {
        this.#fail(startedAt, `the collection of ${since.toISOString()} has not ended`, 0, why)
      }
      return
    }
    const collection = this.#ask()
    this.#running = {
      since: startedAt,
      settled: collection.then(noop, noop).finally(() => (this.#running = null)),
    }
    try {
      const collected = await withDeadline(collection, this.collector.timeoutMs)
      this.#succeed(startedAt, collected, why)
      this.#count('ok')
    } catch (error) {
      this.#fail(startedAt, messageOf(error), secondsBetween(startedAt, now()), why)
      this.#count(error instanceof CollectionTimeout ? 'timeout' : 'error')
    }
  }

  // A collector that throws instead of rejecting must not end the loop.
  async #ask(): Promise<Collected<unknown> | Absent> {
    const { host, settings } = this.#options
    return await this.collector.collect(host, settings(), this.#last?.value)
  }

  #succeed(startedAt: Date, collected: Collected<unknown> | Absent, why: Why): void {
    const takenAt = this.#options.now()
    const durationSeconds = secondsBetween(startedAt, takenAt)
    if (collected === ABSENT) {
      this.#last = null
      this.#settle({ state: 'absent', takenAt, durationSeconds }, why)
      return
    }
    const { problems, coverage } = collected
    const before = this.#last
    const value =
      this.collector.accumulate?.(
        before?.value,
        collected.value,
        before === null ? 0 : secondsBetween(before.takenAt, takenAt),
        takenAt,
      ) ?? collected.value
    this.#last = { value, takenAt }
    this.#settle({ state: 'read', value, problems, coverage, takenAt, durationSeconds }, why)
  }

  #fail(startedAt: Date, error: string, durationSeconds: number, why: Why): void {
    const since = this.#failingSince ?? startedAt
    this.#settle({ state: 'failed', error, since, durationSeconds, last: this.#last }, why)
  }

  // A reading of gaps only is one that failed.
  #count(outcome: EndedCollection['status']): void {
    const { reading } = this
    if (reading === null) return
    const failed = stateOf(reading) === 'failed'
    this.#options.onCollected?.({
      subject: this.collector.name as Subject,
      seconds: reading.durationSeconds,
      status: outcome === 'ok' && failed ? 'error' : outcome,
      value: reading.state === 'read' ? reading.value : undefined,
      error: failed ? errorOf(reading) : null,
    })
  }

  #settle(reading: Reading<unknown>, why: Why): void {
    const failed = stateOf(reading) === 'failed'
    if (!failed && reading.state !== 'failed') this.#lastSuccess = reading.takenAt
    this.#failingSince = failed ? (this.#failingSince ?? this.#options.now()) : null
    this.reading = reading
    this.#aliveAt = this.#options.now()
    this.#options.onReading?.(this.collector.name as Subject, reading, why)
  }

  health(now: Date): CollectorHealth {
    const { reading } = this
    return {
      name: this.collector.name,
      state: reading === null ? 'pending' : stateOf(reading),
      intervalSeconds: this.collector.intervalSeconds,
      ageSeconds: this.#lastSuccess === null ? null : secondsBetween(this.#lastSuccess, now),
      durationSeconds: reading?.durationSeconds ?? null,
      error: reading === null ? null : errorOf(reading),
      failingSince: this.#failingSince,
    }
  }
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function noop(): void {
  // The outcome is taken where the collection is awaited.
}
