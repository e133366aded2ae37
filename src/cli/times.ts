import { UNKNOWN } from './words.ts'

/** A duration in its largest unit, e.g. `3 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** `3 min ago`; of what is to come `in 3 min`. */
export function age(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000
  return seconds >= 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`
}

/** `2026-11-20 22:00:00`, in the time zone of whoever reads it. */
export function localTime(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${day} ${[at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')}`
}

/** Local time with its age, e.g. `2026-11-20 22:00:00 (3 min ago)`. */
export function when(at: Date | null, now: Date): string {
  return at === null ? UNKNOWN : `${localTime(at)} (${age(at, now)})`
}

/** The same for a column: without seconds, and without the date when it is today's. */
export function whenInBrief(at: Date | null, now: Date): string {
  if (at === null) return UNKNOWN
  const [today] = localTime(now).split(' ')
  const [day = '', clock = ''] = localTime(at).split(' ')
  const minute = clock.slice(0, 5)
  return `${day === today ? minute : `${day} ${minute}`} (${age(at, now)})`
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 }
const SPAN = /^(\d{1,6})\s*([mhdw])$/
const MOMENT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/

/** A span of time in seconds: `30m`, `8h`, `7d`, `2w`; null for any other text. */
export function parseSpan(text: string): number | null {
  const [, amount, unit = ''] = SPAN.exec(text) ?? []
  return amount === undefined ? null : Number(amount) * (UNIT_SECONDS[unit] ?? 0)
}

/**
 * A time as people write it: from now on (`30m`, `8h`, `7d`, `2w`), or a date, with a time if need be, which is
 * local unless it says otherwise (`2026-11-20`, `2026-11-20 22:00`, `2026-11-20T21:00:00Z`). Null for any other text.
 */
export function parseTime(text: string, now: Date): Date | null {
  const seconds = parseSpan(text)
  if (seconds !== null) return new Date(now.getTime() + seconds * 1000)
  if (!MOMENT.test(text)) return null
  // Without a time JavaScript takes a date for one of UTC.
  const at = new Date(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'))
  const [year, month, day] = text.slice(0, 10).split('-').map(Number)
  const exists = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day)).getUTCDate() === day
  return exists && !Number.isNaN(at.getTime()) ? at : null
}
