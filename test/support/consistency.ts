import type { CheckName, Difference } from '../../src/consistency/difference.ts'
import { outcomeOf, type CheckOutcome, type CheckStatus } from '../../src/consistency/outcome.ts'

const at = new Date('2026-11-20T21:00:00Z')

/** How a check ended that has found these differences. */
export function outcome(
  check: CheckName,
  status: CheckStatus,
  message: string,
  differences: readonly Difference[] = [],
): CheckOutcome {
  const timing = { checkedAt: at, durationSeconds: 0.1 }
  return { ...outcomeOf(check, [], differences, [], timing), status, message }
}

/** A difference that nobody else tells of. */
export function difference(more: Partial<Difference>): Difference {
  return {
    ...{ id: 'd1', check: 'vtl', kind: 'missing', what: 'medium', name: 'L1/A00001L8' },
    ...{ place: { library: 'L1', barcode: 'A00001L8' }, attribute: null, values: [] },
    ...{ sentence: 'The cartridge A00001L8 is gone.', action: 'Look for it.' },
    ...{ remedies: ['ignore'], toldBy: null, ignored: null },
    ...more,
  }
}
