import fc from 'fast-check'
import t from 'tap'
import type { Labels, Metrics } from '../../../src/history/metrics.ts'
import { Catalogue } from '../../../src/rules/expression/names.ts'
import { evaluator, readQuery } from '../../../src/rules/expression/query.ts'
import { mayBeSame } from '../../../src/snapshot.ts'
import { metricsOf, type GivenMetric } from '../../support/metrics.ts'

const catalogue = new Catalogue(['a', 'b', 'c'].map((name) => ({ name, help: '', type: 'gauge' })))
const placeText = (labels: Labels) => JSON.stringify(labels)

// What is decided while something is not known has to be right whatever that turns out to be.

const PLACES = ['1', '2', '3']
const value = fc.integer({ min: -2, max: 2 })
type Place = number | 'unknown' | 'gap' | 'none'
type World = Record<'a' | 'b' | 'c', Place[]>
const somePlace = fc.oneof(value, fc.constantFrom<Place>('unknown', 'gap', 'none'))
const places = fc.array(somePlace, { minLength: 3, maxLength: 3 })
const world: fc.Arbitrary<World> = fc.record({ a: places, b: places, c: places })
const completion = fc.array(fc.option(value), { minLength: 9, maxLength: 9 })

const { condition } = fc.letrec<{ condition: string; number: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'q' },
    fc
      .tuple(tie('number'), fc.constantFrom('>', '>=', '<', '<=', '==', '!='), tie('number'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('condition').map((of) => `(not ${of})`),
  ),
  number: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'q' },
    fc.constantFrom('a', 'b', 'c', 'a{p="1"}', 'b{p!="1"}'),
    fc.nat(2).map(String),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('number').map((of) => `(-${of})`),
    fc
      .tuple(fc.constantFrom('max', 'min', 'sum', 'avg', 'count'), fc.constantFrom('a', 'b', 'c'))
      .map(([name, of]) => `${name} by (p) (${of})`),
    fc.tuple(fc.constantFrom('abs', 'round'), tie('number')).map(([name, of]) => `${name}(${of})`),
  ),
}))

function metricsIn(given: World): Metrics {
  return metricsOf(
    Object.fromEntries(
      Object.entries(given).map(([name, values]) => {
        const labelled = values.map((value, index) => ({
          value,
          labels: { p: PLACES[index] ?? '' },
        }))
        const of = (wanted: Place) =>
          labelled.filter(({ value }) => value === wanted).map(({ labels }) => labels)
        const metric: GivenMetric = {
          values: labelled.flatMap(({ value, labels }) =>
            typeof value === 'number' ? [[labels, value] as const] : [],
          ),
          unknown: of('unknown'),
          problems: of('gap').map((labels) => ({ labels, error: 'no answer' })),
        }
        return [name, metric]
      }),
    ),
  )
}

/** One of the worlds that it may turn out to be: what was unknown has a value, what was not read has one or is not there. */
function completed(given: World, by: readonly (number | null)[]): World {
  const fill = (values: Place[], from: number) =>
    values.map((value, index): Place => {
      const filled = by[from + index] ?? null
      if (value === 'unknown') return filled ?? 0
      return value === 'gap' ? (filled ?? 'none') : value
    })
  return { a: fill(given.a, 0), b: fill(given.b, 3), c: fill(given.c, 6) }
}

t.test('what is decided stays so whatever turns out', async (t) => {
  await fc.assert(
    fc.asyncProperty(condition, world, completion, async (query, given, by) => {
      fc.pre(/[abc]/.test(query.replaceAll(/and|abs/g, '')))
      const { query: read } = await readQuery(query, catalogue)
      // A number that is none, as 1 / 0, is refused.
      if (read === null) return
      const evaluate = evaluator(read)
      const before = evaluate(metricsIn(given))
      const after = evaluate(metricsIn(completed(given, by)))
      const holds = (rows: typeof before.rows) =>
        rows.filter(({ value }) => value.low === 1).map(({ labels }) => labels)
      const open = [
        ...before.rows.filter(({ value }) => value.low !== value.high).map(({ labels }) => labels),
        ...before.gaps.filter(({ value }) => value.high > 0).map(({ labels }) => labels),
      ]
      for (const labels of holds(before.rows)) {
        t.ok(
          holds(after.rows).some((later) => mayBeSame(labels, later)) ||
            open.some((place) => mayBeSame(place, labels)),
          `${query}: ${placeText(labels)} is true no more`,
        )
      }
      for (const labels of holds(after.rows)) {
        const told = [...holds(before.rows), ...open].some((place) => mayBeSame(place, labels))
        t.ok(told, `${query}: ${placeText(labels)} was false`)
      }
    }),
    { numRuns: 2000 },
  )
})
