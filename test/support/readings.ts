import type { Problem } from '../../src/collectors/collector.ts'
import type { Reading, Snapshot } from '../../src/snapshot.ts'

const takenAt = new Date('2026-11-20T21:00:00Z')

/** A reading of a value, all of it unless problems or a coverage say otherwise. */
export function read<T>(
  value: T,
  { problems = [], coverage }: { problems?: Problem[]; coverage?: 'all' | 'some' | 'none' } = {},
): Reading<T> {
  return {
    state: 'read',
    value,
    problems,
    coverage: coverage ?? (problems.length === 0 ? 'all' : 'some'),
    takenAt,
    durationSeconds: 0.1,
  }
}

/** A reading that failed. */
export function failed(error = 'no answer'): Reading<never> {
  return { state: 'failed', error, since: takenAt, durationSeconds: 0.1, last: null }
}

/** A reading that says that there is no such hardware. */
export function absent(): Reading<never> {
  return { state: 'absent', takenAt, durationSeconds: 0.1 }
}

/** A snapshot of some subjects; of the others nothing is known yet. */
export function snapshotOf(readings: Snapshot['readings']): Snapshot {
  return { takenAt, readings }
}
