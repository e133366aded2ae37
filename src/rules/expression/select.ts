import type { MetricName } from '../../history/metrics.ts'
import { compilePattern, PatternError } from '../pattern.ts'
import type { Checking } from './check.ts'
import type { Selection } from './checked.ts'
import type { Matcher } from './syntax.ts'

const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The values of a metric that its matchers want; null after a fault, and of no metric. */
export function select(
  metric: MetricName | null,
  matchers: readonly Matcher[],
  checking: Checking,
): Selection | null {
  const compiled = matchers.map((matcher) => compileMatcher(matcher, checking))
  const whole = compiled.flatMap((matcher) => matcher ?? [])
  if (metric === null || whole.length < compiled.length) return null
  const written = matchers.map(({ label, operator, value }) => [label, operator, value]).sort()
  return { metric, key: JSON.stringify([metric.name, ...written]), matchers: whole }
}

function compileMatcher(
  { at, label, operator, value }: Matcher,
  checking: Checking,
): Selection['matchers'][number] | null {
  if (!LABEL.test(label)) return checking.fault(at, `${label} is no name of a label`)
  switch (operator) {
    case '=':
      return { label, matches: (other) => other === value }
    case '!=':
      return { label, matches: (other) => other !== value }
    case '=~':
    case '!~':
      try {
        const pattern = compilePattern(value)
        const wanted = operator === '=~'
        return { label, matches: (other) => pattern.matches(other) === wanted }
      } catch (error) {
        if (!(error instanceof PatternError)) throw error
        return checking.fault(at, error.message)
      }
  }
}
