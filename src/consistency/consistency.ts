import type { Snapshot } from '../snapshot.ts'
import type { CatalogueRow } from './catalogue.ts'
import {
  catalogueOf,
  removeCatalogue,
  replaceCatalogue,
  type CatalogueImport,
} from './catalogue-store.ts'
import { checkNames, severityOf, type CheckName, type Difference } from './difference.ts'
import type { Learned } from './known.ts'
import { MediaReader } from './media.ts'
import type { ConsistencyOptions } from './options.ts'
import type { CheckOutcome, ConsistencyState } from './outcome.ts'
import { plan } from './plan.ts'
import { planContext } from './plan-context.ts'
import { planHash } from './plan-hash.ts'
import { Mailslots } from './mailslots.ts'
import {
  adoptedBy,
  DifferenceNotFoundError,
  isOpen,
  NotCarriedOutError,
  type Note,
  type Planned,
  type Reconciliation,
  type ReconciliationRequest,
} from './reconciliation.ts'
import { runChecks, type CheckRun } from './run.ts'
import {
  forgetThings,
  ignoredDifferences,
  ignoreDifference,
  knownThings,
  rememberThings,
  saveResults,
  stopIgnoring,
  type IgnoredDifference,
} from './store.ts'
import { texts } from './texts.ts'

const FIRST_AFTER_MS = 60_000
const EVERY_MS = 300_000
const RESULTS_KEPT_MS = 30 * 24 * 3600 * 1000

/** Compares what is there with what ought to be: a minute after the start, every five minutes, and when asked. */
export class Consistency {
  readonly #options: ConsistencyOptions
  readonly #media: MediaReader
  readonly #mailslots = new Mailslots()
  readonly #runs = new Map<CheckName, CheckRun>()
  #timers: NodeJS.Timeout[] = []
  #running: { names: ReadonlySet<CheckName>; done: Promise<void> } | null = null

  constructor(options: ConsistencyOptions) {
    this.#options = options
    this.#media = new MediaReader({ host: options.host, elapsedMs: options.elapsedMs })
  }

  /** Checks from now on. */
  start(): void {
    if (this.#timers.length > 0) return
    const beat = () => {
      this.check().catch((cause: unknown) => {
        this.#options.onError(new Error('consistency: not checked', { cause }))
      })
    }
    const first = setTimeout(() => {
      beat()
      this.#timers.push(setInterval(beat, EVERY_MS))
    }, FIRST_AFTER_MS)
    this.#timers.push(first)
  }

  /** No check starts after this; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
    await this.#running?.done.catch(() => undefined)
  }

  /** Takes in what was read, so that nothing is missed between two checks; resolves with what they found last. */
  update(snapshot: Snapshot): ConsistencyState {
    this.#mailslots.observe(snapshot)
    return this.state()
  }

  /** What was found last. */
  state(): ConsistencyState {
    return { checks: checkNames.flatMap((check) => this.#runs.get(check)?.outcome ?? []) }
  }

  /**
   * Checks now and resolves with what was found. One that is under way and makes these checks is joined, so that no
   * two run at a time. Rejects with DatabaseUnavailableError; the last results are then as they were.
   */
  async check(names: readonly CheckName[] = checkNames): Promise<readonly CheckOutcome[]> {
    while (this.#running !== null) {
      const { names: running, done } = this.#running
      await done
      if (names.every((name) => running.has(name))) return this.#outcomes(names)
    }
    const done = this.#check(names).finally(() => {
      this.#running = null
    })
    this.#running = { names: new Set(names), done }
    await done
    return this.#outcomes(names)
  }

  #outcomes(names: readonly CheckName[]): CheckOutcome[] {
    return names.flatMap((name) => this.#runs.get(name)?.outcome ?? [])
  }

  async #check(names: readonly CheckName[]): Promise<void> {
    const { database, now, onChecked, observer } = this.#options
    const at = now()
    const snapshot = this.#options.snapshot()
    this.#mailslots.observe(snapshot)
    const [remembered, ignored, catalogue] = await Promise.all([
      knownThings(database),
      ignoredDifferences(database, at),
      catalogueOf(database),
    ])
    const { known, changed } = this.#mailslots.overlay(remembered)
    const { runs, learned } = await runChecks(names, {
      ...{ known, ignored, catalogue, media: this.#media, at },
      ...{
        snapshot: this.#options.snapshot(),
        mhvtlConfigDir: this.#options.paths().mhvtlConfigDir,
      },
      ...{ seed: this.#options.seed(), elapsedMs: this.#options.elapsedMs },
    })
    await database.transaction(async (transaction) => {
      await rememberThings(transaction, changed, at)
      await rememberThings(transaction, learned, at)
      const outcomes = runs.map(({ outcome }) => outcome)
      await saveResults(transaction, outcomes, new Date(at.getTime() - RESULTS_KEPT_MS))
    })
    for (const run of runs) {
      const { check, durationSeconds } = run.outcome
      observer.checked(check, durationSeconds)
      for (const [severity, count] of newSince(this.#runs.get(check), run)) {
        observer.inconsistencies(check, severity, count)
      }
      this.#runs.set(check, run)
    }
    onChecked?.()
  }

  /**
   * Does something about the differences of these checks, as they are found now. Only the database is changed, never
   * the machine. Rejects with NotCarriedOutError for what would.
   */
  async reconcile(
    request: ReconciliationRequest,
    note?: Note<Reconciliation>,
  ): Promise<Reconciliation> {
    const { observer, elapsedMs } = this.#options
    const startedMs = elapsedMs()
    let status: 'completed' | 'failed' | 'refused' = 'failed'
    try {
      const done = await this.#reconcile(request, note)
      status = 'completed'
      return done
    } catch (error) {
      if (error instanceof NotCarriedOutError) status = 'refused'
      throw error
    } finally {
      observer.reconciled(request.strategy, status, (elapsedMs() - startedMs) / 1000)
    }
  }

  async #reconcile(
    { strategy, checks, dryRun, by }: ReconciliationRequest,
    note: Note<Reconciliation> | undefined,
  ): Promise<Reconciliation> {
    if (strategy === 'restore_config' && !dryRun) throw new NotCarriedOutError(strategy)
    const { database, now, collectAll } = this.#options
    if (strategy === 're_inventory' && !dryRun) await collectAll()
    await this.check(checks)
    const runs = checks.flatMap((check) => this.#runs.get(check) ?? [])
    const open = runs.flatMap(({ outcome }) => outcome.differences).filter(isOpen)
    const adopted: Learned = { remember: [], forget: [] }
    const learned = strategy === 'adopt_live' ? runs.map((run) => adoptedBy(run, by)) : [adopted]
    const remember = learned.flatMap((one) => one.remember)
    const forget = learned.flatMap((one) => one.forget)
    const result: Reconciliation = {
      ...{ strategy, dryRun, remembered: remember.length, forgotten: forget.length },
      ...(strategy === 'restore_config' ? await this.#shownPlan(open) : { steps: [], plan: null }),
      files: strategy === 'adopt_live' ? texts(open) : [],
    }
    if (dryRun) return result
    await database.transaction(async (transaction) => {
      await rememberThings(transaction, remember, now())
      await forgetThings(transaction, forget)
      await note?.(transaction, { before: null, after: result })
    })
    if (remember.length + forget.length > 0) await this.check(checks)
    return result
  }

  /** What would have to be done about the differences of these checks, as they are found now. Changes nothing. */
  async planned(checks: readonly CheckName[]): Promise<Planned> {
    const outcomes = await this.check(checks)
    const open = outcomes.flatMap(({ differences }) => differences).filter(isOpen)
    return { outcomes, ...(await this.#planOf(open)) }
  }

  async #shownPlan(open: readonly Difference[]): Promise<Pick<Planned, 'steps' | 'plan'>> {
    const { steps, plan: hash } = await this.#planOf(open)
    return { steps, plan: hash }
  }

  async #planOf(open: readonly Difference[]): Promise<Omit<Planned, 'outcomes'>> {
    const context = await planContext(this.#options, open)
    const { steps, settle } = plan(open, context)
    return { steps, plan: planHash(steps), scst: { ...context.scst, settle } }
  }

  /** The difference, as it was found last. Throws DifferenceNotFoundError. */
  difference(id: string): Difference {
    const all = [...this.#runs.values()].flatMap(({ outcome }) => outcome.differences)
    const found = all.find((one) => one.id === id)
    if (found === undefined) throw new DifferenceNotFoundError(id)
    return found
  }

  /** Leaves a difference alone from now on. Rejects with DifferenceNotFoundError. */
  async ignore(
    id: string,
    { reason, until, by }: { reason: string; until: Date | null; by: string },
    note?: Note<IgnoredDifference>,
  ): Promise<IgnoredDifference> {
    const { check, sentence } = this.difference(id)
    const after = { id, check, sentence, reason, by, at: this.#options.now(), until }
    await this.#options.database.transaction(async (transaction) => {
      const before = await ignoreDifference(transaction, after)
      await note?.(transaction, { before, after })
    })
    await this.check([check])
    return after
  }

  /** Counts a difference again. Rejects with DifferenceNotFoundError when it was not ignored. */
  async heed(id: string, note?: Note<IgnoredDifference>): Promise<void> {
    const before = await this.#options.database.transaction(async (transaction) => {
      const ignored = await stopIgnoring(transaction, id)
      if (ignored === null) throw new DifferenceNotFoundError(id)
      await note?.(transaction, { before: ignored, after: null })
      return ignored
    })
    await this.check([before.check])
  }

  /** Takes a catalogue in the place of the one before. */
  async importCatalogue(
    { name, rows, by }: { name: string; rows: readonly CatalogueRow[]; by: string },
    note?: Note<CatalogueImport>,
  ): Promise<CatalogueImport> {
    const importedAt = this.#options.now()
    const after = { name, importedAt, importedBy: by, cartridges: rows.length }
    await this.#options.database.transaction(async (transaction) => {
      const before = await replaceCatalogue(transaction, { ...after, rows })
      await note?.(transaction, { before, after })
    })
    await this.check(['library'])
    return after
  }

  /** Compares with no catalogue any more; resolves with whether there was one. */
  async forgetCatalogue(note?: Note<CatalogueImport>): Promise<boolean> {
    const before = await this.#options.database.transaction(async (transaction) => {
      const removed = await removeCatalogue(transaction)
      if (removed !== null) await note?.(transaction, { before: removed, after: null })
      return removed
    })
    if (before !== null) await this.check(['library'])
    return before !== null
  }
}

/** How many differences by severity were not there the time before. */
function newSince(before: CheckRun | undefined, { outcome }: CheckRun): Map<string, number> {
  const old = new Set(before?.outcome.differences.map(({ id }) => id))
  const counts = new Map<string, number>()
  for (const { id, kind } of outcome.differences) {
    if (old.has(id)) continue
    const severity = severityOf(kind)
    counts.set(severity, (counts.get(severity) ?? 0) + 1)
  }
  return counts
}
