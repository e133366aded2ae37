import fc from 'fast-check'
import type { Expression, Span } from '../../src/rules/expression/syntax.ts'

const place: Span = { offset: 0, length: 0 }
const name = fc.constantFrom('a', 'cpu_usage', 'andy', 'notes', 'by_x', 'storwarden_x_total')
const trees = fc.letrec<{ tree: Expression; condition: Expression; number: Expression }>((tie) => ({
  tree: fc.oneof(tie('condition'), tie('number')),
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    fc.record({
      kind: fc.constant('comparison' as const),
      at: fc.constant(place),
      operator: fc.constantFrom('==', '!=', '>', '>=', '<', '<='),
      left: tie('number'),
      right: tie('number'),
    }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      at: fc.constant(place),
      left: tie('condition'),
      right: tie('condition'),
    }),
    fc.record({
      kind: fc.constant('not' as const),
      at: fc.constant(place),
      of: tie('condition'),
    }),
  ),
  number: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'tree' },
    fc.record({
      kind: fc.constant('number' as const),
      at: fc.constant(place),
      value: fc.oneof(
        fc.nat(),
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(Math.abs),
      ),
      unit: fc.constantFrom(null, 'percent' as const, 'bytes' as const),
    }),
    fc.record({
      kind: fc.constant('metric' as const),
      at: fc.constant(place),
      name,
      matchers: fc.array(
        fc.record({
          at: fc.constant(place),
          label: fc.constantFrom('library', 'serial'),
          operator: fc.constantFrom('=', '!=', '=~', '!~'),
          value: fc.string({ maxLength: 6 }),
        }),
        { maxLength: 2 },
      ),
    }),
    fc.record({
      kind: fc.constant('negative' as const),
      at: fc.constant(place),
      of: tie('number'),
    }),
    fc.record({
      kind: fc.constant('arithmetic' as const),
      at: fc.constant(place),
      operator: fc.constantFrom('+', '-', '*', '/', '%', '^'),
      left: tie('number'),
      right: tie('number'),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      at: fc.constant(place),
      nameAt: fc.constant(place),
      name: fc.constantFrom('max', 'avg_over', 'time'),
      by: fc.option(fc.array(fc.record({ name, at: fc.constant(place) }), { maxLength: 2 })),
      arguments: fc.array(tie('tree'), { maxLength: 2 }),
    }),
  ),
}))

/** Any query, as a tree whose places say nothing. */
export const anyTree: fc.Arbitrary<Expression> = trees.tree
