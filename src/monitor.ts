import { setTimeout as pause } from 'node:timers/promises'
import type { AlertEngine } from './alerts/engine.ts'
import type { CollectorLoop } from './collectors/loop.ts'
import { PlacedReadings } from './collectors/placed-readings.ts'
import type { DatabaseReach } from './db/reach.ts'
import type { Metrics } from './history/metrics.ts'
import type { KeptSubjects, Reading, Snapshot, Subjects } from './snapshot.ts'

/** Alerts that are not resolved, by severity and state. */
export interface AlertCount {
  severity: string
  state: string
  count: number
}

/** What a monitor asks, in the order it asks it, and whom it tells. */
export interface MonitorOptions {
  loop: CollectorLoop
  engine: Pick<AlertEngine, 'evaluate' | 'hold' | 'active'>
  /** Whether the database answers, asked first; never rejects. */
  reach: () => Promise<DatabaseReach>
  /** What the daemon knows besides the hardware, asked before every evaluation with what was read of that. */
  kept: {
    readonly [Name in StoredSubject]: (snapshot: Snapshot) => Promise<KeptSubjects[Name]>
  }
  /** All of it as numbers with names, asked last, with everything else. */
  metrics: (snapshot: Snapshot) => Promise<Metrics>
  /** Told of each evaluation, and whether it is written or held. */
  onEvaluated: (outcome: 'written' | 'held', reach: DatabaseReach) => void
  /** Told of every snapshot that is evaluated. */
  onSnapshot: (snapshot: Snapshot) => void
  intervalSeconds: number
  /** For how long what is known is waited for, in ms; 10 s otherwise. */
  patienceMs?: number
  now: () => Date
  onError: (error: Error) => void
}

/** Longer than a database takes that is well. */
const PATIENCE_MS = 10_000

type StoredSubject = Exclude<keyof KeptSubjects, 'database_reach'>
type KeptReadings = { readonly [Name in keyof KeptSubjects]?: Reading<KeptSubjects[Name]> }

/**
 * Puts the snapshot together and has the rules evaluated on their beat. An
 * evaluation that is still running is not started again; one that fails changes
 * nothing and is made up for by the next. While the database does not answer, what it is asked for is
 * not known, and evaluations are held.
 */
export class Monitor {
  readonly #options: MonitorOptions
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #evaluatedAt: Date | null = null
  #kept: KeptReadings = {}
  readonly #placing = new PlacedReadings()
  /** What has been asked and not answered yet. */
  readonly #underWay = new Set<StoredSubject>()
  #metrics: Reading<Metrics> | null = null

  constructor(options: MonitorOptions) {
    this.#options = options
  }

  /** Evaluates now and then at every beat. */
  start(): void {
    if (this.#timer !== null) return
    this.#timer = setInterval(() => void this.evaluate(), this.#options.intervalSeconds * 1000)
    void this.evaluate()
  }

  /** No evaluation starts after this; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  /** When the rules were last evaluated to the end; null when they were not yet. */
  get evaluatedAt(): Date | null {
    return this.#evaluatedAt
  }

  /** As of the last evaluation; of those that are not muted. */
  get alertCounts(): readonly AlertCount[] {
    return countsOf(this.#options.engine.active)
  }

  /** What is known now: the latest readings, and what the database knew at the last beat. */
  snapshot(): Snapshot {
    const { takenAt, readings } = this.#withoutMetrics()
    return { takenAt, readings: { ...readings, ...(this.#metrics && { metrics: this.#metrics }) } }
  }

  /** Metrics hold what they were made of: with those before them in it nothing would ever be let go. */
  #withoutMetrics(): Snapshot {
    const { loop, now } = this.#options
    const readings = loop.readings()
    return {
      takenAt: now(),
      readings: {
        ...readings,
        ...this.#placing.placed(readings),
        ...this.#kept,
        collectors: readingOf(loop.health(), now()),
      },
    }
  }

  /** Never rejects: a failure is reported, and the alerts are as they were. */
  evaluate(): Promise<void> {
    this.#running ??= this.#evaluate()
      .catch((error: unknown) => {
        this.#options.onError(new Error('the rules were not evaluated', { cause: error }))
      })
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  /** Evaluates what is known now, once an evaluation of what was known before has ended. Never rejects. */
  async evaluateAnew(): Promise<void> {
    await this.#running
    await this.evaluate()
  }

  async #evaluate(): Promise<void> {
    const { engine, onSnapshot, onEvaluated, now } = this.#options
    const reach = await this.#options.reach()
    const isThere = reach.unreachableSince === null
    const before = this.snapshot()
    const kept = Object.keys(this.#options.kept).map(async (name) => {
      const subject = name as StoredSubject
      return [subject, isThere ? await this.#asked(subject, before) : this.#unknown(subject, reach)]
    })
    this.#kept = {
      ...(Object.fromEntries(await Promise.all(kept)) as KeptReadings),
      database_reach: readingOf(reach, now()),
    }
    this.#metrics = await this.#counted(this.#withoutMetrics())
    const snapshot = this.snapshot()
    onSnapshot(snapshot)
    const outcome = isThere ? await engine.evaluate(snapshot) : engine.hold(snapshot)
    this.#evaluatedAt = now()
    onEvaluated(outcome, reach)
  }

  /** One that has not answered yet is not asked again, and not waited for again. */
  async #asked(name: StoredSubject, before: Snapshot): Promise<Reading<unknown>> {
    const { kept, now, patienceMs = PATIENCE_MS } = this.#options
    if (this.#underWay.has(name)) return this.#unknown(name, { error: 'no answer yet' })
    this.#underWay.add(name)
    const answer = kept[name](before).finally(() => this.#underWay.delete(name))
    const patience = new AbortController()
    const late = pause(patienceMs, null, { signal: patience.signal })
    try {
      const value = await Promise.race([answer, late])
      return value === null
        ? this.#unknown(name, { error: `no answer within ${patienceMs / 1000} s` })
        : readingOf(value, now())
    } catch (cause) {
      this.#options.onError(new Error(`${name}: is not known`, { cause }))
      return this.#unknown(name, { error: (cause as Error).message })
    } finally {
      patience.abort()
      late.catch(() => undefined)
      answer.catch(() => undefined)
    }
  }

  /** What was known last is not known now: alerts about it stay as they are. */
  #unknown(name: StoredSubject, why: { error: string | null }): Reading<unknown> {
    const before = this.#kept[name]
    const failed = { state: 'failed', error: why.error ?? 'no answer', durationSeconds: 0 } as const
    if (before?.state === 'failed') return { ...failed, since: before.since, last: before.last }
    const since = this.#options.now()
    if (before?.state !== 'read') return { ...failed, since, last: null }
    return { ...failed, since, last: { value: before.value, takenAt: before.takenAt } }
  }

  /** Without them only the rules that are about them are not asked. */
  async #counted(snapshot: Snapshot): Promise<Reading<Metrics> | null> {
    try {
      return readingOf(await this.#options.metrics(snapshot), snapshot.takenAt)
    } catch (cause) {
      this.#options.onError(new Error('there are no metrics to evaluate', { cause }))
      return null
    }
  }
}

function countsOf(alerts: AlertEngine['active']): AlertCount[] {
  const counts = new Map<string, AlertCount>()
  for (const { severity, state, inhibitedBy } of alerts) {
    if (inhibitedBy !== null) continue
    const key = `${severity} ${state}`
    counts.set(key, { severity, state, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}

/** What was just now asked, and not of the hardware. */
function readingOf<T extends Subjects[keyof Subjects]>(value: T, takenAt: Date): Reading<T> {
  return { state: 'read', value, problems: [], coverage: 'all', takenAt, durationSeconds: 0 }
}
