/** What stands where a value is not known: never a zero, never an empty cell. */
export const UNKNOWN = 'unknown'

/** A count or a plain number. */
export function count(value: number | null): string {
  return value === null ? UNKNOWN : value.toLocaleString('en')
}

/** A share of 100, with one decimal. */
export function percent(value: number | null): string {
  return value === null ? UNKNOWN : `${value.toFixed(1)} %`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Bytes in binary units, three digits. */
export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN
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
export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A time of day, with the date when it is not today. */
export function time(iso: string | null): string {
  if (iso === null) return UNKNOWN
  const at = new Date(iso)
  return at.toDateString() === new Date().toDateString()
    ? at.toLocaleTimeString()
    : at.toLocaleString()
}
