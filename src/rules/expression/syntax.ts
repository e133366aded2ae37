/** Where something stands in a query, in UTF-16 code units from its begin. */
export interface Span {
  offset: number
  length: number
}

/** What is wrong at one place of a query. */
export interface QueryFault extends Span {
  message: string
  /** Both from 1. */
  line: number
  column: number
}

/** A query as it was written, as plain data. */
export type Expression =
  NumberLiteral | MetricSelector | Sign | Arithmetic | Comparison | Logic | Not | Call | Missing

/** `80`, `1e9`, `80%`, `5m`, `2TiB`. */
export interface NumberLiteral {
  kind: 'number'
  at: Span
  /** In seconds or bytes where it has such a unit; of a percentage the number that was written. */
  value: number
  unit: LiteralUnit | null
}

/** What a number can be given in. */
export type LiteralUnit = 'percent' | 'seconds' | 'bytes'

/** `drive_temperature{library="L1"}`. */
export interface MetricSelector {
  kind: 'metric'
  at: Span
  name: string
  matchers: readonly Matcher[]
}

/** `library="L1"`; a pattern has to match the whole value. */
export interface Matcher {
  at: Span
  label: string
  operator: MatchOperator
  value: string
}

/** `=` and `!=` compare, `=~` and `!~` match a pattern. */
export type MatchOperator = '=' | '!=' | '=~' | '!~'

/** `-x`; `+x` is x. */
export interface Sign {
  kind: 'negative'
  at: Span
  of: Expression
}

/** `x + y`. */
export interface Arithmetic {
  kind: 'arithmetic'
  at: Span
  operator: ArithmeticOperator
  left: Expression
  right: Expression
}

/** As in most languages; `%` is the remainder, `^` the power. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^'

/** `x > y`. */
export interface Comparison {
  kind: 'comparison'
  at: Span
  operator: ComparisonOperator
  left: Expression
  right: Expression
}

/** As in most languages. */
export type ComparisonOperator = '==' | '!=' | '>' | '>=' | '<' | '<='

/** `x and y`, `x or y`. */
export interface Logic {
  kind: 'and' | 'or'
  at: Span
  left: Expression
  right: Expression
}

/** `not x`. */
export interface Not {
  kind: 'not'
  at: Span
  of: Expression
}

/** `max by (library) (x)`, `avg_over(x, 5m)`: which of them there are the check knows. */
export interface Call {
  kind: 'call'
  at: Span
  name: string
  nameAt: Span
  /** Labels after `by`; null without it. */
  by: readonly { name: string; at: Span }[] | null
  arguments: readonly Expression[]
}

/** Stands where a fault of the syntax left nothing. */
export interface Missing {
  kind: 'missing'
  at: Span
}

/** An expression and all that it is made of. */
export function* expressionsOf(expression: Expression): Generator<Expression> {
  yield expression
  switch (expression.kind) {
    case 'arithmetic':
    case 'comparison':
    case 'and':
    case 'or':
      yield* expressionsOf(expression.left)
      yield* expressionsOf(expression.right)
      break
    case 'negative':
    case 'not':
      yield* expressionsOf(expression.of)
      break
    case 'call':
      for (const given of expression.arguments) yield* expressionsOf(given)
      break
    case 'number':
    case 'metric':
    case 'missing':
      break
  }
}

/** From the begin of the one to the end of the other. */
export function spanOf(first: Span, last: Span): Span {
  const end = Math.max(first.offset + first.length, last.offset + last.length)
  return { offset: first.offset, length: end - first.offset }
}

/** A fault of a query, with its line and column. */
export function faultAt(query: string, { offset, length }: Span, message: string): QueryFault {
  const begin = Math.min(offset, query.length)
  const before = query.slice(0, begin)
  const line = before.split('\n').length
  const column = begin - (before.lastIndexOf('\n') + 1) + 1
  return { message, line, column, offset: begin, length: Math.max(1, length) }
}

/** The line of the query that a fault stands in, and an arrow under its place. */
export function arrowUnder(query: string, { offset, length, line, column }: QueryFault): string {
  const text = query.split('\n')[line - 1] ?? ''
  const end = Math.min(offset + length, offset - (column - 1) + text.length)
  // Tabs stay tabs, so that the arrow stands where it should however wide they are.
  const blanks = text.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return `${text}\n${blanks}${'^'.repeat(Math.max(1, end - offset))}`
}
