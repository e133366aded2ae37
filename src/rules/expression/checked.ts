import type { MetricName } from '../../history/metrics.ts'
import type { Aggregate } from './bounds.ts'
import type { OverTimeFunction } from './over-time.ts'
import type { ArithmeticOperator, ComparisonOperator, Span } from './syntax.ts'
import type { Unit } from './units.ts'

/** Which values of a metric are meant. */
export interface Selection {
  metric: MetricName
  /** The same for equal selections. */
  key: string
  matchers: readonly { label: string; matches(value: string): boolean }[]
}

/** A query that makes sense: names are found, functions have what they need, units go together. */
export type Checked = CheckedNumber | CheckedTruth

/** What is a number at each place. */
export type CheckedNumber = { at: Span; unit: Unit | null } & (
  | { kind: 'number'; value: number }
  | { kind: 'time' }
  | { kind: 'metric'; selection: Selection }
  | {
      kind: 'over'
      function: OverTimeFunction
      selection: Selection
      seconds: number
      aheadSeconds: number
    }
  | { kind: 'calculated'; of: CheckedNumber }
  | { kind: 'negative'; of: CheckedNumber }
  | { kind: 'arithmetic'; operator: ArithmeticOperator; left: CheckedNumber; right: CheckedNumber }
  | { kind: 'aggregate'; function: Aggregate; by: readonly string[]; of: Checked }
  | { kind: 'shaped'; function: Shaping; of: CheckedNumber }
)

/** Functions of one number. */
export type Shaping = (typeof shapings)[number]

/** Functions of one number. */
export const shapings = ['abs', 'round', 'floor', 'ceil'] as const

/** What is true or false at each place. */
export type CheckedTruth = { at: Span } & (
  | { kind: 'comparison'; operator: ComparisonOperator; left: CheckedNumber; right: CheckedNumber }
  | { kind: 'and' | 'or'; left: CheckedTruth; right: CheckedTruth }
  | { kind: 'not'; of: CheckedTruth }
)

/** Whether it is true or false, and no number. */
export function isTruth(checked: Checked): checked is CheckedTruth {
  return ['comparison', 'and', 'or', 'not'].includes(checked.kind)
}

/** What a query asks for, part by part from the left, itself first. */
export function* partsOf(checked: Checked): Generator<Checked> {
  yield checked
  for (const part of partsBelow(checked)) yield* partsOf(part)
}

function partsBelow(checked: Checked): readonly Checked[] {
  switch (checked.kind) {
    case 'number':
    case 'time':
    case 'metric':
    case 'over':
      return []
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      return [checked.left, checked.right]
    case 'calculated':
    case 'negative':
    case 'aggregate':
    case 'shaped':
    case 'not':
      return [checked.of]
  }
}

/** The selections of a query, in its order. */
export function selectionsOf(checked: Checked): Selection[] {
  return [...partsOf(checked)].flatMap((part) =>
    part.kind === 'metric' || part.kind === 'over' ? part.selection : [],
  )
}
