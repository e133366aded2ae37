import { types, type CustomTypesConfig } from 'pg'

// Object identifiers of pg_type.dat: the same in every PostgreSQL.
const INT8 = 20
const NUMERIC = 1700
const INT8_ARRAY = 1016

/**
 * An int8 as JavaScript has it: a number where every digit survives, else the digits as a string.
 * Whatever storwarden stores (bytes, counters, sequence numbers) stays below 2^53.
 */
function parseInt8(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

/**
 * How the values of a row arrive: int8 as above, numeric (what `sum` and `avg` give) as the nearest
 * number, timestamptz as Date, jsonb parsed; the rest as pg has it. Kept per pool: pg's own table is
 * shared by the whole process.
 */
export const rowTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: string): Parse => {
    if (oid === INT8) return parseInt8
    if (oid === NUMERIC) return Number
    const parse = builtIn(oid, format)
    return oid === INT8_ARRAY ? (text) => mapNested(parse(text)) : parse
  }) as CustomTypesConfig['getTypeParser'],
}

type Parse = (text: string) => unknown

// pg's own declaration knows only the built-in types by number.
const builtIn = types.getTypeParser as (oid: number, format?: string) => Parse

function mapNested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapNested)
  return typeof value === 'string' ? parseInt8(value) : value
}
