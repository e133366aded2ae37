import type { CheckOutcome } from '../consistency/outcome.ts'
import type { DifferenceKind } from '../consistency/difference.ts'
import { familiesOf } from './family.ts'
import type { Instruments } from './instruments.ts'

const countOf =
  (kind: DifferenceKind) =>
  ({ counts, status, sources }: CheckOutcome): number | null =>
    // Where nothing could be read there is no count, and not a count of nothing.
    status === 'unknown' && sources.every(({ state }) => state !== 'read') ? null : counts[kind]

/** What the comparisons have found, without what is ignored. */
export const consistencyFamilies = familiesOf(
  {
    subject: 'consistency',
    prefix: 'storwarden_consistency',
    items: ({ checks }) => checks,
    labels: ({ check }) => ({ check_type: check }),
  },
  {
    pending: ['gauge', 'Things that are configured and not yet there.', countOf('pending')],
    orphaned: ['gauge', 'Things that are there and not configured.', countOf('orphaned')],
    missing: ['gauge', 'Things that were there, or ought to be, and are gone.', countOf('missing')],
    different: ['gauge', 'Things that sides have with different attributes.', countOf('different')],
    check_timestamp_seconds: [
      'gauge',
      'When it was compared last.',
      ({ checkedAt }) => checkedAt.getTime() / 1000,
    ],
  },
)

/** Counts what was compared, and what was done about it. */
export function countConsistency(instruments: Instruments) {
  const checks = instruments.counter('consistency_checks_total', 'Comparisons that were made.', [
    'check_type',
  ])
  const found = instruments.counter(
    'consistency_inconsistencies_total',
    'Differences that were found and had not been there before.',
    ['check_type', 'severity'],
  )
  const seconds = instruments.histogram(
    'consistency_check_duration_seconds',
    'How long comparisons took.',
    [0.01, 0.1, 1, 10, 60],
    ['check_type'],
  )
  const reconciled = instruments.counter(
    'reconciliation_operations_total',
    'What was done about differences, by strategy.',
    ['strategy', 'status'],
  )
  const reconciledSeconds = instruments.histogram(
    'reconciliation_duration_seconds',
    'How long that took.',
    [0.01, 0.1, 1, 10, 60],
    ['strategy'],
  )
  return {
    checked: (check: string, duration: number): void => {
      checks.inc({ check_type: check })
      seconds.observe({ check_type: check }, duration)
    },
    inconsistencies: (check: string, severity: string, count: number): void => {
      found.inc({ check_type: check, severity }, count)
    },
    reconciled: (strategy: string, status: string, duration: number): void => {
      reconciled.inc({ strategy, status })
      reconciledSeconds.observe({ strategy }, duration)
    },
  }
}
