import type { Bounds } from './bounds.ts'
import { isKnown } from './bounds.ts'
import type { Checked, CheckedNumber, CheckedTruth } from './checked.ts'
import type { Row } from './rows.ts'
import type { ComparisonOperator, Span } from './syntax.ts'
import { valueText, type Unit } from './units.ts'

/** What a query says of one place, for people and for programs. */
export interface Explanation {
  /** `cpu_usage is 91.2 % (above 80 %)`, the parts that made it so. */
  text: string
  /** What was measured, by the full name of the metric, or as the query calls it where it is calculated. */
  values: Readonly<Record<string, number | null>>
}

/** Why a condition is true at the place of a row that its evaluation yielded. */
export function explain(query: string, checked: CheckedTruth, row: Row): Explanation {
  const explaining = { query, values: {} }
  const parts = reasons(checked, row, true, explaining)
  return { text: [...new Set(parts)].join(' and '), values: explaining.values }
}

interface Explaining {
  query: string
  values: Record<string, number | null>
}

/** The comparisons that make it what it is, `is`. */
function reasons(checked: CheckedTruth, row: Row | null, is: boolean, to: Explaining): string[] {
  if (row === null) return []
  const { left, right } = row
  switch (checked.kind) {
    case 'not':
      return reasons(checked.of, left, !is, to)
    case 'and':
    case 'or': {
      const made = (of: Row | null) =>
        of !== null && of.value.low === of.value.high && (of.value.low === 1) === is
      return [
        ...(made(left) ? reasons(checked.left, left, is, to) : []),
        ...(made(right) ? reasons(checked.right, right, is, to) : []),
      ]
    }
    case 'comparison':
      return [compared(checked, left, right, is, to)]
  }
}

const WORDS: Readonly<Record<ComparisonOperator, string>> = {
  '>': 'above',
  '>=': 'at least',
  '<': 'below',
  '<=': 'at most',
  '==': '',
  '!=': 'not',
}
const OPPOSITES: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  '>': '<=',
  '>=': '<',
  '<': '>=',
  '<=': '>',
  '==': '!=',
  '!=': '==',
}
const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  ...{ '>': '<', '>=': '<=', '<': '>', '<=': '>=' },
  ...{ '==': '==', '!=': '!=' },
}

function compared(
  { operator, left, right }: Extract<CheckedTruth, { kind: 'comparison' }>,
  leftRow: Row | null,
  rightRow: Row | null,
  is: boolean,
  to: Explaining,
): string {
  const actual = is ? operator : OPPOSITES[operator]
  // A number that was written stands at the right, and has no row.
  if (left.kind === 'number') return said(right, rightRow, MIRRORED[actual], left, leftRow, to)
  return said(left, leftRow, actual, right, rightRow, to)
}

function said(
  measured: CheckedNumber,
  row: Row | null,
  operator: ComparisonOperator,
  against: CheckedNumber,
  againstRow: Row | null,
  to: Explaining,
): string {
  collect(measured, row, to)
  collect(against, againstRow, to)
  const value = row === null ? 'unknown' : boundsText(row.value, measured.unit)
  const unit = against.unit ?? measured.unit
  const limit =
    against.kind === 'number'
      ? valueText(against.value, unit)
      : `${written(against.at, to)}, ${againstRow === null ? 'unknown' : boundsText(againstRow.value, unit)}`
  const words = WORDS[operator]
  return `${written(measured.at, to)} is ${value}${words === '' ? '' : ` (${words} ${limit})`}`
}

function written({ offset, length }: Span, { query }: Explaining): string {
  return query.slice(offset, offset + length).replace(/\s+/g, ' ')
}

function boundsText(value: Bounds, unit: Unit | null): string {
  if (isKnown(value)) return valueText(value.low, unit)
  if (value.low > -Infinity) return `at least ${valueText(value.low, unit)}`
  return value.high < Infinity ? `at most ${valueText(value.high, unit)}` : 'unknown'
}

/** The values of the metrics a number was calculated from; of an aggregate its own, as it has those of many places. */
function collect(checked: Checked, row: Row | null, to: Explaining): void {
  if (row === null) return
  const { left, right } = row
  switch (checked.kind) {
    case 'metric': {
      const { name } = checked.selection.metric
      // One metric at two places, each by how it is written.
      to.values[name in to.values ? written(checked.at, to) : name] = knownValue(row)
      break
    }
    case 'over':
    case 'aggregate':
      to.values[written(checked.at, to)] = knownValue(row)
      break
    case 'calculated':
      to.values[written(checked.at, to)] = knownValue(row)
      collect(checked.of, row, to)
      break
    case 'negative':
    case 'shaped':
      collect(checked.of, left, to)
      break
    case 'arithmetic':
      collect(checked.left, left, to)
      collect(checked.right, right, to)
      break
    case 'number':
    case 'time':
    case 'comparison':
    case 'and':
    case 'or':
    case 'not':
      break
  }
}

function knownValue({ value }: Row): number | null {
  return isKnown(value) ? value.low : null
}
