import { type Beat } from './beat.ts'
import {
  absolute,
  aggregateOf,
  arithmetic,
  both,
  comparison,
  countOf,
  known,
  negative,
  not,
  rising,
  type Bounds,
} from './bounds.ts'
import { isTruth, type Checked, type CheckedNumber } from './checked.ts'
import { groupRows, joinEither, joinShared, leaf, mapRows, type Rows } from './rows.ts'

/** Evaluates a query on the numbers of one moment. Throws TooManyPlacesError. */
export type Evaluate = (beat: Beat) => Rows

/** Makes a query something that can be evaluated again and again. */
export function evaluatorOf(checked: Checked): Evaluate {
  switch (checked.kind) {
    case 'number': {
      const rows = { rows: [leaf({}, known(checked.value))], gaps: [] }
      return () => rows
    }
    case 'time':
      return (beat) => ({ rows: [leaf({}, known(beat.nowMs / 1000))], gaps: [] })
    case 'metric':
      return (beat) => beat.select(checked.selection)
    case 'over':
      return (beat) => beat.overTime(checked)
    case 'calculated':
      return evaluatorOf(checked.of)
    case 'negative':
      return mapped(checked.of, negative)
    case 'shaped':
      return mapped(checked.of, checked.function === 'abs' ? absolute : rising[checked.function])
    case 'arithmetic':
      return joinedNumbers(checked.left, checked.right, arithmetic[checked.operator])
    case 'comparison':
      return joinedNumbers(checked.left, checked.right, comparison[checked.operator])
    case 'aggregate': {
      const { function: kind, by } = checked
      const of = evaluatorOf(checked.of)
      const truths = isTruth(checked.of)
      return (beat) =>
        groupRows(of(beat), by, (values, unread) =>
          kind === 'count'
            ? countOf(values, truths, unread)
            : aggregateOf(kind, values, unread.length > 0),
        )
    }
    case 'and':
    case 'or': {
      const left = evaluatorOf(checked.left)
      const right = evaluatorOf(checked.right)
      if (checked.kind === 'or') return (beat) => joinEither(left(beat), right(beat))
      return (beat) => joinShared(left(beat), right(beat), both)
    }
    case 'not':
      return mapped(checked.of, not)
  }
}

function mapped(of: Checked, change: (value: Bounds) => Bounds): Evaluate {
  const evaluate = evaluatorOf(of)
  return (beat) => mapRows(evaluate(beat), change)
}

/** With a number that was written there is nothing to join. */
function joinedNumbers(
  left: CheckedNumber,
  right: CheckedNumber,
  combine: (left: Bounds, right: Bounds) => Bounds,
): Evaluate {
  if (right.kind === 'number') {
    const value = known(right.value)
    return mapped(left, (each) => combine(each, value))
  }
  const one = evaluatorOf(left)
  const other = evaluatorOf(right)
  return (beat) => joinShared(one(beat), other(beat), combine)
}
