import type { Checking } from './check.ts'
import type { CheckedNumber } from './checked.ts'
import type { ArithmeticOperator, Span } from './syntax.ts'
import { valueText, type Unit } from './units.ts'

/**
 * Of a percentage that was written, `80%`: what it means depends on what is beside it. Of a metric in percent it
 * is 80, else 0.8. Every number of this unit is settled before it is used.
 */
const WRITTEN_PERCENT = '%'

/** The operands, once it is clear what their percentages mean; `alike` when they have to be of one unit. */
export function settledPair(
  left: CheckedNumber,
  right: CheckedNumber,
  alike: boolean,
  at: Span,
  checking: Checking,
): readonly [CheckedNumber, CheckedNumber] | null {
  const isOpen = ({ unit }: CheckedNumber) => unit === WRITTEN_PERCENT
  // What is still open stays so as long as there are only such numbers.
  if (alike && isOpen(left) && isOpen(right)) return [left, right]
  const one = settled(left, alike ? right.unit : null, checking)
  const other = settled(right, alike ? left.unit : null, checking)
  if (one === null || other === null) return null
  if (alike && one.unit !== null && other.unit !== null && one.unit !== other.unit) {
    return checking.fault(at, `${one.unit} and ${other.unit} do not go together`)
  }
  return [one, other]
}

/** A number beside something of a unit: what its percentage means. */
export function settled(
  number: CheckedNumber,
  beside: Unit | null,
  checking: Checking,
): CheckedNumber | null {
  if (number.unit !== WRITTEN_PERCENT || number.kind !== 'number') return number
  if (beside === 'percent') return { ...number, unit: 'percent' }
  if (beside === null || beside === 'ratio' || beside === WRITTEN_PERCENT) {
    return { ...number, value: number.value / 100, unit: beside === 'ratio' ? beside : null }
  }
  const text = valueText(number.value, 'percent')
  return checking.fault(number.at, `${text} of what? What it stands beside is in ${beside}`)
}

/** The unit of what arithmetic comes to; null where it has no name. */
export function unitOfResult(
  operator: ArithmeticOperator,
  left: CheckedNumber,
  right: CheckedNumber,
): Unit | null {
  switch (operator) {
    case '+':
    case '-':
      if (left.unit === 'timestamp') return right.unit === 'timestamp' ? 'seconds' : 'timestamp'
      return left.unit ?? right.unit
    case '%':
      return left.unit
    case '/':
      return left.unit !== null && left.unit === right.unit ? 'ratio' : null
    case '*':
    case '^':
      return null
  }
}
