import type { Labels, Metrics } from '../history/metrics.ts'
import { isTruth } from './expression/checked.ts'
import { explain } from './expression/explain.ts'
import type { Catalogue } from './expression/names.ts'
import {
  comparedWith,
  evaluator,
  metricsOf,
  rangesOfQuery,
  readQuery,
  thresholdOf,
  type Condition,
  type Query,
} from './expression/query.ts'
import { MAX_ROWS, TooManyPlacesError, type Row, type Rows } from './expression/rows.ts'
import type { ComparisonOperator, QueryFault } from './expression/syntax.ts'
import { numberText } from './expression/units.ts'
import type { Finding, Rule, Severity, Source } from './rule.ts'

/** A rule that a user wrote. */
export interface RuleDefinition {
  /** The `alert` of the rule, and the title of its alerts. */
  name: string
  description: string
  action: string
  query: string
  /** Where the line is, of a query that compares with one number; null of one that does not. */
  thresholdValue: number | null
  /** Where an alert is over that fires; null where it is over where it began. */
  clearThreshold: number | null
  forSeconds: number
  keepFiringSeconds: number
  severity: Severity
  source: Source
  /** Added to those of the places. */
  labels: Labels
  enabled: boolean
}

/** What is wrong with a field of a definition; with its place where it is the query. */
export interface DefinitionFault {
  field: 'query' | 'thresholdValue' | 'clearThreshold'
  message: string
  at: QueryFault | null
}

/** A definition that can be evaluated. */
export interface UserRule {
  /** With the threshold filled in from the query, or from the definition into the query. */
  definition: RuleDefinition
  rule: Rule<'metrics'>
  /** For how many seconds before now it needs the values of a metric, by its full name. */
  ranges: ReadonlyMap<string, number>
  /** The full names of its metrics. */
  metrics: readonly string[]
  /** What it says of every place that it knows, whether its condition holds there or not. */
  look(metrics: Metrics): PlaceSaid[]
}

/** What a rule says of a place. */
export interface PlaceSaid {
  labels: Labels
  /** What is compared with the threshold; null where it is not known, and of a rule without one. */
  value: number | null
  /** Null is undecided. */
  holds: boolean | null
}

/** Compiles a definition, or tells all that is wrong with it. */
export async function compileRule(
  definition: RuleDefinition,
  catalogue: Catalogue,
): Promise<
  | { compiled: UserRule; faults: readonly [] }
  | { compiled: null; faults: readonly DefinitionFault[] }
> {
  const { query, faults: found } = await readQuery(definition.query, catalogue)
  if (query === null) {
    const faults = found.map((at) => ({ field: 'query' as const, message: at.message, at }))
    return { compiled: null, faults }
  }
  const faults: DefinitionFault[] = []
  const condition = conditionOf(query, definition, faults)
  const clear = condition === null ? null : clearConditionOf(condition, definition, faults)
  if (condition === null || faults.length > 0) return { compiled: null, faults }
  const whole = { ...definition, thresholdValue: thresholdOf(condition)?.value ?? null }
  return {
    compiled: {
      definition: whole,
      rule: ruleOf(whole, condition, clear),
      ranges: rangesOfQuery(query),
      metrics: metricsOf(query),
      look: lookerOf(condition),
    },
    faults: [],
  }
}

/** What holds the place of a rule that could be evaluated once, and cannot be now: its alerts stay as they are. */
export function brokenRule(definition: RuleDefinition): Rule<'metrics'> {
  return { ...wordsOf(definition), check: () => [], undecided: () => [{}] }
}

/** The query with its threshold, from wherever it is. */
function conditionOf(
  query: Query,
  { thresholdValue: value }: RuleDefinition,
  faults: DefinitionFault[],
): Condition | null {
  const refuse = (message: string): null => {
    faults.push({ field: 'thresholdValue', message, at: null })
    return null
  }
  const { text, checked } = query
  if (!isTruth(checked)) {
    if (value !== null) return comparedWith(query, { measured: checked, operator: '>', value })
    return refuse('is missing: the query is a number, and compares with none')
  }
  const threshold = thresholdOf(query)
  if (threshold === null) {
    return value === null
      ? { text, checked }
      : refuse('is for a query that compares with one number')
  }
  // What is measured stands at the left from here on.
  if (value === null || value === threshold.value) return comparedWith(query, threshold)
  return refuse(`is not what the query compares with, ${numberText(threshold.value)}`)
}

const FALLING: readonly ComparisonOperator[] = ['>', '>=']
const RISING: readonly ComparisonOperator[] = ['<', '<=']

/** What an alert that fires has to stop being before it is over. */
function clearConditionOf(
  condition: Condition,
  { clearThreshold: value }: RuleDefinition,
  faults: DefinitionFault[],
): Condition | null {
  if (value === null) return null
  const refuse = (message: string): null => {
    faults.push({ field: 'clearThreshold', message, at: null })
    return null
  }
  const threshold = thresholdOf(condition)
  if (threshold === null || ![...FALLING, ...RISING].includes(threshold.operator)) {
    return refuse('is for a query that compares with one number, by >, >=, < or <=')
  }
  const limit = numberText(threshold.value)
  if (FALLING.includes(threshold.operator) && value > threshold.value) {
    return refuse(`has to be ${limit} or less: the query is about what is above`)
  }
  if (RISING.includes(threshold.operator) && value < threshold.value) {
    return refuse(`has to be ${limit} or more: the query is about what is below`)
  }
  return comparedWith(condition, { ...threshold, value })
}

function wordsOf(definition: RuleDefinition) {
  const { name, severity, source, forSeconds, keepFiringSeconds, description, action } = definition
  return {
    ...{ alert: name, name, subject: 'metrics' as const },
    ...{ severity, source, forSeconds, keepFiringSeconds, description, action },
  }
}

function ruleOf(
  definition: RuleDefinition,
  condition: Condition,
  clear: Condition | null,
): Rule<'metrics'> {
  // Nothing is kept for when more is asked about the same moment, which is seldom: thousands of rules would keep much.
  const evaluate = evaluator(condition)
  const evaluateClear = clear === null ? null : evaluator(clear)
  const metrics = metricsOf(condition)
  const found = (of: Condition, { rows }: Rows, lasting: boolean): Finding[] => {
    const there = rows.filter(({ value }) => value.low === 1)
    if (there.length > MAX_ROWS) throw new TooManyPlacesError()
    return there.map((row) => findingOf({ definition, condition: of, metrics, lasting }, row))
  }
  return {
    ...wordsOf(definition),
    check: (metrics) => found(condition, evaluate(metrics), false),
    ...(clear === null || evaluateClear === null
      ? {}
      : { lingers: (metrics) => found(clear, evaluateClear(metrics), true) }),
    undecided: (metrics) => [
      ...undecidedPlaces(evaluate(metrics)),
      ...(evaluateClear === null ? [] : undecidedPlaces(evaluateClear(metrics))),
    ],
  }
}

function lookerOf(condition: Condition): UserRule['look'] {
  const evaluate = evaluator(condition)
  const hasThreshold = thresholdOf(condition) !== null
  return (metrics) =>
    evaluate(metrics).rows.map(({ labels, value, left }) => {
      const measured = hasThreshold ? left?.value : undefined
      return {
        labels: told(labels),
        value: measured !== undefined && measured.low === measured.high ? measured.low : null,
        holds: value.low === value.high ? value.low === 1 : null,
      }
    })
}

function undecidedPlaces({ rows, gaps }: Rows): Labels[] {
  return [
    ...rows.filter(({ value }) => value.low !== value.high),
    ...gaps.filter(({ value }) => value.high > 0),
  ].map(({ labels }) => told(labels))
}

interface Telling {
  definition: RuleDefinition
  condition: Condition
  metrics: readonly string[]
  /** It would not begin there, and is not over. */
  lasting: boolean
}

function findingOf({ definition, condition, metrics, lasting }: Telling, row: Row): Finding {
  const { query, labels, thresholdValue, clearThreshold } = definition
  const { text, values } = explain(condition.text, condition.checked, row)
  const place = told(row.labels)
  const where = Object.entries(place).map(([name, value]) => `${name} ${value}`)
  const why = `${where.length === 0 ? '' : `${where.join(', ')}: `}${text}.`
  return {
    // The place comes first, and stays what it is whatever the rule adds.
    labels: { ...place, ...labels, ...place },
    message: lasting ? `${why} The alert lasts for as long as that is so.` : why,
    evidence: {
      query,
      ...(thresholdValue === null ? {} : { threshold_value: thresholdValue }),
      ...(clearThreshold === null ? {} : { clear_threshold: clearThreshold }),
      values,
      metrics,
    },
  }
}

/** A label that is empty tells nothing. */
function told(labels: Labels): Labels {
  const empty = Object.values(labels).includes('')
  return empty
    ? Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
    : labels
}

const SOURCES: readonly (readonly [RegExp, Source])[] = [
  [/^(?:storwarden_)?(?:tape|library|cartridge)_/, 'tape'],
  [/^(?:storwarden_)?vtl_/, 'vtl'],
  [/^(?:storwarden_)?(?:scst|iscsi|fc)_/, 'scst'],
  [/^(?:storwarden_)?tasks_/, 'task'],
  [/^(?:storwarden_)?(?:storage|disk|array|volume|logical|filesystem|enclosure)_/, 'storage'],
  [/^(?:storwarden_)?(?:system|network|sensor|service)_/, 'system'],
]

/** Where alerts of a rule belong that does not say so: by its first metric. */
export function sourceOfMetrics([first = '']: readonly string[]): Source {
  return SOURCES.find(([pattern]) => pattern.test(first))?.[1] ?? 'storwarden'
}
