import type { ScstConfig } from '../../scst/config.ts'
import { planScst, type ScstPlan } from '../../scst/plan/plan.ts'
import { textOf, type ScstStep } from '../../scst/plan/step.ts'
import type { RunningScst } from '../../scst/running.ts'
import { TaskNotPossibleError, type Progress } from '../kind.ts'

/** SCST, as it is read and written to. */
export interface ScstMachine {
  /** Reads all of it, and the attributes that the configuration names. Rejects when it is not wholly known. */
  read: (wanted: ScstConfig) => Promise<RunningScst>
  /** Resolves when SCST has done it; rejects when it has not, or when that is not known. */
  write: (path: string, text: string) => Promise<void>
}

/** SCST is not what was wanted; the message says what was undone and what is left. */
export class ScstApplyError extends Error {
  readonly code = 'ERR_SCST_APPLY'
  /** What differs from before, in sentences; empty when all was undone, null when that is not known. */
  readonly left: readonly string[] | null

  constructor(message: string, left: readonly string[] | null, cause: unknown) {
    super(message, { cause })
    this.name = 'ScstApplyError'
    this.left = left
  }
}

/** How it is made so. */
export interface Applying {
  /** Of what it names the attributes are read. */
  named: ScstConfig
  /** Whether initiators that are logged in may lose something. */
  force: boolean
  progress: Progress
  /** Comes first when it failed: what is made again has to be in the file again. Does not reject. */
  beforeUndoing?: () => Promise<void>
}

const SHOWN = 20

/** Throws TaskNotPossibleError for a plan that cannot be carried out, or takes something from who is logged in. */
export function assertPossible({ steps, problems }: ScstPlan, force: boolean): void {
  if (problems.length > 0) throw new TaskNotPossibleError(listed(problems))
  if (force) return
  const inUse = steps
    .filter(({ loses }) => loses.length > 0)
    .map(
      ({ words, loses }) =>
        `${words} ${loses.join(', ')} ${loses.length === 1 ? 'is' : 'are'} logged in.`,
    )
  if (inUse.length > 0) {
    throw new TaskNotPossibleError(`it is in use, and force was not said: ${listed(inUse)}`)
  }
}

/**
 * Makes SCST what a configuration says, write by write, and resolves with how many there were. When one fails, or the
 * task is to end, what was done is undone: what runs then is read anew and a plan made back to what ran before. Rejects
 * with TaskNotPossibleError before anything was written, and with ScstApplyError after.
 */
export async function applyScst(
  machine: ScstMachine,
  wish: (running: RunningScst) => Promise<ScstConfig> | ScstConfig,
  { named, force, progress, beforeUndoing }: Applying,
): Promise<number> {
  const running = await machine.read(named)
  const wanted = await wish(running)
  const plan = planScst(running, wanted)
  assertPossible(plan, force)
  for (const note of plan.notes) await progress.log(note, 'warning')
  try {
    await carryOut(machine, plan.steps, progress)
    progress.affect(plan.steps.length)
    const rest = planScst(await machine.read(wanted), wanted).steps.map(({ words }) => words)
    if (rest.length > 0) {
      throw new Error(`all was written, and it is not as it ought to be: ${listed(rest)}`)
    }
    return plan.steps.length
  } catch (error) {
    await beforeUndoing?.()
    throw await undone(machine, running.config, progress, error)
  }
}

async function carryOut(
  { write }: ScstMachine,
  steps: readonly ScstStep[],
  progress: Progress,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    progress.signal.throwIfAborted()
    await write(step.path, textOf(step))
    await progress.log(`${index + 1} of ${steps.length}: ${step.words}`)
    progress.report((index + 1) / steps.length)
  }
}

/** Undoes what was done as far as it can be, and says what became of it. */
async function undone(
  machine: ScstMachine,
  former: ScstConfig,
  progress: Progress,
  cause: unknown,
): Promise<ScstApplyError> {
  const why = cause instanceof Error ? cause.message : String(cause)
  await progress.log(`it failed: ${why}`, 'error')
  const left = await undo(machine, former, progress)
  const state =
    left === null
      ? 'it is not known what is left of what was done'
      : left.length === 0
        ? 'what was done is undone: SCST is as it was'
        : `not all of what was done could be undone; to make it as it was: ${listed(left)}`
  await progress.log(state, left?.length === 0 ? 'info' : 'error')
  return new ScstApplyError(`${why}; ${state}`, left, cause)
}

/** Resolves with what would still have to be done; null when that cannot be found out. */
async function undo(
  machine: ScstMachine,
  former: ScstConfig,
  progress: Progress,
): Promise<string[] | null> {
  try {
    const { steps } = planScst(await machine.read(former), former)
    for (const step of steps) {
      try {
        await machine.write(step.path, textOf(step))
        await progress.log(`undone: ${step.words}`, 'warning')
      } catch (error) {
        await progress.log(`not undone: ${step.words} ${(error as Error).message}`, 'error')
        break
      }
    }
    const after = planScst(await machine.read(former), former)
    return [...after.problems, ...after.steps.map(({ words }) => words)]
  } catch (error) {
    await progress.log(`what is left cannot be read: ${(error as Error).message}`, 'error')
    return null
  }
}

function listed(sentences: readonly string[]): string {
  const more = sentences.length - SHOWN
  const shown = sentences.slice(0, SHOWN).join(' ')
  return more > 0 ? `${shown} And ${more} more.` : shown
}
