import { compilePattern } from '../rules/pattern.ts'
import type { Alert } from './alert.ts'
import type { Matcher } from './silence.ts'

/** The text is no list of matchers. */
export class MatcherError extends Error {
  readonly code = 'ERR_MATCHER'

  constructor(reason: string) {
    super(reason)
    this.name = 'MatcherError'
  }
}

const OPERATORS = ['=~', '!~', '!=', '='] as const

/** A name, an operator and a value, which stands in quotes where it has commas, quotes or blanks. */
const MATCHER =
  /\s*([^\s=!~"{},]+)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|((?![=~])[^\s",]*))\s*(,|$)/sy

/**
 * Reads matchers as Prometheus and Alertmanager write them: `severity=~"warning|info"`, several with commas
 * between them and in braces if need be. Throws MatcherError.
 */
export function parseMatchers(text: string): Matcher[] {
  const list = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1] ?? text
  const matchers: Matcher[] = []
  MATCHER.lastIndex = 0
  while (MATCHER.lastIndex < list.length) {
    const begin = MATCHER.lastIndex
    const [, name = '', operator = '', quoted, bare = ''] = MATCHER.exec(list) ?? []
    if (name === '') {
      const rest = list.slice(begin).trim()
      throw new MatcherError(
        `${rest}: is no matcher such as severity="warning"; there are ${OPERATORS.join(', ')}`,
      )
    }
    matchers.push({
      name,
      value: quoted === undefined ? bare : unescaped(quoted),
      isRegex: operator.endsWith('~'),
      isEqual: operator.startsWith('='),
    })
  }
  return matchers
}

/** Backslashes are for quotes, themselves and line ends; others belong to the regular expression. */
function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_all, sign: string) => (sign === 'n' ? '\n' : sign))
}

/** Whether an alert is like all that the matchers say. Throws PatternError. */
export function matching(matchers: readonly Matcher[]): (alert: Alert) => boolean {
  const tests = matchers.map(({ name, value, isRegex, isEqual }) => {
    const pattern = isRegex ? compilePattern(value) : null
    const matches = (text: string) => pattern?.matches(text) ?? text === value
    return (alert: Alert) => matches(valueOf(alert, name)) === isEqual
  })
  return (alert) => tests.every((test) => test(alert))
}

/** Empty where the alert has no such label, as in Prometheus. */
function valueOf(alert: Alert, name: string): string {
  switch (name) {
    case 'rule':
    case 'alertname':
      return alert.rule
    case 'severity':
    case 'source':
    case 'resource':
      return alert[name]
    default:
      return alert.labels[name] ?? alert.partOf[name] ?? ''
  }
}
