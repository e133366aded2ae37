/** A series that a query of PromQL asks for. */
export interface Selector {
  metric: string
  matchers: readonly Matcher[]
  /** `1d` of `m[1d]`; null of an instant vector. */
  range: string | null
  /** The function or aggregation that it is directly an argument of; null of a bare one. */
  call: string | null
}

/** A condition on a label. */
export interface Matcher {
  label: string
  operator: string
  value: string
}

/** What a query names. */
export interface Query {
  selectors: readonly Selector[]
  /** Labels of `by`, `without`, `on`, `ignoring` and `group_left`. */
  labels: readonly string[]
}

const LABEL_LISTS = ['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']
const OPERATORS = ['and', 'or', 'unless', 'bool', 'offset', 'atan2']
const TOKEN = /"(?:[^"\\]|\\.)*"|\d[\w.]*|\$?[A-Za-z_:][\w:]*|[=!]~|[=!<>]=|[^\s]/g

/** Reads out of a query what it names. That it is one, promtool says; a shape that is unknown here throws. */
export function readQuery(text: string): Query {
  const tokens: readonly string[] = text.match(TOKEN) ?? []
  const selectors: Selector[] = []
  const labels: string[] = []
  const calls: (string | null)[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (token === '(') calls.push(null)
    if (token === ')') calls.pop()
    if (!/^[A-Za-z_:]/.test(token) || OPERATORS.includes(token)) continue
    if (LABEL_LISTS.includes(token)) {
      const end = tokens.indexOf(')', at)
      labels.push(...tokens.slice(at + 2, end).filter((word) => word !== ','))
      at = end
    } else if (tokens[at + 1] === '(') {
      calls.push(token)
      at++
    } else if (!isAggregation(tokens, at)) {
      const { selector, next } = readSelector(tokens, at)
      selectors.push({ ...selector, call: calls.at(-1) ?? null })
      at = next - 1
    } else {
      // `sum by (…) (…)`: the argument belongs to it.
      const end = tokens.indexOf(')', at)
      labels.push(...tokens.slice(at + 3, end).filter((word) => word !== ','))
      calls.push(token)
      at = end + 1
    }
  }
  return { selectors, labels }
}

function isAggregation(tokens: readonly string[], at: number): boolean {
  return ['by', 'without'].includes(tokens[at + 1] ?? '')
}

function readSelector(tokens: readonly string[], at: number) {
  const metric = tokens[at] ?? ''
  const matchers: Matcher[] = []
  let range: string | null = null
  let next = at + 1
  if (tokens[next] === '{') {
    for (next++; tokens[next] !== '}'; next++) {
      if (tokens[next] === ',') continue
      const [label, operator, value] = tokens.slice(next, next + 3)
      if (!label || !operator || !value) throw new Error(`${metric}: matchers without an end`)
      matchers.push({ label, operator, value: JSON.parse(value) as string })
      next += 2
    }
    next++
  }
  if (tokens[next] === '[') {
    const end = tokens.indexOf(']', next)
    range = tokens.slice(next + 1, end).join('')
    next = end + 1
  }
  return { selector: { metric, matchers, range }, next }
}
