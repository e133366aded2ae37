import type { Instruments } from './instruments.ts'

/**
 * Families that are part of the interface and have no samples yet, because what
 * they count does not happen on this appliance. Declared all the same, so that
 * a query for them finds nothing instead of a mistake.
 */
export function declareFamilies(instruments: Instruments): void {
  const checks = ['check'] as const
  instruments.gauge('consistency_pending', 'Configured and not yet there.', [...checks])
  instruments.gauge('consistency_orphaned', 'There and not configured.', [...checks])
  instruments.gauge('consistency_missing', 'Configured or known, and gone.', [...checks])
  instruments.counter('consistency_checks_total', 'Comparisons that were made.', [...checks])
  instruments.counter('consistency_inconsistencies_total', 'Differences found.', [...checks])
  instruments.histogram(
    'consistency_check_duration_seconds',
    'How long comparisons took.',
    [0.01, 0.1, 1, 10, 60],
    [...checks],
  )
  instruments.counter('tasks_timeouts_total', 'Tasks that took too long.', ['kind'])
}
