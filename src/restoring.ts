import { randomUUID } from 'node:crypto'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Consistency } from './consistency/consistency.ts'
import type { CheckOutcome } from './consistency/outcome.ts'
import { isOpen } from './consistency/reconciliation.ts'
import { assertScstCommand } from './host/scst-commands.ts'
import type { ScstManagement } from './host/scst-management.ts'
import type { Operations } from './operations/operations.ts'
import type { ConfigRestoration } from './tasks/kinds/consistency-restore-config.ts'

/** What restoring the configuration needs. */
export interface RestoringParts {
  consistency: Pick<Consistency, 'planned'>
  loop: Pick<CollectorLoop, 'collect'>
  operations: Pick<Operations, 'track'>
  now: () => Date
}

/** A comparison that another one has begun may be from before SCST was read anew; the next one is not. */
const TRIES = 3

/**
 * What makes SCST what its file says, for the task that is asked to, by what changes SCST; null where there is nothing
 * to change: a recording that is played is never written to.
 */
export function restoring(
  management: Pick<ScstManagement, 'write'> | null,
  { consistency, loop, operations, now }: RestoringParts,
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
      return { steps, hash: plan, open, ...sides }
    },
    write:
      management &&
      ((path, text) =>
        operations.track('write_scst', { path }, async (affect) => {
          await management.write(path, text)
          affect(1)
        })),
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
