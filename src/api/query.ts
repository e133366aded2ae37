import type { TObject, TSchema } from 'typebox'
import type { Fault } from './problem.ts'

/**
 * The query of a URL as the values that its schema wants: whole numbers, numbers and booleans written the one
 * way they are written. What does not fit stays text, so that the validator names it.
 */
export function readQuery(
  schema: TObject,
  search: string,
): { values: Record<string, unknown>; faults: Fault[] } {
  const values = new Map<string, unknown>()
  const faults: Fault[] = []
  for (const [name, text] of new URLSearchParams(search)) {
    if (values.has(name)) faults.push({ path: `/query/${name}`, message: 'is given twice' })
    else values.set(name, valueOf(schema.properties[name], text))
  }
  return { values: Object.fromEntries(values), faults }
}

function valueOf(schema: TSchema | undefined, text: string): unknown {
  const { type } = (schema ?? {}) as { type?: string }
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
