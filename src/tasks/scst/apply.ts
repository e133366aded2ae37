import type { ScstConfig } from '../../scst/config.ts'
import { planScst, type ScstPlan } from '../../scst/plan/plan.ts'
import { textOf, type ScstStep } from '../../scst/plan/step.ts'
import { TaskNotPossibleError, type Progress } from '../kind.ts'
import type { ScstMachine } from './machine.ts'
import { progressText, remainder, type Planned, type Remainder } from './planned.ts'
import { undo } from './undo.ts'

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
  /** What was planned, and looked at: nothing else is written. */
  planned: Planned
  /** Of what it names the attributes are read. */
  named: ScstConfig
  /** Whether what is wanted is what ran before with a change, rather than whole in itself. */
  changes: boolean
  /** Why nothing more may be written; null when it may. */
  refused?: string | null
  /** Whether initiators that are logged in may lose something. */
  force: boolean
  progress: Progress
  /** Comes first when it failed: what is made again has to be in the file again. Does not reject. */
  beforeUndoing?: () => Promise<void>
}

const SHOWN = 20

/** Throws TaskNotPossibleError for a plan that cannot be carried out, or takes something from who is logged in. */
export function assertPossible({ steps, problems }: ScstPlan, force: boolean): void {
  if (problems.length > 0) throw new TaskNotPossibleError(listed(problems, '; '))
  const taking = force ? [] : steps.filter(({ loses }) => loses.length > 0)
  if (taking.length === 0) return
  const who = [...new Set(taking.flatMap(({ loses }) => loses))].sort()
  const are = who.length === 1 ? 'is' : 'are'
  throw new TaskNotPossibleError(
    `it is in use, and force was not said: ${listed(who, ', ')} ${are} logged in and would lose something: ` +
      listed(taking.map(({ words }) => words)),
  )
}

/**
 * Makes SCST what a configuration says, write by write, and resolves with how many there were. What is done of the plan
 * already, as by a daemon that has ended, is not done again, and nothing is written that was not planned. When a write
 * fails, or the task is to end, what was done is undone: what runs then is read anew and a plan made back to what ran
 * before the first of the writes. Rejects with TaskNotPossibleError before anything was written, and with
 * ScstApplyError after.
 */
export async function applyScst(
  machine: ScstMachine,
  wish: (former: ScstConfig) => ScstConfig,
  applying: Applying,
): Promise<number> {
  const { named, planned, progress, beforeUndoing } = applying
  const running = await machine.read(named)
  // What runs may be half of what is wanted, when this was begun before.
  const wanted = wish(planned.start?.config ?? running.config)
  const plan = planScst(running, wanted)
  const state = remainder(planned.writes, plan.steps)
  await assertAsPlanned(plan, state, applying)
  for (const note of plan.notes) await progress.log(note, 'warning')
  try {
    await carryOut(machine, plan.steps, state, progress)
    progress.affect(plan.steps.length)
    const rest = planScst(await machine.read(wanted), wanted).steps.map(({ words }) => words)
    if (rest.length > 0) {
      throw new Error(`all was written, and it is not as it ought to be: ${listed(rest)}`)
    }
    return plan.steps.length
  } catch (error) {
    await progress.log(`it failed: ${messageOf(error)}`, 'error')
    await beforeUndoing?.()
    throw await undone(machine, running.config, state.done > 0, { ...applying, cause: error })
  }
}

/** Rejects with TaskNotPossibleError, or with ScstApplyError when some of the plan is done. */
async function assertAsPlanned(
  plan: ScstPlan,
  state: Remainder,
  { planned, force, progress, changes, refused = null }: Applying,
): Promise<void> {
  const so = progressText(state, plan.steps[0])
  if (state.done > 0) await progress.log(so, 'warning')
  try {
    if (refused !== null) throw new TaskNotPossibleError(refused)
    if (state.done > 0 && changes && planned.start === null) {
      throw new TaskNotPossibleError('what ran before was too much to be kept')
    }
    if (state.unplanned.length > 0) {
      const words = listed(state.unplanned.map((step) => step.words))
      throw new TaskNotPossibleError(
        `SCST was changed since this was planned, and this would have to be done besides: ${words}`,
      )
    }
    assertPossible(plan, force)
  } catch (error) {
    if (state.done === 0) throw error
    const left = [...plan.problems, ...plan.steps.map(({ words }) => words)]
    // What was done may be in use by now, and may be what somebody has built upon.
    const said = `${withoutStop((error as Error).message)}; ${so} Nothing was undone.`
    throw new ScstApplyError(said, left, error)
  }
}

async function carryOut(
  { write }: ScstMachine,
  steps: readonly ScstStep[],
  { done, total }: Remainder,
  progress: Progress,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    progress.signal.throwIfAborted()
    await write(step.path, textOf(step))
    const number = done + index + 1
    await progress.log(`${number} of ${total}: ${step.words}`)
    progress.report(number / total)
  }
}

/** Undoes what was done as far as it can be, and says what became of it. */
async function undone(
  machine: ScstMachine,
  ranNow: ScstConfig,
  isResumed: boolean,
  { planned, force, progress, cause }: Applying & { cause: unknown },
): Promise<ScstApplyError> {
  const { start, writes } = planned
  if (isResumed && start === null) {
    await progress.log('what ran before was too much to be kept: all of it stays', 'warning')
  }
  const former = isResumed && start !== null ? start.config : ranNow
  // After a restart others may use what was made before it.
  const undoing = { former, writes, force: force || !isResumed, progress }
  const found = await undo(machine, undoing)
  const unknown = isResumed ? (start?.passwords ?? []) : []
  const left = found && [...found, ...unknown.map((whose) => `${whose}: ${PASSWORD}`)]
  const state = stateText(left, isResumed && start === null)
  await progress.log(state, left?.length === 0 ? 'info' : 'error')
  return new ScstApplyError(`${withoutStop(messageOf(cause))}; ${state}`, left, cause)
}

const PASSWORD = 'which password it had is not kept.'

function stateText(left: readonly string[] | null, isPartly: boolean): string {
  if (left === null) return 'it is not known what is left of what was done'
  if (left.length > 0) {
    return `not all of what was done could be undone; to make it as it was: ${listed(left)}`
  }
  return isPartly
    ? 'what was done since the restart is undone; what was done before stays'
    : 'what was done is undone: SCST is as it was'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '')
}

function listed(sentences: readonly string[], separator = ' '): string {
  const more = sentences.length - SHOWN
  const shown = sentences.slice(0, SHOWN).join(separator)
  if (more <= 0) return shown
  return separator === ' ' ? `${shown} And ${more} more.` : `${shown} and ${more} more`
}
