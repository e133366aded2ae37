import { randomUUID } from 'node:crypto'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Consistency } from './consistency/consistency.ts'
import type { CheckOutcome } from './consistency/outcome.ts'
import { isOpen } from './consistency/reconciliation.ts'
import { assertScstCommand } from './host/scst-commands.ts'
import type { ConfigRestoration } from './tasks/kinds/consistency-restore-config.ts'
import type { ScstMachine } from './tasks/scst/machine.ts'

/** What restoring the configuration needs. */
export interface RestoringParts {
  consistency: Pick<Consistency, 'planned'>
  loop: Pick<CollectorLoop, 'collect'>
  now: () => Date
}

/** A comparison that another one has begun may be from before SCST was read anew; the next one is not. */
const TRIES = 3

/**
 * What makes SCST what its file says, for the task that is asked to, by what changes SCST; null where there is nothing
 * to change: a recording that is played is never written to.
 */
export function restoring(
  machine: ScstMachine | null,
  { consistency, loop, now }: RestoringParts,
): ConfigRestoration {
  return {
    newId: randomUUID,
    permit: assertScstCommand,
    async compare(checks) {
      const since = now()
      if (checks.includes('scst')) await loop.collect('scst')
      let planned = await consistency.planned(checks)
      let sides = unreadSides(planned.outcomes, since)
      for (let tries = 1; tries < TRIES && sides.unread.length > 0; tries++) {
        planned = await consistency.planned(checks)
        sides = unreadSides(planned.outcomes, since)
      }
      const { outcomes, steps, plan } = planned
      const open = outcomes.flatMap(({ differences }) => differences).filter(isOpen)
      const { file, running, unread, settle } = planned.scst
      return {
        ...{ steps, hash: plan, open, partly: sides.partly },
        unread: unread === null ? sides.unread : [...sides.unread, unread],
        scst: file && running && { file, running, settle },
      }
    },
    machine,
  }
}

/** Sides of SCST that were not read since then, and why; such that were read in part. */
function unreadSides(outcomes: readonly CheckOutcome[], since: Date) {
  const unread: string[] = []
  const partly: string[] = []
  const scst = outcomes.find(({ check }) => check === 'scst')
  for (const { source, state, reason, takenAt } of scst?.sources ?? []) {
    if (state !== 'read') unread.push(`${source}: ${reason ?? state}`)
    else if (takenAt === null || takenAt < since) unread.push(`${source}: was not read anew`)
    else if (reason !== null) partly.push(`${source}: ${reason}`)
  }
  return { unread, partly }
}
