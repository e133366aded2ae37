import { Type, type Static } from 'typebox'
import type { KeptRule } from '../../alerts/rule-book.ts'
import type { StoredRule } from '../../alerts/user-rules.ts'
import { MAX_QUERY_LENGTH } from '../../rules/expression/parse.ts'
import { severities, sources, type Rule } from '../../rules/rule.ts'
import type { DefinitionFault, RuleDefinition } from '../../rules/user-rule.ts'
import { snakeCase } from '../json.ts'
import type { Fault } from '../problem.ts'
import { flag, integer, labels, nullable, number, oneOf, text, time } from '../schemas.ts'

const LONGEST_WAIT_SECONDS = 31 * 86_400
const words = nullable(Type.String({ maxLength: 4096 }))
const query = nullable(Type.String({ minLength: 1, maxLength: MAX_QUERY_LENGTH }))
const wait = Type.Number({ minimum: 0, maximum: LONGEST_WAIT_SECONDS, default: 0 })

/** A rule as it is given, but for its name. */
const given = {
  description: Type.Optional(words),
  action: Type.Optional(words),
  query: Type.Optional(query),
  condition: Type.Optional(query),
  threshold_value: Type.Optional(nullable(number)),
  clear_threshold: Type.Optional(nullable(number)),
  for_seconds: Type.Optional(wait),
  keep_firing_seconds: Type.Optional(wait),
  severity: Type.Optional(oneOf(severities)),
  source: Type.Optional(oneOf(sources)),
  labels: Type.Optional(Type.Record(text, Type.String({ maxLength: 1024 }), { maxProperties: 32 })),
  enabled: Type.Optional(Type.Boolean({ default: true })),
}

const name = Type.String({ minLength: 1, maxLength: 200 })

/** A rule as it is made or replaced. */
export const ruleGiven = Type.Object({ name, ...given })

/** A rule as it is tried. */
export const ruleTried = Type.Object({
  name: Type.Optional(name),
  ...given,
  since: Type.Optional(nullable(time)),
  until: Type.Optional(nullable(time)),
})

/** What can be given of a rule. */
export type GivenRule = Partial<Static<typeof ruleGiven>>

/** A rule without what tells it from others. */
export const definition = {
  name: text,
  description: text,
  action: text,
  query: nullable(text),
  threshold_value: nullable(number),
  clear_threshold: nullable(number),
  for_seconds: number,
  keep_firing_seconds: number,
  severity: oneOf(severities),
  source: oneOf(sources),
  labels,
  enabled: flag,
}

const position = Type.Object({ line: integer, column: integer, offset: integer, length: integer })

/** A rule as it is answered with. */
export const rule = Type.Object({
  id: text,
  title: text,
  ...definition,
  builtin: flag,
  /** What keeps it from being evaluated. */
  faults: Type.Array(Type.Object({ path: text, message: text, at: Type.Optional(position) })),
  created_at: nullable(time),
  created_by: nullable(text),
  updated_at: nullable(time),
  updated_by: nullable(text),
})

/** The rule that is meant, with the defaults of what is left out; `source` null is that of its metrics. */
export function definitionOf(
  given: GivenRule,
): Omit<RuleDefinition, 'source'> & { source: RuleDefinition['source'] | null } {
  return {
    name: given.name ?? '',
    description: given.description ?? '',
    action: given.action ?? '',
    query: given.query ?? given.condition ?? '',
    thresholdValue: given.threshold_value ?? null,
    clearThreshold: given.clear_threshold ?? null,
    forSeconds: given.for_seconds ?? 0,
    keepFiringSeconds: given.keep_firing_seconds ?? 0,
    severity: given.severity ?? 'warning',
    source: given.source ?? null,
    labels: given.labels ?? {},
    enabled: given.enabled ?? true,
  }
}

/** A definition as it goes out. */
export function definitionJson(rule: RuleDefinition) {
  return {
    name: rule.name,
    description: rule.description,
    action: rule.action,
    query: rule.query,
    threshold_value: rule.thresholdValue,
    clear_threshold: rule.clearThreshold,
    for_seconds: rule.forSeconds,
    keep_firing_seconds: rule.keepFiringSeconds,
    severity: rule.severity,
    source: rule.source,
    labels: rule.labels,
    enabled: rule.enabled,
  }
}

/** A rule of a user as it goes out. */
export function userRuleJson({ stored, faults }: KeptRule) {
  return {
    id: stored.id,
    title: stored.name,
    ...definitionJson(stored),
    builtin: false,
    faults: faults.map((fault) => faultJson(fault)),
    created_at: stored.createdAt.toISOString(),
    created_by: stored.createdBy,
    updated_at: stored.updatedAt.toISOString(),
    updated_by: stored.updatedBy,
  }
}

/** What is told of a built-in rule. */
export type BuiltInRule = Pick<
  Rule,
  | 'alert'
  | 'name'
  | 'severity'
  | 'source'
  | 'forSeconds'
  | 'keepFiringSeconds'
  | 'description'
  | 'action'
>

/** A built-in rule as it goes out: its condition is a program. */
export function builtInRuleJson(rule: BuiltInRule) {
  return {
    id: rule.alert,
    title: rule.name,
    name: rule.alert,
    description: rule.description,
    action: rule.action,
    query: null,
    threshold_value: null,
    clear_threshold: null,
    for_seconds: rule.forSeconds,
    keep_firing_seconds: rule.keepFiringSeconds ?? 0,
    severity: rule.severity,
    source: rule.source,
    labels: {},
    enabled: true,
    builtin: true,
    faults: [],
    ...{ created_at: null, created_by: null, updated_at: null, updated_by: null },
  }
}

/** A fault of a definition, where it was given. */
export function faultJson(
  { field, message, at }: DefinitionFault,
  path = `/body/${snakeCase(field)}`,
): Fault {
  if (at === null) return { path, message }
  const { line, column, offset, length } = at
  return {
    path,
    message: `line ${line}, column ${column}: ${message}`,
    at: { line, column, offset, length },
  }
}

/** What of a rule goes into the audit trail. */
export function auditedRule(rule: StoredRule | null) {
  return rule === null ? null : definitionJson(rule)
}
