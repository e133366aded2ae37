import type { ArithmeticOperator, ComparisonOperator } from './syntax.ts'

/**
 * What is known of a number: it is not less than `low` and not more than `high`. Both are the same where it is
 * known, and infinite where nothing is. In between it is the greatest of some values of which one is not known.
 * Of what is true or false they are 1 and 0, so that 0 to 1 is undecided: the third value of Kleene's logic.
 */
export interface Bounds {
  readonly low: number
  readonly high: number
}

/** Nothing is known of the number. */
export const unknownNumber: Bounds = { low: -Infinity, high: Infinity }
/** Nothing is known of whether it is so. */
export const undecided: Bounds = { low: 0, high: 1 }
/** It is so. */
export const yes: Bounds = { low: 1, high: 1 }
/** It is not so. */
export const no: Bounds = { low: 0, high: 0 }

/** A number that is known; what is no number, or without end, is unknown. */
export function known(value: number): Bounds {
  return Number.isFinite(value) ? { low: value, high: value } : unknownNumber
}

/** The bounds, or unknown where calculating them has left what numbers can hold. */
function between(low: number, high: number): Bounds {
  return low <= high && low < Infinity && high > -Infinity ? { low, high } : unknownNumber
}

/** Whether the number is known. */
export function isKnown({ low, high }: Bounds): boolean {
  return low === high
}

/** Arithmetic of what is known of numbers: the result is within the bounds, whatever within theirs the operands are. */
export const arithmetic: Readonly<Record<ArithmeticOperator, (a: Bounds, b: Bounds) => Bounds>> = {
  '+': (a, b) => between(a.low + b.low, a.high + b.high),
  '-': (a, b) => between(a.low - b.high, a.high - b.low),
  '*': times,
  '/': (a, b) => {
    if (isKnown(a) && isKnown(b)) return known(a.low / b.low)
    if (b.low <= 0 && b.high >= 0) return unknownNumber
    return times(a, between(1 / b.high, 1 / b.low))
  },
  '%': (a, b) => (isKnown(a) && isKnown(b) ? known(a.low % b.low) : unknownNumber),
  '^': (a, b) => (isKnown(a) && isKnown(b) ? known(a.low ** b.low) : unknownNumber),
}

function times(a: Bounds, b: Bounds): Bounds {
  if (isKnown(a) && isKnown(b)) return known(a.low * b.low)
  const products = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high]
    // Nothing times anything, however much, is nothing.
    .map((product) => (Number.isNaN(product) ? 0 : product))
  return between(Math.min(...products), Math.max(...products))
}

/** Comparisons, with what is known of two numbers. */
export const comparison: Readonly<Record<ComparisonOperator, (a: Bounds, b: Bounds) => Bounds>> = {
  '>': (a, b) => decided(a.low > b.high, a.high <= b.low),
  '>=': (a, b) => decided(a.low >= b.high, a.high < b.low),
  '<': (a, b) => decided(a.high < b.low, a.low >= b.high),
  '<=': (a, b) => decided(a.high <= b.low, a.low > b.high),
  '==': same,
  '!=': (a, b) => not(same(a, b)),
}

function same(a: Bounds, b: Bounds): Bounds {
  return decided(isKnown(a) && isKnown(b) && a.low === b.low, a.high < b.low || a.low > b.high)
}

function decided(isSo: boolean, isNotSo: boolean): Bounds {
  if (isSo) return yes
  return isNotSo ? no : undecided
}

/** True when both are, false when either is not. */
export function both(a: Bounds, b: Bounds): Bounds {
  return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) }
}

/** True when either is, false when both are not. */
export function either(a: Bounds, b: Bounds): Bounds {
  return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) }
}

/** The opposite; undecided stays so. */
export function not({ low, high }: Bounds): Bounds {
  return { low: 1 - high, high: 1 - low }
}

/** `-x`. */
export function negative({ low, high }: Bounds): Bounds {
  return { low: -high, high: -low }
}

/** Functions of one number that never fall where the number rises. */
export const rising: Readonly<Record<'round' | 'floor' | 'ceil', (of: Bounds) => Bounds>> = {
  round: ({ low, high }) => ({ low: Math.round(low), high: Math.round(high) }),
  floor: ({ low, high }) => ({ low: Math.floor(low), high: Math.floor(high) }),
  ceil: ({ low, high }) => ({ low: Math.ceil(low), high: Math.ceil(high) }),
}

/** `abs(x)`. */
export function absolute({ low, high }: Bounds): Bounds {
  if (low >= 0) return { low, high }
  if (high <= 0) return { low: -high, high: -low }
  return { low: 0, high: Math.max(-low, high) }
}

/** What several come to. */
export type Aggregate = 'sum' | 'min' | 'max' | 'avg' | 'count'

/** An aggregate of numbers of at least one place; `open` where there may be more places, of which nothing is known. */
export function aggregateOf(
  kind: Exclude<Aggregate, 'count'>,
  of: readonly Bounds[],
  open: boolean,
): Bounds {
  switch (kind) {
    case 'sum':
      return open ? unknownNumber : of.reduce((a, b) => arithmetic['+'](a, b))
    case 'avg': {
      if (open) return unknownNumber
      const sum = of.reduce((a, b) => arithmetic['+'](a, b))
      return between(sum.low / of.length, sum.high / of.length)
    }
    case 'max':
      return of.reduce(either, { low: -Infinity, high: open ? Infinity : -Infinity })
    case 'min':
      return of.reduce(both, { low: open ? -Infinity : Infinity, high: Infinity })
  }
}

/** How many: of what is true or false those that are true, of numbers all; and of those that were not read. */
export function countOf(
  of: readonly Bounds[],
  isTruth: boolean,
  unread: readonly Bounds[],
): Bounds {
  const open = isTruth ? unread.some(({ high }) => high === 1) : unread.length > 0
  const least = isTruth ? of.filter(({ low }) => low === 1).length : of.length
  const most = isTruth ? of.filter(({ high }) => high === 1).length : of.length
  return { low: least, high: open ? Infinity : most }
}
