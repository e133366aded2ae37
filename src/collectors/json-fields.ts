import { ParseError } from './collector.ts'

/** Parses JSON that should be an object. Throws ParseError naming the source. */
export function parseJsonObject(source: string, text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ParseError(source, 'not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ParseError(source, 'not a JSON object')
  }
  return value as Record<string, unknown>
}

/** The value at a path of own properties; undefined where something on the way is missing. */
export function valueAt(root: unknown, ...path: readonly string[]): unknown {
  let value = root
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** The text at a path; null where there is none, or an empty one. */
export function textAt(root: unknown, ...path: readonly string[]): string | null {
  const value = valueAt(root, ...path)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** The number at a path; null where there is none. */
export function numberAt(root: unknown, ...path: readonly string[]): number | null {
  const value = valueAt(root, ...path)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The list at a path; empty where there is none. */
export function listAt(root: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(root, ...path)
  return Array.isArray(value) ? value : []
}
