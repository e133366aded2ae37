import type { Queryable } from '../db/database.ts'
import type { CheckName, Difference } from './difference.ts'
import { adopt, type Learned } from './known.ts'
import type { CheckOutcome } from './outcome.ts'
import type { CheckRun } from './run.ts'
import type { ScstContext, ScstPlanned } from './scst-steps.ts'
import type { Step } from './step.ts'
import type { FileText } from './texts.ts'

/** What can be done about all differences at once. */
export const strategies = ['report_only', 'adopt_live', 'restore_config', 're_inventory'] as const
export type Strategy = (typeof strategies)[number]

/** Writes with a change, in its transaction: when it rejects nothing has changed. */
export type Note<T> = (
  transaction: Queryable,
  change: { before: T | null; after: T | null },
) => Promise<void>

/** What is to be done, of which checks, and who wants it. */
export interface ReconciliationRequest {
  strategy: Strategy
  checks: readonly CheckName[]
  /** Whether nothing is to be changed. */
  dryRun: boolean
  by: string
}

/** What a reconciliation comes to. */
export interface Reconciliation {
  strategy: Strategy
  /** Whether nothing was changed, because that was asked. */
  dryRun: boolean
  /** What would be done on the machine. */
  steps: readonly Step[]
  /** Tells this plan from others: what it is carried out with. Null where there is none. */
  plan: string | null
  /** What files would say. */
  files: readonly FileText[]
  /** Things that the database remembers anew, and such that it has forgotten; or would. */
  remembered: number
  forgotten: number
}

/** What would have to be done, and what it follows from. */
export interface Planned {
  outcomes: readonly CheckOutcome[]
  steps: readonly Step[]
  /** Tells the plan from others. */
  plan: string
  /** What SCST becomes by it, and what that was planned from; nothing was read where nothing of it differs. */
  scst: ScstContext & Pick<ScstPlanned, 'settle'>
}

/** There is no such difference now. */
export class DifferenceNotFoundError extends Error {
  readonly code = 'ERR_DIFFERENCE_NOT_FOUND'

  constructor(id: string) {
    super(`difference ${id}: not found`)
    this.name = 'DifferenceNotFoundError'
  }
}

/** What was asked changes the machine, which is for a task to do. */
export class NotCarriedOutError extends Error {
  readonly code = 'ERR_NOT_CARRIED_OUT'

  constructor(strategy: Strategy) {
    super(
      `${strategy} is not carried out without its plan: reconcile with dry_run, then with what it says of the plan`,
    )
    this.name = 'NotCarriedOutError'
  }
}

/** Whether a difference is not ignored. */
export function isOpen({ ignored }: Difference): boolean {
  return ignored === null
}

/** What adopting the live state of a check makes the database remember; what is ignored stays as it is. */
export function adoptedBy({ outcome, raw, sides }: CheckRun, by: string): Learned {
  const open = new Set(outcome.differences.filter(isOpen).map(({ name }) => name))
  const wanted = raw.filter(({ thing }) => open.has(thing.name))
  return adopt(outcome.check, wanted, sides, by)
}
