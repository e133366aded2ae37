import type { HostChange } from '../host/host.ts'
import type { HardwareSubjects, Reading } from '../snapshot.ts'
import { Lane, type Changed, type CollectorHealth, type LoopOptions, type Subject } from './lane.ts'

/**
 * Runs each collector on its own beat, so that one that fails or hangs delays
 * no other. A collection that outlives its deadline is a failed reading; until
 * it has really ended the same collector is not started again.
 */
export class CollectorLoop {
  readonly #options: LoopOptions
  readonly #lanes: readonly Lane[]
  #watchdog: NodeJS.Timeout | null = null
  #restarts = 0

  constructor(options: LoopOptions) {
    this.#options = options
    this.#lanes = options.collectors.map((collector) => new Lane(collector, options))
  }

  /**
   * Collects everything at once and from then on each at its interval. Resolves
   * when each has its first reading, at the latest at its deadline.
   */
  async start(): Promise<void> {
    this.#watchdog ??= setInterval(() => {
      this.check()
    }, WATCHDOG_MS)
    await Promise.all(this.#lanes.map((lane) => lane.start()))
  }

  /** No collection starts after this; those under way are abandoned. */
  stop(): void {
    if (this.#watchdog !== null) clearInterval(this.#watchdog)
    this.#watchdog = null
    for (const lane of this.#lanes) lane.stop()
  }

  /**
   * Starts again what should collect and does not: a collector without any reading, not even a failed one, long
   * after it was due, as after the machine has slept. It collects at once.
   */
  check(): void {
    const now = this.#options.now()
    for (const lane of this.#lanes) {
      if (!lane.isDead(now)) continue
      this.#restarts += 1
      this.#options.onRestart?.(lane.collector.name as Subject)
      lane.stop()
      void lane.start()
    }
  }

  /** How often a collector had to be started again. */
  restarts(): number {
    return this.#restarts
  }

  /**
   * Collects everything anew; resolves when each has a reading that began after
   * the call, at the latest at its deadline.
   */
  async collectAll(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.collectAnew()))
  }

  /** Collects one subject anew; resolves like `collectAll`. */
  async collect(subject: Subject): Promise<void> {
    const lane = this.#lanes.find(({ collector }) => collector.name === subject)
    await lane?.collectAnew()
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
   * Has what the changes concern collected at once: a promise for each collector that is woken, which resolves
   * when it has been read anew. Never more often than it can bear, see Lane.wake, and never not at all.
   */
  wake(changes: readonly HostChange[]): Promise<void>[] {
    const changed = sorted(changes)
    const woken = this.#lanes.filter((lane) => lane.isWokenBy(changed))
    const names = new Set(woken.map(({ collector }) => collector.name))
    return this.#lanes
      .filter(
        ({ collector }) =>
          names.has(collector.name) || collector.wakes?.with?.some((name) => names.has(name)),
      )
      .map((lane) => lane.wake())
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

/** From one look at whether the collectors live to the next. */
const WATCHDOG_MS = 30_000

/** Without a success for so long, of any of them, the daemon only seems to run. */
const DEAD_SECONDS = 300

/**
 * Whether the collectors still run: that one of them fails does not matter, nor that none has ended yet, nor that
 * all of them are set to collect rarely.
 */
export function isCollecting(
  collectors: readonly Pick<CollectorHealth, 'ageSeconds' | 'intervalSeconds'>[],
): boolean {
  const ages = collectors.map(({ ageSeconds }) => ageSeconds).filter((age) => age !== null)
  const soonest = Math.min(...collectors.map(({ intervalSeconds }) => intervalSeconds))
  return ages.length === 0 || Math.min(...ages) < Math.max(DEAD_SECONDS, 2 * soonest)
}

function sorted(changes: readonly HostChange[]): Changed {
  const changed = { everything: false, subsystems: new Set<string>(), paths: new Set<string>() }
  for (const change of changes) {
    if (change.kind === 'everything') changed.everything = true
    else if (change.kind === 'device') changed.subsystems.add(change.subsystem)
    else changed.paths.add(change.path)
  }
  return changed
}
