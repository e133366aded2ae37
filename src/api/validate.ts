import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { TObject, TSchema } from 'typebox'
import { storable } from '../db/json.ts'
import { ProblemError, type Fault } from './problem.ts'
import { readQuery } from './query.ts'
import type { Route } from './route.ts'

// Names every fault. Nothing is coerced, added or removed.
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
addFormats.default(ajv)

/** What a route wants of a request. Each throws ProblemError `invalid_request` with all faults. */
export interface Validators {
  params(values: unknown): unknown
  query(search: string): unknown
  /** One, or several where the route takes a list. `more` finds further faults, in the members that have the right shape. */
  bodies(value: unknown, more?: MoreFaults): Promise<readonly unknown[]>
}

type MoreFaults = (sound: Readonly<Record<string, unknown>>) => Promise<readonly Fault[]>

const nothing: TObject = { type: 'object', required: [], properties: {} } as unknown as TObject

/** The schemas of a route are compiled when they are needed first: all at once they take a fifth of a second. */
export function validatorsOf(route: Route): Validators {
  const params = compiledLater(route.params ?? nothing)
  const query = compiledLater(route.query ?? nothing)
  const body = compiledLater(route.body ?? nothing)
  return {
    params: (values) => checked(params(), values, '/path', []),
    query(search) {
      // Probes add what they like, to get past caches.
      if (route.guard === 'public' && !route.query) return {}
      const { values, faults } = readQuery(route.query ?? nothing, search)
      return checked(query(), values, '/query', faults)
    },
    async bodies(value, more) {
      refused(value, depthFaults(value, '/body'))
      const isList = route.several !== undefined && Array.isArray(value)
      const items: unknown[] = isList ? value : [value]
      const faults = isList ? numberFaults(items.length, route.several ?? 1) : []
      for (const [index, item] of faults.length > 0 ? [] : items.entries()) {
        const path = isList ? `/body/${index}` : '/body'
        const found = faultsIn(body(), item, path)
        const further = (await more?.(soundMembers(item, found, path))) ?? []
        faults.push(...found, ...further.map((fault) => below(path, fault)))
      }
      refused(value, faults)
      return items
    },
  }
}

const compiled = new WeakMap<object, ValidateFunction>()

/** Faults of a value by a schema that is known only when it is asked. */
export function faultsBySchema(schema: TSchema, value: unknown, path: string): Fault[] {
  let validate = compiled.get(schema)
  if (validate === undefined) compiled.set(schema, (validate = ajv.compile(schema)))
  return faultsIn(validate, value, path)
}

function compiledLater(schema: TObject): () => ValidateFunction {
  let validate: ValidateFunction | null = null
  return () => (validate ??= ajv.compile({ ...schema, additionalProperties: false }))
}

function checked(
  validate: ValidateFunction,
  value: unknown,
  path: string,
  found: readonly Fault[],
): unknown {
  return refused(value, [...found, ...faultsIn(validate, value, path)])
}

/** In one line; the list of faults has them all. */
const FAULTS_IN_DETAIL = 20

/** The value, when it has no faults. */
function refused(value: unknown, faults: readonly Fault[]): unknown {
  if (faults.length === 0) return value
  const told = faults.slice(0, FAULTS_IN_DETAIL).map(({ path, message }) => `${path} ${message}`)
  const more = faults.length - told.length
  const detail = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
  throw new ProblemError('invalid_request', detail, { errors: faults })
}

function faultsIn(validate: ValidateFunction, value: unknown, path: string): Fault[] {
  // What passes has the depth of its schema, so only that is walked through.
  if (validate(value)) return nulFaults(value, path)
  return (validate.errors ?? []).filter(isTelling).map((error) => faultOf(error, path))
}

/** The members of an object at `place`; undefined is what has faults. */
function soundMembers(
  value: unknown,
  faults: readonly Fault[],
  place: string,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const unsound = new Set(faults.map(({ path }) => path.slice(place.length).split('/')[1]))
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      unsound.has(name) ? undefined : member,
    ]),
  )
}

// Of what may be null too, both branches complain, and then the choice: only the first has something to say.
function isTelling({ keyword, params }: ErrorObject): boolean {
  return keyword !== 'anyOf' && !(keyword === 'type' && params.type === 'null')
}

function faultOf(error: ErrorObject, path: string): Fault {
  const { instancePath, params, message = 'is not valid' } = error
  const place = path + instancePath
  const { missingProperty, additionalProperty, allowedValues } = params as Record<string, unknown>
  if (typeof missingProperty === 'string') {
    return { path: `${place}/${missingProperty}`, message: 'is missing' }
  }
  if (typeof additionalProperty === 'string') {
    return { path: `${place}/${additionalProperty}`, message: 'is not known' }
  }
  if (Array.isArray(allowedValues)) {
    return { path: place, message: `must be one of ${allowedValues.join(', ')}` }
  }
  return { path: place, message }
}

/** A fault that was found in an item, as one of the item's place. */
function below(place: string, fault: Fault): Fault {
  return { ...fault, path: fault.path.replace('/body', place) }
}

function numberFaults(count: number, most: number): Fault[] {
  if (count > 0 && count <= most) return []
  return [{ path: '/body', message: `must be 1 to ${most}, not ${count}` }]
}

/** What walks through a value calls itself at each level: nobody may exhaust the stack of the daemon. */
const DEEPEST = 64

function depthFaults(value: unknown, path: string): Fault[] {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return [{ path, message: `must not be nested deeper than ${DEEPEST}` }]
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    )
  }
  return []
}

// PostgreSQL's text has no U+0000; names in its JSON have no halves of surrogate pairs either.
function nulFaults(value: unknown, path: string): Fault[] {
  if (typeof value === 'string') {
    return value.includes('\0') ? [{ path, message: 'must not contain U+0000' }] : []
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [
    ...(key === storable(key) ? [] : [{ path, message: 'has a name that cannot be stored' }]),
    ...nulFaults(member, `${path}/${key}`),
  ])
}
