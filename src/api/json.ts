/** Keys whose values are data: the keys inside are somebody else's and stay as they are. */
const dataKeys: ReadonlySet<string> = new Set(['after', 'before', 'evidence', 'labels', 'params'])

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * A value as it goes out: names in snake_case, times as RFC 3339 in UTC, what is not known as null.
 * A number that JSON has no word for (NaN, infinity) is not known either; functions and symbols are left out.
 */
export function toJson(value: unknown): Json {
  return convert(value, snakeCase)
}

/** `availableBytes` → `available_bytes`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function convert(value: unknown, rename: (key: string) => string): Json {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (Array.isArray(value)) return value.map((item) => convert(item, rename))
  if (typeof value !== 'object') return null
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined && typeof member !== 'function')
    .map(([key, member]): [string, Json] => [
      rename(key),
      convert(member, dataKeys.has(key) ? unchanged : rename),
    ])
  return Object.fromEntries(entries)
}

function unchanged(key: string): string {
  return key
}
