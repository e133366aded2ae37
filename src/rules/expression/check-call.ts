import type { Aggregate } from './bounds.ts'
import type { Checking } from './check.ts'
import { settled } from './check-units.ts'
import { isTruth, shapings, type CheckedNumber, type Shaping } from './checked.ts'
import { nearest } from './nearest.ts'
import { overTimeFunctions, type OverTimeFunction } from './over-time.ts'
import { select } from './select.ts'
import type { Call, Expression } from './syntax.ts'
import { perSecond, unitOfMetric, valueText } from './units.ts'

const aggregates = ['sum', 'min', 'max', 'avg', 'count'] as const satisfies Aggregate[]

interface Signature {
  /** How many expressions it is given. */
  takes: number
  usage: string
}

/** All functions. */
export const functions: ReadonlyMap<string, Signature> = new Map([
  ...signatures(aggregates, 1, '(x), or with by (labels)'),
  ...signatures(overTimeFunctions, 2, '(metric, duration)'),
  ...signatures(['predict_linear'], 3, '(metric, duration, how far ahead)'),
  ...signatures(shapings, 1, '(x)'),
  ...signatures(['time'], 0, '()'),
])

function signatures(
  names: readonly string[],
  takes: number,
  given: string,
): (readonly [string, Signature])[] {
  return names.map((name) => [name, { takes, usage: name + given }])
}

/** So much of the past is asked for at most. */
export const MAX_WINDOW_SECONDS = 7 * 86_400
const MAX_AHEAD_SECONDS = 366 * 86_400

/** A function and what it is given. */
export function checkCall(call: Call, checking: Checking): CheckedNumber | null {
  const { name, nameAt, by, at } = call
  const signature = functions.get(name)
  if (signature === undefined) {
    // What it is given has faults of its own.
    for (const given of call.arguments) checking.any(given)
    return checking.fault(nameAt, `there is no function ${name}${hint(name)}`)
  }
  const aggregate = aggregates.find((each) => each === name)
  if (by !== null && aggregate === undefined) {
    checking.fault(by[0]?.at ?? nameAt, `"by" is for ${aggregates.join(', ')}`)
  }
  const wrong = call.arguments.length !== signature.takes
  if (wrong) checking.fault(at, `it is ${signature.usage}`)
  if (aggregate !== undefined) return checkAggregate(call, aggregate, checking)
  const over = overTimeFunctions.find((each) => each === name)
  if (over !== undefined) return checkOverTime(call, over, checking)
  const shaping = shapings.find((each) => each === name)
  if (shaping !== undefined) return checkShaping(call, shaping, checking)
  return wrong ? null : { kind: 'time', at, unit: 'timestamp' }
}

function hint(name: string): string {
  const names = [...functions.keys()]
  const near = nearest(name, new Map(names.map((each) => [each, each])), 2)
  return near.length === 0 ? `; there are ${names.join(', ')}` : `; is it ${near.join(' or ')}?`
}

function checkAggregate(
  { arguments: [given], by, at }: Call,
  kind: Aggregate,
  checking: Checking,
): CheckedNumber | null {
  const names = by?.map((label) => label.name) ?? []
  for (const label of by ?? []) {
    if (!/^\w+$/.test(label.name)) checking.fault(label.at, `${label.name} is no name of a label`)
  }
  if (given === undefined) return null
  const of = kind === 'count' ? checking.any(given) : checking.number(given, kind)
  if (of === null) return null
  const unit = kind === 'count' || isTruth(of) ? null : of.unit
  return { kind: 'aggregate', at, function: kind, by: [...new Set(names)], of, unit }
}

function checkShaping(
  { arguments: [given], at }: Call,
  shaping: Shaping,
  checking: Checking,
): CheckedNumber | null {
  if (given === undefined) return null
  const number = checking.number(given, shaping)
  const of = number === null ? null : settled(number, null, checking)
  return of === null ? null : { kind: 'shaped', at, function: shaping, of, unit: of.unit }
}

function checkOverTime(
  call: Call,
  kind: OverTimeFunction,
  checking: Checking,
): CheckedNumber | null {
  const [given, window, ahead] = call.arguments
  const selection = given === undefined ? null : selectionOf(given, kind, checking)
  const seconds = window === undefined ? null : durationOf(window, MAX_WINDOW_SECONDS, checking)
  const aheadSeconds = ahead === undefined ? 0 : durationOf(ahead, MAX_AHEAD_SECONDS, checking)
  if (selection === null || seconds === null || aheadSeconds === null) return null
  const { name } = selection.metric
  const unit = kind === 'rate' ? perSecond(unitOfMetric(name)) : unitOfMetric(name)
  return { kind: 'over', at: call.at, function: kind, selection, seconds, aheadSeconds, unit }
}

/** Only what is stored has a past, and that are metrics. */
function selectionOf(given: Expression, kind: OverTimeFunction, checking: Checking) {
  if (given.kind !== 'metric') {
    if (checking.any(given) === null) return null
    return checking.fault(given.at, `${kind} needs a metric: only of metrics the past is stored`)
  }
  const found = checking.catalogue.find(given.name)
  if (found.kind === 'calculated') {
    const from = found.number.metrics.join(' and ')
    return checking.fault(
      given.at,
      `${kind} needs a metric: ${given.name} is calculated from ${from}`,
    )
  }
  if (found.kind !== 'metric') {
    checking.any(given)
    return null
  }
  const { name, type } = found.metric
  if (type === 'gauge' && ['rate', 'increase'].includes(kind)) {
    checking.fault(
      given.at,
      `${kind} is for what counts up, and ${name} goes up and down: use delta`,
    )
  }
  if (type === 'counter' && kind === 'delta') {
    checking.fault(given.at, `${name} counts up, and from 0 again after a reset: use increase`)
  }
  return select(found.metric, given.matchers, checking)
}

function durationOf(given: Expression, most: number, checking: Checking): number | null {
  const number = checking.number(given, 'a duration')
  if (number === null) return null
  const { kind, unit, at } = number
  const ofSeconds = kind === 'number' && (unit === null || unit === 'seconds')
  if (!ofSeconds) return checking.fault(at, 'this has to be a duration, such as 5m, 6h or 1d')
  if (number.value > 0 && number.value <= most) return number.value
  return checking.fault(
    at,
    `a duration is more than nothing here, and at most ${valueText(most, 'seconds')}`,
  )
}
