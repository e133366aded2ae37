/** A field of the form of a kind of task, as the JSON schema of its parameters has it. */
export interface ParamField {
  name: string
  kind: 'text' | 'number' | 'bytes' | 'choice' | 'list' | 'json'
  required: boolean
  hint: string
  /** What it is where nothing is filled in; null where the daemon decides. */
  standard: string | null
  /** Of a choice. */
  choices: readonly string[]
  minimum?: number
  maximum?: number
}

/** What was filled in, by the names of the fields. */
export type Filled = Readonly<Record<string, string>>

/** As much of JSON schema as parameters of tasks are written in. */
interface Schema {
  type?: string
  description?: string
  default?: unknown
  enum?: readonly unknown[]
  const?: unknown
  anyOf?: readonly Schema[]
  items?: Schema
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  minimum?: number
  maximum?: number
}

/** The fields of the parameters that this schema describes: first what has to be filled in. */
export function fieldsOf(schema: object): ParamField[] {
  const { properties = {}, required = [] } = schema as Schema
  const fields = Object.entries(properties).map(([name, one]) =>
    fieldOf(name, one, required.includes(name)),
  )
  return [...fields.filter((one) => one.required), ...fields.filter((one) => !one.required)]
}

function fieldOf(name: string, schema: Schema, required: boolean): ParamField {
  const { description = '', default: standard, minimum, maximum } = schema
  const type = typeOf(schema)
  const choices = choicesOf(schema)
  return {
    ...{ name, required, choices },
    kind: choices.length > 0 ? 'choice' : kindOf(name, type, schema),
    hint: description,
    standard: standard === undefined ? null : textOf(standard),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  }
}

/** The one type of a schema; of several, of which one can be typed in a line, `any`. */
function typeOf({ type, anyOf = [] }: Schema): string {
  if (type !== undefined) return type
  const types = new Set(anyOf.map(typeOf).filter((one) => one !== 'null'))
  if (types.size === 1) return [...types].join('')
  return [...types].some((one) => ['string', 'integer', 'number'].includes(one)) ? 'any' : 'json'
}

function choicesOf({ type, enum: values = [], anyOf = [] }: Schema): string[] {
  if (type === 'boolean') return ['true', 'false']
  if (values.length > 0) return values.map(textOf)
  const all = anyOf.filter((one) => one.type !== 'null').map((one) => one.const)
  return all.length > 0 && all.every((one) => one !== undefined) ? all.map(textOf) : []
}

function kindOf(name: string, type: string, { items }: Schema): ParamField['kind'] {
  if (type === 'integer' || type === 'number') return name.endsWith('_bytes') ? 'bytes' : 'number'
  if (type === 'string' || type === 'any') return 'text'
  const isList = type === 'array' && ['string', 'integer', 'any'].includes(typeOf(items ?? {}))
  return isList ? 'list' : 'json'
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What may be typed for an amount of bytes: `500 GiB`, or a plain number. */
export const BYTES_PATTERN = '\\d+(\\.\\d+)? ?([KMGTP]iB)?'

function bytesOf(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?(?:([KMGTP])iB)?$/.exec(text) ?? []
  if (amount === undefined) throw new SyntaxError(`${text}: is no amount of bytes`)
  return Math.round(Number(amount) * 1024 ** (unit === undefined ? 0 : 'KMGTP'.indexOf(unit) + 1))
}

/**
 * The parameters of a task. What was left empty is not given: then the daemon decides. Throws SyntaxError for what is
 * to be JSON, or an amount of bytes, and is not.
 */
export function paramsOf(schema: object, filled: Filled): Record<string, unknown> {
  const { properties = {} } = schema as Schema
  const given = Object.entries(properties).flatMap(([name, one]) => {
    const text = (filled[name] ?? '').trim()
    return text === '' ? [] : [[name, valueOf(name, one, text)] as const]
  })
  return Object.fromEntries(given)
}

function valueOf(name: string, schema: Schema, text: string): unknown {
  const { kind } = fieldOf(name, schema, false)
  const type = typeOf(schema)
  if (kind === 'json' || (type === 'any' && text.startsWith('{'))) return JSON.parse(text)
  if (kind === 'list') {
    const items = text.split(/[,\n]/).map((one) => one.trim())
    return items.filter((one) => one !== '').map((one) => valueOf('', schema.items ?? {}, one))
  }
  if (type === 'boolean') return text === 'true'
  if (kind === 'bytes') return bytesOf(text)
  const isNumber = kind === 'number' || (type === 'any' && /^\d+$/.test(text))
  return isNumber ? Number(text) : text
}
