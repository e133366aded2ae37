import type { CstElement, CstNode, IToken } from 'chevrotain'
import { parseNumber } from './numbers.ts'
import {
  faultAt,
  spanOf,
  type ArithmeticOperator,
  type ComparisonOperator,
  type Expression,
  type Matcher,
  type MatchOperator,
  type QueryFault,
  type Span,
} from './syntax.ts'

/** What all of a tree is made with. */
interface Making {
  query: string
  faults: QueryFault[]
}

/**
 * The tree of what the parser has read. Where it recovered from a fault, operands may be missing; faults that
 * are not the grammar's, as a number of no known unit, are added.
 */
export function treeOf(query: string, node: CstNode, faults: QueryFault[]): Expression {
  return expressionOf(child(node, 'disjunction'), { query, faults })
}

/** Of any of the rules that make an expression. */
function expressionOf(node: CstNode | undefined, making: Making): Expression {
  if (node === undefined) return missing(making)
  switch (node.name) {
    case 'disjunction':
      return logic(node, 'or', 'conjunction', making)
    case 'conjunction':
      return logic(node, 'and', 'negation', making)
    case 'negation':
      return negation(node, making)
    case 'comparison':
      return comparison(node, making)
    case 'sum':
      return arithmetic(node, 'Summand', 'product', making)
    case 'product':
      return arithmetic(node, 'Factor', 'signed', making)
    case 'signed':
    case 'exponent':
      return signed(node, making)
    case 'power':
      return power(node, making)
    default:
      return atom(node, making)
  }
}

function missing({ query }: Making): Expression {
  return { kind: 'missing', at: { offset: query.length, length: 0 } }
}

function logic(node: CstNode, kind: 'and' | 'or', operand: string, making: Making): Expression {
  return children(node, operand)
    .map((each) => expressionOf(each, making))
    .reduce((left, right) => ({ kind, at: spanOf(left.at, right.at), left, right }))
}

function negation(node: CstNode, making: Making): Expression {
  return tokens(node, 'Not').reduceRight<Expression>(
    (of, token) => ({ kind: 'not', at: spanOf(place(token), of.at), of }),
    expressionOf(child(node, 'comparison'), making),
  )
}

function comparison(node: CstNode, making: Making): Expression {
  const [first, ...others] = operands(node, 'sum', making)
  const operators = tokens(node, 'Compare')
  const [, second] = operators
  if (second !== undefined) {
    const message = 'a comparison cannot be compared; join two with "and"'
    making.faults.push(faultAt(making.query, place(second), message))
  }
  return others.reduce((left, right, index) => {
    const operator = (operators[index]?.image ?? '==') as ComparisonOperator
    return { kind: 'comparison', at: spanOf(left.at, right.at), operator, left, right }
  }, first)
}

function arithmetic(node: CstNode, sign: string, operand: string, making: Making): Expression {
  const [first, ...others] = operands(node, operand, making)
  const operators = tokens(node, sign)
  return others.reduce((left, right, index) => {
    const operator = (operators[index]?.image ?? '+') as ArithmeticOperator
    return { kind: 'arithmetic', at: spanOf(left.at, right.at), operator, left, right }
  }, first)
}

function signed(node: CstNode, making: Making): Expression {
  const of = expressionOf(child(node, 'power') ?? child(node, 'atom'), making)
  return tokens(node, 'Summand').reduceRight<Expression>((inner, token) => {
    if (token.image === '+') return inner
    return { kind: 'negative', at: spanOf(place(token), inner.at), of: inner }
  }, of)
}

/** To the right: 2^3^2 is 2^9. */
function power(node: CstNode, making: Making): Expression {
  const all = [
    expressionOf(child(node, 'atom'), making),
    ...children(node, 'exponent').map((each) => expressionOf(each, making)),
  ]
  return all.reduceRight((right, left) => {
    return { kind: 'arithmetic', at: spanOf(left.at, right.at), operator: '^', left, right }
  })
}

function atom(node: CstNode, making: Making): Expression {
  const [number] = tokens(node, 'Number')
  if (number !== undefined) return numberOf(number, making)
  const group = child(node, 'group')
  if (group !== undefined) return inParentheses(group, making)
  const named = child(node, 'named')
  const [name] = named === undefined ? [] : tokens(named, 'Name')
  if (named === undefined || name === undefined) return missing(making)
  const call = child(named, 'call')
  if (call !== undefined) return callOf(name, call, making)
  const matchers = child(named, 'matchers')
  return {
    kind: 'metric',
    at: matchers === undefined ? place(name) : spanOf(place(name), extent(matchers, place(name))),
    name: name.image,
    matchers: matchers === undefined ? [] : children(matchers, 'matcher').flatMap(matcherOf),
  }
}

function numberOf(token: IToken, making: Making): Expression {
  const read = parseNumber(token.image)
  if ('fault' in read) {
    making.faults.push(faultAt(making.query, place(token), read.fault))
    return { kind: 'missing', at: place(token) }
  }
  return { kind: 'number', at: place(token), ...read }
}

function inParentheses(group: CstNode, making: Making): Expression {
  const inner = expressionOf(child(group, 'disjunction'), making)
  return { ...inner, at: extent(group, inner.at) }
}

function callOf(name: IToken, node: CstNode, making: Making): Expression {
  const [by, second] = children(node, 'by')
  if (second !== undefined) {
    const at = extent(second, place(name))
    making.faults.push(faultAt(making.query, at, '"by" is there twice'))
  }
  const labels = by === undefined ? null : tokens(by, 'Name')
  return {
    kind: 'call',
    at: spanOf(place(name), extent(node, place(name))),
    name: name.image,
    nameAt: place(name),
    by: labels?.map((label) => ({ name: label.image, at: place(label) })) ?? null,
    arguments: children(node, 'disjunction').map((each) => expressionOf(each, making)),
  }
}

function matcherOf(node: CstNode): Matcher[] {
  const [label] = tokens(node, 'Name')
  const [operator] = tokens(node, 'Match')
  const [value] = tokens(node, 'Text')
  if (label === undefined || operator === undefined || value === undefined) return []
  return [
    {
      at: spanOf(place(label), place(value)),
      label: label.image,
      operator: operator.image as MatchOperator,
      value: unquoted(value.image),
    },
  ]
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** A backslash before anything else stays: `"\d"` is the pattern `\d`. */
function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(.)/gs, (whole, character: string) => ESCAPES[character] ?? whole)
}

/** At least one: where all are missing, one that is missing. */
function operands(node: CstNode, name: string, making: Making): [Expression, ...Expression[]] {
  const [first, ...others] = children(node, name).map((each) => expressionOf(each, making))
  return [first ?? missing(making), ...others]
}

function elements(node: CstNode, name: string): readonly CstElement[] {
  return node.children[name] ?? []
}

function children(node: CstNode, name: string): CstNode[] {
  return elements(node, name).filter((element) => 'children' in element)
}

function child(node: CstNode, name: string): CstNode | undefined {
  return children(node, name)[0]
}

/** Without those that the parser made up to go on. */
function tokens(node: CstNode, name: string): IToken[] {
  return elements(node, name)
    .filter((element) => 'image' in element)
    .filter(({ isInsertedInRecovery }) => isInsertedInRecovery !== true)
}

function place({ startOffset, image }: IToken): Span {
  return { offset: startOffset, length: image.length }
}

/** From the first to the last token of a node; `otherwise` where it has none. */
function extent(node: CstNode, otherwise: Span): Span {
  const places = Object.values(node.children)
    .flat()
    .flatMap((element) => {
      if ('children' in element) return extent(element, otherwise)
      return element.isInsertedInRecovery === true ? [] : place(element)
    })
  const [first, ...others] = places.sort((one, other) => one.offset - other.offset)
  return first === undefined ? otherwise : others.reduce(spanOf, first)
}
