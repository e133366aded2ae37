import type { Instruments } from './instruments.ts'

/**
 * Families that are part of the interface and have no samples yet, because what
 * they count does not happen on this appliance. Declared all the same, so that
 * a query for them finds nothing instead of a mistake.
 */
export function declareFamilies(instruments: Instruments): void {
  instruments.counter('tasks_timeouts_total', 'Tasks that took too long.', ['kind'])
}
