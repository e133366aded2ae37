import { Type } from 'typebox'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../kind.ts'
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
}

/** What restoring works with. */
export interface ConfigRestoration {
  /** Reads SCST anew, when it is among these checks, and compares. */
  compare: (checks: readonly RestoredCheck[]) => Promise<RestorePlan>
  /** Throws for what is never written. */
  permit: (path: string, text: string) => void
  /** Resolves when SCST has done it. Null where there is no machine to change: on a recording. */
  write: ((path: string, text: string) => Promise<void>) | null
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
  | { does: 'write'; plan: string; index: number }
  | { does: 'tell' }
  | { does: 'compare'; plan: string; checks: readonly RestoredCheck[] }

/** Plans that are remembered; one that is carried out is the youngest again at each step. */
const PLANS = 32
const LINES = 20

/**
 * Writes to SCST what makes it what its configuration file says: a plan that somebody has looked at, and no other. A
 * plan is carried out by the daemon that made it, in the same life: what it was made from may be long past for another.
 */
export function consistencyRestoreConfig(restoration: ConfigRestoration): TaskKind<Params> {
  const { compare, permit, write, newId } = restoration
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
    resource: () => 'scst',
    comparable: ({ name, description }) => [name, description],
    async plan(params) {
      const { checks = ['scst'] } = params
      if (write === null) {
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
      } else await carryOut(kept(step.plan), step.index, write, progress)
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

function taskSteps(plan: RestorePlan, id: string, checks: readonly RestoredCheck[]): Step[] {
  const steps = plan.steps.map(({ words, write }, index): [string, StepData] =>
    write === null
      ? [`left to people: ${words}`, { does: 'tell' }]
      : [`${words} "${write.text}" to ${write.path}`, { does: 'write', plan: id, index }],
  )
  const last: StepData = { does: 'compare', plan: id, checks }
  return [...steps, ['read everything of it anew, and compare', last] as const].map(
    ([description, data], index) => ({
      ...{ name: `${data.does} ${index + 1}`, description, data: { ...data } },
    }),
  )
}

async function carryOut(
  { steps }: RestorePlan,
  index: number,
  write: ConfigRestoration['write'],
  progress: Progress,
): Promise<void> {
  const what = steps[index]?.write
  if (write === null || what == null) throw new Error(`step ${index + 1}: there is no such write`)
  try {
    await write(what.path, what.text)
  } catch (error) {
    const writes = (some: RestorePlan['steps']) =>
      some.filter((step) => step.write !== null).map(({ words }) => words)
    await logAll(progress, 'done before', writes(steps.slice(0, index)))
    await logAll(progress, 'not done', writes(steps.slice(index)))
    throw error
  }
  progress.affect(1)
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
