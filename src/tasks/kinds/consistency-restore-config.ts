import { Type } from 'typebox'
import type { ScstConfig } from '../../scst/config.ts'
import { planScst } from '../../scst/plan/plan.ts'
import type { RunningScst } from '../../scst/running.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../kind.ts'
import { applyScst } from '../scst/apply.ts'
import type { ScstMachine } from '../scst/machine.ts'
import { packed, progressText, remainder, unpacked } from '../scst/planned.ts'
import type { Step, TaskParams } from '../task.ts'

/** What there is to do about differences, as the comparison says. */
export interface RestorePlan {
  steps: readonly {
    words: string
    /** Ids of the differences that it settles. */
    differences: readonly string[]
    /** What is written where; null when it is for people to do. */
    write: { path: string; text: string } | null
    disruptive: boolean
  }[]
  /** Tells the plan from others. */
  hash: string
  /** Differences that are not ignored. */
  open: readonly { id: string; sentence: string }[]
  /** Sides of SCST that were not read, and why; empty when all were. */
  unread: readonly string[]
  /** Why sides were not read wholly. In what was not read there are no differences. */
  partly: readonly string[]
  /** What SCST becomes of what runs, and of which configuration; null where nothing of it differs. */
  scst: RestoredScst | null
}

/** What the writes of a plan are made from. */
export interface RestoredScst {
  file: ScstConfig
  running: RunningScst
  /** What runs with its differences settled. */
  settle: (former: ScstConfig) => ScstConfig
}

/** What restoring works with. */
export interface ConfigRestoration {
  /** Reads SCST anew, when it is among these checks, and compares. */
  compare: (checks: readonly RestoredCheck[]) => Promise<RestorePlan>
  /** Throws for what is never written. */
  permit: (path: string, text: string) => void
  /** Null where there is nothing to change: on a recording. */
  machine: ScstMachine | null
  newId: () => string
}

const CHECKS = ['vtl', 'scst', 'library'] as const
/** A comparison whose differences can be asked to be settled. */
export type RestoredCheck = (typeof CHECKS)[number]

interface Params extends TaskParams {
  readonly checks?: readonly RestoredCheck[]
  readonly plan: string
  readonly allow_disruptive?: boolean
}

/** What a step needs to be carried out. */
type StepData =
  | { does: 'apply'; plan: string; checks: readonly RestoredCheck[]; planned: string }
  | { does: 'tell' }
  | { does: 'compare'; plan: string; checks: readonly RestoredCheck[] }

/** Plans that are remembered; one that is carried out is the youngest again at each step. */
const PLANS = 32
const LINES = 20

/**
 * Writes to SCST what makes it what its configuration file says: a plan that somebody has looked at, and no other. A
 * plan is carried out by the daemon that made it, in the same life: what it was made from may be long past for another,
 * which only tells how much of it is done.
 */
export function consistencyRestoreConfig(restoration: ConfigRestoration): TaskKind<Params> {
  const { compare, permit, machine, newId } = restoration
  const plans = new Map<string, RestorePlan>()
  const keep = (id: string, plan: RestorePlan) => {
    plans.delete(id)
    plans.set(id, plan)
    for (const oldest of [...plans.keys()].slice(0, -PLANS)) plans.delete(oldest)
  }
  const kept = (id: string): RestorePlan => {
    const plan = plans.get(id)
    if (plan === undefined) {
      throw new TaskNotPossibleError(
        'the daemon was started anew meanwhile: look at the plan again',
      )
    }
    keep(id, plan)
    return plan
  }
  return {
    name: 'consistency_restore_config',
    summary: 'Writes to SCST what makes it what scst.conf says, by a plan that was looked at.',
    schema: Type.Object(
      {
        checks: Type.Optional(
          Type.Array(Type.Unsafe<RestoredCheck>({ type: 'string', enum: [...CHECKS] }), {
            ...{ minItems: 1, uniqueItems: true, default: ['scst'] },
            description: 'Of `vtl` and `library` nothing is carried out.',
          }),
        ),
        plan: Type.String({
          pattern: '^[0-9a-f]{16}$',
          description: 'Which plan was looked at: reconciling with `dry_run` answers it.',
        }),
        allow_disruptive: Type.Optional(
          Type.Boolean({
            default: false,
            description: 'Whether initiators may lose what they may be using.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    destructive: true,
    namesPlan: true,
    repeatable: false,
    timeoutSeconds: 3600,
    advice:
      'Look at the log for what was done, what was undone and what is left, then at the plan of `storwarden consistency reconcile restore_config scst`.',
    resource: () => 'scst',
    comparable: ({ name, description }) => [name, description],
    async plan(params) {
      const { checks = ['scst'] } = params
      if (machine === null) {
        throw new TaskNotPossibleError('this daemon plays a recording: there is nothing to change')
      }
      const plan = await compare(checks)
      assertCarriedOut(plan, params, permit)
      const id = newId()
      keep(id, plan)
      return taskSteps(plan, id, checks)
    },
    async run({ description, data }, progress) {
      const step = data as unknown as StepData
      if (step.does === 'tell') await progress.log(`not done: ${description}`, 'warning')
      else if (step.does === 'compare') {
        await verify(kept(step.plan), await compare(step.checks), progress)
      } else {
        const { scst } = kept(step.plan)
        if (machine === null || scst === null) throw new Error('there is nothing to write')
        const { file: named, settle } = scst
        const given = { planned: unpacked(step.planned), named, changes: true }
        // What it takes from whom was looked at: without leave none of it was planned.
        await applyScst(machine, settle, { ...given, force: true, progress })
      }
    },
    async lookAfterLoss({ data }) {
      const step = data as unknown as StepData
      if (step.does !== 'apply') return 'nothing is written by that step'
      const { steps, hash, unread } = await compare(step.checks)
      if (unread.length > 0) return `how much of it is done is not known: ${unread.join('; ')}`
      const now = steps.flatMap(({ words, write }) =>
        write === null ? [] : [{ words, path: write.path, shown: write.text }],
      )
      const told = progressText(remainder(unpacked(step.planned).writes, now), now[0])
      return now.length === 0 ? told : `${told} The plan of what is left is ${hash}.`
    },
  }
}

/** Throws TaskNotPossibleError. */
function assertCarriedOut(
  { steps, hash, unread }: RestorePlan,
  { checks = ['scst'], plan: wanted, allow_disruptive: allowed = false }: Params,
  permit: ConfigRestoration['permit'],
): void {
  if (unread.length > 0 && checks.includes('scst')) {
    throw new TaskNotPossibleError(`what is to be done is not known: ${unread.join('; ')}`)
  }
  if (hash !== wanted) {
    throw new TaskNotPossibleError(
      `the plan ${wanted} is not what would be done now, which is ${hash}: look at that first`,
    )
  }
  for (const { write, disruptive, words } of steps) {
    if (write === null) continue
    if (disruptive && !allowed) {
      throw new TaskNotPossibleError(`takes something away that may be in use: ${words}`)
    }
    try {
      permit(write.path, write.text)
    } catch (error) {
      throw new TaskNotPossibleError((error as Error).message)
    }
  }
}

function taskSteps(
  { steps, scst }: RestorePlan,
  id: string,
  checks: readonly RestoredCheck[],
): Step[] {
  const writes = steps.flatMap(({ words, write }) =>
    write === null ? [] : [`${words} "${write.text}" to ${write.path}`],
  )
  const tells = steps.flatMap(({ words, write }) =>
    write === null ? [[`left to people: ${words}`, { does: 'tell' }] as [string, StepData]] : [],
  )
  const all: [string, StepData][] = [...tells]
  if (scst !== null && writes.length > 0) {
    const { running, settle } = scst
    const planned = packed(planScst(running, settle(running.config)), running.config, null)
    all.unshift([writes.join('\n'), { does: 'apply', plan: id, checks, planned }])
  }
  all.push(['read everything of it anew, and compare', { does: 'compare', plan: id, checks }])
  return all.map(([description, data], index) => ({
    ...{ name: `${data.does} ${index + 1}`, description, data: { ...data } },
  }))
}

/** Tells what still differs. Throws when something does that a write was to settle, or when that is not known. */
async function verify(before: RestorePlan, after: RestorePlan, progress: Progress): Promise<void> {
  const settled = new Set(
    [...before.steps, ...after.steps].flatMap(({ write, differences }) =>
      write === null ? [] : differences,
    ),
  )
  const sentences = after.open.map(({ sentence }) => sentence)
  if (sentences.length === 0) await progress.log('nothing differs any more')
  await logAll(progress, 'still differs', sentences)
  const remaining = after.open.filter(({ id }) => settled.has(id))
  if (remaining.length > 0) {
    throw new Error(
      `written, and it differs all the same: ${remaining[0]?.sentence ?? ''}` +
        (remaining.length > 1 ? ` (and ${remaining.length - 1} more)` : ''),
    )
  }
  // What could not be read before has no write of this plan in it.
  const unknown = [
    ...after.unread,
    ...after.partly.filter((reason) => !before.partly.includes(reason)),
  ]
  if (unknown.length > 0) {
    throw new Error(`written; it is not known whether it differs: ${unknown.join('; ')}`)
  }
  await logAll(progress, 'not known', after.partly)
}

async function logAll(progress: Progress, begin: string, lines: readonly string[]): Promise<void> {
  for (const line of lines.slice(0, LINES)) await progress.log(`${begin}: ${line}`, 'warning')
  const more = lines.length - LINES
  if (more > 0) await progress.log(`${begin}: ${more} more`, 'warning')
}
