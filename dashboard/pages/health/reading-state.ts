import type { Tone } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'

/** What became of reading a subject. */
export type Reading = Answer<'GET /monitoring/readings'>['readings'][number]

/** How the state of a reading is drawn. What could not be read is not known; it is not broken. */
export const toneOfReading: Readonly<Record<Reading['state'], Tone>> = {
  ...{ read: 'good', partial: 'warning', failed: 'unknown', absent: 'quiet', pending: 'quiet' },
}

/** Whether not all of it could be read. */
export function isTroubled({ state }: Pick<Reading, 'state'>): boolean {
  return state === 'failed' || state === 'partial'
}
