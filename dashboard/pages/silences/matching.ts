import type { Alert } from '../../wire/types.ts'

/** A matcher, as the daemon has it. */
export interface Matcher {
  name: string
  value: string
  is_regex: boolean
  is_equal: boolean
}

/** What alerts are matched by. */
export type Matched = Pick<
  Alert,
  'rule' | 'severity' | 'source' | 'resource' | 'labels' | 'part_of'
>

const ONE =
  /^\s*([^\s=!~"{},]+)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|((?![=~])[^\s",]*))\s*,?\s*$/s

/** The lines of a text with something in them. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** A line as a matcher; null when it is none. */
export function matcherOf(line: string): Matcher | null {
  const [all, name = '', operator = '', quoted, bare = ''] = ONE.exec(line) ?? []
  if (all === undefined) return null
  return {
    name,
    value: quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, '$1'),
    is_regex: operator.endsWith('~'),
    is_equal: operator.startsWith('='),
  }
}

/** As it is written. */
export function matcherText({ name, value, is_regex: regex, is_equal: equal }: Matcher): string {
  const operator = regex ? (equal ? '=~' : '!~') : equal ? '=' : '!='
  return `${name}${operator}${/[\s",]/.test(value) || value === '' ? JSON.stringify(value) : value}`
}

/** Whether an alert is like all that the matchers say. A pattern that cannot be read matches nothing. */
export function matchesAll(matchers: readonly Matcher[], alert: Matched): boolean {
  return matchers.every(({ name, value, is_regex: regex, is_equal: equal }) => {
    const text = valueOf(alert, name)
    return (regex ? patternOf(value).test(text) : text === value) === equal
  })
}

/** Whether a maintenance window or matchers would keep an alert from being told. */
export function wouldSilence(
  { matchers, maintenance }: { matchers: readonly Matcher[]; maintenance: boolean },
  alert: Matched,
): boolean {
  return (!maintenance || alert.severity !== 'critical') && matchesAll(matchers, alert)
}

function patternOf(value: string): RegExp {
  try {
    return new RegExp(`^(?:${value})$`, 's')
  } catch {
    return /(?!)/
  }
}

function valueOf(alert: Matched, name: string): string {
  switch (name) {
    case 'rule':
    case 'alertname':
      return alert.rule
    case 'severity':
    case 'source':
    case 'resource':
      return alert[name]
    default:
      return alert.labels[name] ?? alert.part_of[name] ?? ''
  }
}
