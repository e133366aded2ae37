/** What stands where a value is not known: never a zero, never an empty cell. */
export const UNKNOWN = 'unknown'

/** A value as it is, e.g. a name or a count. */
export function shown(value: string | number | null): string {
  return value === null ? UNKNOWN : String(value)
}

/** `yes`, `no` or `unknown`. */
export function yesNo(value: boolean | null): string {
  if (value === null) return UNKNOWN
  return value ? 'yes' : 'no'
}

/** `12 of 20`, each of them maybe unknown. */
export function ofTotal(part: number | null, total: number | null): string {
  return `${shown(part)} of ${shown(total)}`
}

/** A share of 100, with one decimal. */
export function percent(value: number | null): string {
  return value === null ? UNKNOWN : `${value.toFixed(1)} %`
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

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

/** `1 alert`, `3 alerts`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
