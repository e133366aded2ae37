import { checkCall } from './check-call.ts'
import {
  isTruth,
  partsOf,
  selectionsOf,
  type Checked,
  type CheckedNumber,
  type CheckedTruth,
} from './checked.ts'
import { settled, settledPair, unitOfResult } from './check-units.ts'
import type { CalculatedNumber } from './calculated.ts'
import { arithmetic, known } from './bounds.ts'
import type { Catalogue } from './names.ts'
import type { Parse } from './parse.ts'
import { select } from './select.ts'
import {
  expressionsOf,
  faultAt,
  type Arithmetic,
  type Comparison,
  type Expression,
  type Matcher,
  type MetricSelector,
  type NumberLiteral,
  type QueryFault,
  type Span,
} from './syntax.ts'
import { unitOfMetric } from './units.ts'

/** More than these would not be read. */
const MAX_FAULTS = 20

/** Checks one query. Null is what has a fault, which is told already. */
export interface Checking {
  readonly catalogue: Catalogue
  fault(at: Span, message: string): null
  any(expression: Expression): Checked | null
  number(expression: Expression, why: string): CheckedNumber | null
  truth(expression: Expression, why: string): CheckedTruth | null
}

/** Looks up the names of a query and sees that it makes sense; tells every fault that it finds, in their order. */
export function checkQuery(
  query: string,
  tree: Expression,
  catalogue: Catalogue,
  parse: Parse,
): { checked: Checked | null; faults: readonly QueryFault[] } {
  const faults: QueryFault[] = []
  const checking = new QueryChecking(query, catalogue, parse, faults)
  const found = checking.any(tree)
  const checked = found === null || isTruth(found) ? found : settled(found, null, checking)
  if (checked !== null && faults.length === 0 && selectionsOf(checked).length === 0) {
    checking.fault(tree.at, 'names no metric: it says the same for ever')
  }
  return { checked: faults.length === 0 ? checked : null, faults: inOrder(faults) }
}

/** The faults of the names alone, in a query whose syntax has faults: what is missing there makes no sense. */
export function checkNames(
  query: string,
  tree: Expression,
  catalogue: Catalogue,
  parse: Parse,
): readonly QueryFault[] {
  const faults: QueryFault[] = []
  const checking = new QueryChecking(query, catalogue, parse, faults)
  for (const part of expressionsOf(tree)) if (part.kind === 'metric') checking.any(part)
  return inOrder(faults)
}

/** Each once, however often it was found. */
function inOrder(faults: readonly QueryFault[]): readonly QueryFault[] {
  const told = new Map(faults.map((fault) => [`${fault.offset} ${fault.message}`, fault]))
  return [...told.values()].sort((one, other) => one.offset - other.offset).slice(0, MAX_FAULTS)
}

class QueryChecking implements Checking {
  readonly catalogue: Catalogue
  readonly #query: string
  readonly #parse: Parse
  readonly #faults: QueryFault[]

  constructor(query: string, catalogue: Catalogue, parse: Parse, faults: QueryFault[]) {
    this.#query = query
    this.catalogue = catalogue
    this.#parse = parse
    this.#faults = faults
  }

  fault(at: Span, message: string): null {
    this.#faults.push(faultAt(this.#query, at, message))
    return null
  }

  number(expression: Expression, why: string): CheckedNumber | null {
    const found = this.any(expression)
    if (found === null || !isTruth(found)) return found
    return this.fault(found.at, `${why} needs a number; this is true or false`)
  }

  truth(expression: Expression, why: string): CheckedTruth | null {
    const found = this.any(expression)
    if (found === null || isTruth(found)) return found
    return this.fault(
      found.at,
      `${why} needs a condition; this is a number: compare it with something`,
    )
  }

  any(expression: Expression): Checked | null {
    const { at } = expression
    switch (expression.kind) {
      case 'missing':
        return null
      case 'number':
        return literal(expression)
      case 'metric':
        return this.#metric(expression)
      case 'negative': {
        const of = this.number(expression.of, '"-"')
        if (of?.kind === 'number') return { ...of, at, value: -of.value }
        return of === null ? null : { kind: 'negative', at, unit: of.unit, of }
      }
      case 'arithmetic':
        return this.#arithmetic(expression)
      case 'comparison':
        return this.#comparison(expression)
      case 'and':
      case 'or': {
        const left = this.truth(expression.left, `"${expression.kind}"`)
        const right = this.truth(expression.right, `"${expression.kind}"`)
        return left === null || right === null ? null : { kind: expression.kind, at, left, right }
      }
      case 'not': {
        const of = this.truth(expression.of, '"not"')
        return of === null ? null : { kind: 'not', at, of }
      }
      case 'call':
        return checkCall(expression, this)
    }
  }

  #metric({ at, name, matchers }: MetricSelector): CheckedNumber | null {
    const nameAt = { offset: at.offset, length: name.length }
    const found = this.catalogue.find(name)
    // The faults of matchers are told whatever the name is.
    const selection = select(found.kind === 'metric' ? found.metric : null, matchers, this)
    switch (found.kind) {
      case 'metric':
        if (selection === null) return null
        return { kind: 'metric', at, selection, unit: unitOfMetric(found.metric.name) }
      case 'calculated':
        return this.#calculated(found.number, at, matchers)
      case 'ambiguous':
        return this.fault(nameAt, `${name} may be ${found.candidates.join(' or ')}`)
      case 'unknown': {
        const near = found.nearest.length === 0 ? '' : `; is it ${found.nearest.join(' or ')}?`
        return this.fault(nameAt, `there is no metric ${name}${near}`)
      }
    }
  }

  /** The query that the name stands for, of the places that the matchers want. */
  #calculated(
    { query, unit }: CalculatedNumber,
    at: Span,
    matchers: readonly Matcher[],
  ): CheckedNumber | null {
    const { tree } = this.#parse(query)
    const of = this.any(withMatchers(tree, matchers))
    return of === null || isTruth(of) ? null : { kind: 'calculated', at, unit, of }
  }

  #arithmetic({ at, operator, left, right }: Arithmetic): CheckedNumber | null {
    const one = this.number(left, `"${operator}"`)
    const other = this.number(right, `"${operator}"`)
    if (one === null || other === null) return null
    const pair = settledPair(one, other, ['+', '-'].includes(operator), at, this)
    if (pair === null) return null
    const unit = unitOfResult(operator, ...pair)
    const [first, second] = pair
    if (first.kind !== 'number' || second.kind !== 'number') {
      return { kind: 'arithmetic', at, operator, left: first, right: second, unit }
    }
    const { low, high } = arithmetic[operator](known(first.value), known(second.value))
    if (low !== high) return this.fault(at, 'this is no number')
    return { kind: 'number', at, value: low, unit }
  }

  #comparison({ at, operator, left, right }: Comparison): CheckedTruth | null {
    const one = this.number(left, `"${operator}"`)
    const other = this.number(right, `"${operator}"`)
    if (one === null || other === null) return null
    const pair = settledPair(one, other, true, at, this)
    return pair === null
      ? null
      : { kind: 'comparison', at, operator, left: pair[0], right: pair[1] }
  }
}

function literal({ at, value, unit }: NumberLiteral): CheckedNumber {
  return { kind: 'number', at, value, unit: unit === 'percent' ? '%' : unit }
}

function withMatchers(expression: Expression, matchers: readonly Matcher[]): Expression {
  if (expression.kind === 'metric') return { ...expression, matchers }
  if (expression.kind !== 'arithmetic') return expression
  const { left, right } = expression
  return {
    ...expression,
    left: withMatchers(left, matchers),
    right: withMatchers(right, matchers),
  }
}

/** How much of the past a checked query wants to be loaded, by the full name of the metric. */
export function rangesOf(checked: Checked, staleSeconds: number): Map<string, number> {
  const ranges = new Map<string, number>()
  for (const part of partsOf(checked)) {
    if (part.kind !== 'over') continue
    const { name } = part.selection.metric
    ranges.set(name, Math.max(ranges.get(name) ?? 0, part.seconds + staleSeconds))
  }
  return ranges
}
