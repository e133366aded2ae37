import type { Host, HostChange } from '../host/host.ts'
import type { HardwareSubjects, Reading } from '../snapshot.ts'
import { stateOf, errorOf } from '../snapshot.ts'
import {
  ABSENT,
  type Absent,
  type Collected,
  type Collector,
  type CollectorSettings,
} from './collector.ts'

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

type Subject = keyof HardwareSubjects

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
}

/**
 * Runs each collector on its own beat, so that one that fails or hangs delays
 * no other. A collection that outlives its deadline is a failed reading; until
 * it has really ended the same collector is not started again.
 */
export class CollectorLoop {
  readonly #options: LoopOptions
  readonly #lanes: readonly Lane[]

  constructor(options: LoopOptions) {
    this.#options = options
    this.#lanes = options.collectors.map((collector) => new Lane(collector, options))
  }

  /**
   * Collects everything at once and from then on each at its interval. Resolves
   * when each has its first reading, at the latest at its deadline.
   */
  async start(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.start()))
  }

  /** No collection starts after this; those under way are abandoned. */
  stop(): void {
    for (const lane of this.#lanes) lane.stop()
  }

  /**
   * Collects everything anew; resolves when each has a reading that began after
   * the call, at the latest at its deadline.
   */
  async collectAll(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.collectAnew()))
  }

  /** Subsystems whose uevents tell that something is to be collected. */
  subsystems(): string[] {
    return [...new Set(this.#lanes.flatMap(({ collector }) => collector.wakes?.devices ?? []))]
  }

  /** Files and directories that tell by changing that something is to be collected, each once. */
  paths(): string[] {
    return [...new Set(this.#lanes.flatMap((lane) => lane.paths()))]
  }

  /**
   * Collects at once what the changes concern. Resolves, when those subjects have been read anew, with
   * whether there were any.
   */
  async wake(changes: readonly HostChange[]): Promise<boolean> {
    const woken = this.#lanes.filter((lane) => changes.some((change) => lane.isWokenBy(change)))
    const names = woken.map(({ collector }) => collector.name)
    const concerned = this.#lanes.filter(
      (lane) =>
        woken.includes(lane) || lane.collector.wakes?.with?.some((name) => names.includes(name)),
    )
    await Promise.all(concerned.map((lane) => lane.collectAnew()))
    return concerned.length > 0
  }

  /** The latest reading of every subject that was collected. */
  readings(): { [Name in Subject]?: Reading<HardwareSubjects[Name]> } {
    const readings: Record<string, Reading<unknown>> = {}
    for (const { collector, reading } of this.#lanes) {
      if (reading !== null) readings[collector.name] = reading
    }
    return readings
  }

  health(): CollectorHealth[] {
    const now = this.#options.now()
    return this.#lanes.map((lane) => lane.health(now))
  }
}

/** Without a success for so long, of any of them, the daemon only seems to run. */
const DEAD_SECONDS = 300

/** Whether the collectors still run: that one of them fails does not matter, nor that none has ended yet. */
export function isCollecting(collectors: readonly CollectorHealth[]): boolean {
  const ages = collectors.map(({ ageSeconds }) => ageSeconds).filter((age) => age !== null)
  return ages.length === 0 || Math.min(...ages) < DEAD_SECONDS
}

/** One collector on its beat. */
class Lane {
  readonly collector: Collector<unknown>
  reading: Reading<unknown> | null = null
  readonly #options: LoopOptions
  #timer: NodeJS.Timeout | null = null
  #running: { since: Date; settled: Promise<void> } | null = null
  #last: { value: unknown; takenAt: Date } | null = null
  #lastSuccess: Date | null = null
  #failingSince: Date | null = null
  #next: Promise<void> | null = null

  constructor(collector: ScheduledCollector, options: LoopOptions) {
    this.collector = collector
    this.#options = options
  }

  async start(): Promise<void> {
    if (this.#timer !== null) return
    this.#timer = setInterval(
      () => void this.collect('beat'),
      this.collector.intervalSeconds * 1000,
    )
    await this.collect('beat')
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  paths(): readonly string[] {
    const { wakes } = this.collector
    return wakes?.paths?.(this.#options.settings(), this.#last?.value ?? null) ?? []
  }

  isWokenBy(change: HostChange): boolean {
    if (change.kind === 'everything') return true
    if (change.kind === 'file') return this.paths().includes(change.path)
    return this.collector.wakes?.devices?.includes(change.subsystem) ?? false
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
    } catch (error) {
      this.#fail(startedAt, messageOf(error), secondsBetween(startedAt, now()), why)
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

  #settle(reading: Reading<unknown>, why: Why): void {
    const failed = stateOf(reading) === 'failed'
    if (!failed && reading.state !== 'failed') this.#lastSuccess = reading.takenAt
    this.#failingSince = failed ? (this.#failingSince ?? this.#options.now()) : null
    this.reading = reading
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

async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not collected within ${timeoutMs} ms`))
    }, timeoutMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
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
