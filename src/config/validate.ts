import { Ajv, type ErrorObject } from 'ajv'
import { fleetFaults } from './fleet.ts'
import { listenFaults } from './listen-faults.ts'
import { notificationFaults } from './notification-faults.ts'
import { oidcFaults } from './oidc.ts'
import { configSchema, type Config } from './schema.ts'
import { scheduleFaults } from './schedules.ts'
import type { LeafSchema } from './settings.ts'
import { frozen, valueAt, type Tree } from './tree.ts'

/** What is wrong with one key. */
export interface Fault {
  path: readonly string[]
  message: string
}

const ajv = new Ajv({
  ...{ allErrors: true, useDefaults: true, verbose: true, allowUnionTypes: true },
  // It would take longer than what it saves of the few times that a configuration is read.
  code: { optimize: false },
})
ajv.addVocabulary(['unit', 'aliases', 'synonyms', 'secret', 'expected'])
const isConfig = ajv.compile<Config>(configSchema)

/** Settings that make sense only when the first is less than the second. */
const ORDERED: readonly (readonly [readonly string[], string])[] = [
  [['monitoring', 'thresholds', 'storage_warning_percent'], 'storage_critical_percent'],
  [['monitoring', 'thresholds', 'thin_pool_warning_percent'], 'thin_pool_critical_percent'],
  [['auth', 'session_idle_seconds'], 'session_lifetime_seconds'],
  [['stream', 'ping_interval_seconds'], 'timeout_seconds'],
]

/** Fills in the defaults: a frozen configuration, or every fault of what was given. */
export function validate(tree: Tree): { config: Config } | { faults: Fault[] } {
  const filled: unknown = structuredClone(tree)
  const valid = isConfig(filled)
  const shape = valid ? [] : firstOfEachKey(isConfig.errors ?? [])
  const settings = [
    ...listenFaults(filled),
    ...notificationFaults(filled),
    ...scheduleFaults(filled),
    ...oidcFaults(filled),
    ...fleetFaults(filled),
  ]
  const faults = [...shape, ...disorders(filled), ...settings]
  return valid && faults.length === 0 ? { config: frozen(filled) } : { faults }
}

/** One fault a key: what is not even a text need not be told that it is none of the words either. */
function firstOfEachKey(errors: readonly ErrorObject[]): Fault[] {
  const faults = new Map<string, Fault>()
  for (const error of errors) {
    const fault = faultOf(error)
    const key = fault.path.join('/')
    if (!faults.has(key)) faults.set(key, fault)
  }
  return [...faults.values()]
}

function faultOf({ instancePath, keyword, params, parentSchema, message }: ErrorObject): Fault {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  const schema = parentSchema as Partial<LeafSchema>
  switch (keyword) {
    case 'additionalProperties':
      return { path: [...path, String(params.additionalProperty)], message: 'unknown key' }
    case 'type':
      return { path, message: `must be ${typeNames(schema.type)}` }
    case 'enum':
      return { path, message: `must be one of ${(schema.enum ?? []).join(', ')}` }
    case 'pattern':
      return { path, message: `must be ${schema.expected ?? 'of another form'}` }
    case 'minLength':
      return { path, message: 'must not be empty' }
    case 'uniqueItems':
      return { path, message: 'must not name anything twice' }
    default:
      return { path, message: message ?? keyword }
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a section of keys',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
}

function typeNames(type: LeafSchema['type'] | undefined): string {
  return [type ?? []]
    .flat()
    .map((name) => TYPE_NAMES[name] ?? name)
    .join(' or ')
}

function disorders(filled: unknown): Fault[] {
  return ORDERED.flatMap(([path, greaterKey]) => {
    const less = valueAt(filled, path)
    const greater = valueAt(filled, [...path.slice(0, -1), greaterKey])
    if (typeof less !== 'number' || typeof greater !== 'number' || less < greater) return []
    return [{ path, message: `must be less than ${greaterKey}` }]
  })
}
