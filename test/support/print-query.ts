import type { Expression } from '../../src/rules/expression/syntax.ts'

const LEVELS: Readonly<Record<string, number>> = {
  ...{ or: 1, and: 2, not: 3, comparison: 4, negative: 7 },
  ...{ '+': 5, '-': 5, '*': 6, '/': 6, '%': 6, '^': 8 },
}
const ATOM = 9

/** Writes a tree as a query, with no more parentheses than it needs. */
export function printQuery(tree: Expression): string {
  switch (tree.kind) {
    case 'missing':
      return ''
    case 'number':
      return `${tree.value}${{ percent: '%', seconds: 's', bytes: 'B', none: '' }[tree.unit ?? 'none']}`
    case 'metric': {
      const matchers = tree.matchers.map(
        ({ label, operator, value }) => `${label}${operator}${quoted(value)}`,
      )
      return tree.name + (matchers.length === 0 ? '' : `{${matchers.join(', ')}}`)
    }
    case 'negative':
      return `-${within(tree.of, 7)}`
    case 'not':
      return `not ${within(tree.of, 3)}`
    case 'and':
    case 'or': {
      const level = levelOf(tree)
      return `${within(tree.left, level)} ${tree.kind} ${within(tree.right, level + 1)}`
    }
    case 'comparison':
      return `${within(tree.left, 5)} ${tree.operator} ${within(tree.right, 5)}`
    case 'arithmetic': {
      const level = levelOf(tree)
      // Powers are of what is at their right: 2^3^2 is 2^(3^2); an exponent may have a sign.
      const [left, right] =
        tree.operator === '^'
          ? [ATOM, exponent(tree.right)]
          : [level, within(tree.right, level + 1)]
      return `${within(tree.left, left)} ${tree.operator} ${right}`
    }
    case 'call': {
      const by = tree.by === null ? '' : ` by (${tree.by.map(({ name }) => name).join(', ')}) `
      return `${tree.name}${by}(${tree.arguments.map(printQuery).join(', ')})`
    }
  }
}

function exponent(tree: Expression): string {
  const isPower = tree.kind === 'arithmetic' && tree.operator === '^'
  if (isPower) return printQuery(tree)
  return tree.kind === 'negative' && levelOf(tree.of) >= ATOM
    ? printQuery(tree)
    : within(tree, ATOM)
}

function within(tree: Expression, level: number): string {
  const text = printQuery(tree)
  return levelOf(tree) >= level ? text : `(${text})`
}

function levelOf(tree: Expression): number {
  if (tree.kind === 'arithmetic') return LEVELS[tree.operator] ?? ATOM
  return LEVELS[tree.kind] ?? ATOM
}

function quoted(value: string): string {
  return `"${value.replaceAll(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
}
