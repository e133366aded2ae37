import type { Metrics } from '../../history/metrics.ts'
import { Beat } from './beat.ts'
import { checkNames, checkQuery, rangesOf } from './check.ts'
import { selectionsOf, type Checked, type CheckedNumber, type CheckedTruth } from './checked.ts'
import { evaluatorOf } from './evaluate.ts'
import type { Catalogue } from './names.ts'
import { STALE_SECONDS } from './over-time.ts'
import { loadParser } from './parse.ts'
import type { Rows } from './rows.ts'
import type { ComparisonOperator, QueryFault } from './syntax.ts'

/** A query that is read and makes sense, or all that is wrong with it. */
export type QueryReading =
  { query: Query; faults: readonly [] } | { query: null; faults: readonly QueryFault[] }

/** Reads a query. Does not reject, but where the library that parses cannot be loaded. */
export async function readQuery(text: string, catalogue: Catalogue): Promise<QueryReading> {
  const parse = await loadParser()
  const { tree, faults } = parse(text)
  if (faults.length > 0) {
    const names = checkNames(text, tree, catalogue, parse)
    const all = [...faults, ...names].sort((one, other) => one.offset - other.offset)
    return { query: null, faults: all }
  }
  const { checked, faults: found } = checkQuery(text, tree, catalogue, parse)
  if (checked === null) return { query: null, faults: found }
  return { query: { text, checked }, faults: [] }
}

/** A query that makes sense. */
export interface Query {
  text: string
  checked: Checked
}

/** A query that is true or false at each place. */
export interface Condition extends Query {
  checked: CheckedTruth
}

/** A condition that is one comparison with a number that was written. */
export interface Threshold {
  measured: CheckedNumber
  /** As it stands between what is measured and the number. */
  operator: ComparisonOperator
  value: number
}

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ...{ '>': '<', '>=': '<=', '<': '>', '<=': '>=' },
  ...{ '==': '==', '!=': '!=' },
}

/** The threshold of a condition that has one; null of all others. */
export function thresholdOf({ checked }: Query): Threshold | null {
  if (checked.kind !== 'comparison') return null
  const { operator, left, right } = checked
  if (right.kind === 'number') return { measured: left, operator, value: right.value }
  if (left.kind !== 'number') return null
  return { measured: right, operator: MIRRORED[operator], value: left.value }
}

/** The condition that compares with another number, or a number with one. */
export function comparedWith(
  { text, checked }: Query,
  { measured, operator, value }: Threshold,
): Condition {
  const { at } = checked
  const right = { kind: 'number', at, value, unit: measured.unit } as const
  return { text, checked: { kind: 'comparison', at, operator, left: measured, right } }
}

/** The full names of the metrics that a query is about, each once. */
export function metricsOf({ checked }: Query): string[] {
  return [...new Set(selectionsOf(checked).map(({ metric }) => metric.name))]
}

/** For how many seconds before now the values of a metric are needed, by its full name. */
export function rangesOfQuery({ checked }: Query): ReadonlyMap<string, number> {
  return rangesOf(checked, STALE_SECONDS)
}

/** Makes it something that can be evaluated again and again. Throws TooManyPlacesError when it is. */
export function evaluator({ checked }: Query): (metrics: Metrics) => Rows {
  const evaluate = evaluatorOf(checked)
  return (metrics) => evaluate(Beat.of(metrics))
}
