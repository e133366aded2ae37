import { words } from './index.ts'

const LOCALE = 'en'
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** A count or a plain number; null stays null, for who shows it to say that it is unknown. */
export function count(value: number | null): string | null {
  return value === null ? null : value.toLocaleString(LOCALE)
}

/** A share of 100, with one decimal. */
export function percent(value: number | null): string | null {
  return value === null ? null : `${value.toFixed(1)} %`
}

/** Bytes in binary units, three digits. */
export function bytes(value: number | null): string | null {
  if (value === null) return null
  let unit = 0
  let size = value
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  const digits = unit === 0 || size >= 100 ? 0 : size >= 10 ? 1 : 2
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ''}`
}

/** A duration in its two largest units, e.g. `3 d 4 h`. */
export function duration(seconds: number | null): string | null {
  if (seconds === null) return null
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** How long ago something was, or in how long it will be. */
export function ago(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000
  const { common } = words
  if (Math.abs(seconds) < 5) return common.justNow
  const span = duration(Math.abs(seconds)) ?? ''
  return seconds < 0 ? common.in(span) : common.ago(span)
}

/** A date with its time, to the second, in the time zone of the browser. */
export function dateTime(at: Date): string {
  return at.toLocaleString(LOCALE, { dateStyle: 'medium', timeStyle: 'medium', hour12: false })
}
