import type { Fault } from './problem.ts'

/** A value as it is handed in. */
export interface GivenMetric {
  name: string
  metric_type: 'counter' | 'gauge' | 'histogram'
  value: number
  labels?: Record<string, string>
  timestamp?: string
}

/** As old as a value may be, and how far ahead the clock of who hands it in may go, ms. */
export interface MetricWindow {
  lateMs: number
  aheadMs: number
}

// Prometheus, "Metric names and labels": colons are for what its rules record; __ is its own.
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u

const MOST_LABEL_NAME = 64
/** What is handed in is added up, and sums have to be numbers. */
const LARGEST = 1e290

/** The faults of a value that its schema does not tell: names, labels, sizes, and a time that is not taken. */
export function faultsOfMetric(
  given: Partial<GivenMetric>,
  now: Date,
  { lateMs, aheadMs }: MetricWindow,
): Fault[] {
  const { name, metric_type: type, value, labels, timestamp } = given
  const faults: Fault[] = []
  const find = (isFault: boolean, path: string, message: string) => {
    if (isFault) faults.push({ path: `/body/${path}`, message })
  }
  find(
    name !== undefined && !NAME.test(name),
    'name',
    'must be letters, digits, _ and :, and not begin with a digit',
  )
  for (const [label, text] of Object.entries(labels ?? {})) {
    const isName = label.length <= MOST_LABEL_NAME && LABEL.test(label)
    const rule = `must have a name of at most ${MOST_LABEL_NAME} letters, digits and _, not begin with a digit or __`
    find(!isName, `labels/${label}`, rule)
    find(text === '', `labels/${label}`, 'must not be empty: that is to have no such label')
    find(CONTROL.test(text), `labels/${label}`, 'must not contain control characters')
  }
  if (value !== undefined) {
    find(Math.abs(value) > LARGEST, 'value', `must be between -${LARGEST} and ${LARGEST}`)
    find(type === 'counter' && value < 0, 'value', 'must not be negative: a counter only grows')
  }
  const [from, to] = [now.getTime() - lateMs, now.getTime() + aheadMs]
  const at = timestamp === undefined ? now.getTime() : Date.parse(timestamp)
  const window = `must be from ${new Date(from).toISOString()} to ${new Date(to).toISOString()}`
  find(!(at >= from && at <= to), 'timestamp', window)
  return faults
}
