import type { Answer } from '../../wire/request.ts'

/** A silence, as the daemon has it. */
export type Silence = Answer<'GET /monitoring/silences'>['silences'][number]

/** When a planned silence begins next: with a schedule the next window. */
export function beginOf({ schedule, window, start }: Silence): string {
  return schedule === null ? start : (window?.start ?? start)
}

/** When what is silenced now is told of again; null of one that has no end. */
export function endOf({ schedule, window, end }: Silence): string | null {
  return schedule === null ? end : (window?.end ?? end)
}
