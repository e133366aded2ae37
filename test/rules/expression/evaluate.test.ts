import t from 'tap'
import type { Labels } from '../../../src/history/metrics.ts'
import { isTruth } from '../../../src/rules/expression/checked.ts'
import { explain } from '../../../src/rules/expression/explain.ts'
import { Catalogue } from '../../../src/rules/expression/names.ts'
import { evaluator, readQuery } from '../../../src/rules/expression/query.ts'
import { TooManyPlacesError } from '../../../src/rules/expression/rows.ts'
import { metricsOf, type GivenMetric } from '../../support/metrics.ts'

const catalogue = new Catalogue(
  ['a', 'b', 'c', 's', 'u_percent', 'x_bytes'].map((name) => ({ name, help: '', type: 'gauge' })),
)

async function compiled(query: string) {
  const { query: read, faults } = await readQuery(query, catalogue)
  if (read === null) throw new Error(faults.map(({ message }) => message).join('; '))
  return read
}

const placeText = (labels: Labels) =>
  Object.entries(labels)
    .map((entry) => entry.join('='))
    .sort()
    .join(',')

/** What a query yields: values by place, `?` for what is not known, `true` and `false`, and the gaps. */
async function said(query: string, given: Readonly<Record<string, GivenMetric>>) {
  const read = await compiled(query)
  const { rows, gaps } = evaluator(read)(metricsOf(given))
  const truth = isTruth(read.checked)
  const words = rows.map(({ labels, value: { low, high } }) => {
    const value =
      low !== high
        ? truth || low === -high
          ? '?'
          : `${low}..${high}`
        : truth
          ? String(low === 1)
          : String(low)
    return `${placeText(labels)}: ${value}`
  })
  return [
    ...words.sort(),
    ...gaps.map(
      ({ labels, value }) => `gap ${placeText(labels)}${value.high === 0 ? ': false' : ''}`,
    ),
  ]
}

/** Two drives of one library, one of another. */
const drives: Record<string, GivenMetric> = {
  a: {
    values: [
      [{ serial: '1', library: 'L1' }, 10],
      [{ serial: '2', library: 'L1' }, 20],
      [{ serial: '3', library: 'L2' }, 30],
    ],
  },
  b: {
    values: [
      [{ library: 'L1', serial: '1' }, 1],
      [{ serial: '2', library: 'L1' }, 0],
      [{ serial: '4', library: 'L2' }, 4],
    ],
  },
  c: { values: [[{ library: 'L1' }, 100]] },
  s: { values: [[{}, 5]] },
}
const first = 'library=L1,serial=1'
const second = 'library=L1,serial=2'
const third = 'library=L2,serial=3'

t.test('comparisons answer for every place, and arithmetic joins places', async (t) => {
  const all: [string, string[]][] = [
    ['a > 15', [`${first}: false`, `${second}: true`, `${third}: true`]],
    ['15 < a', [`${first}: false`, `${second}: true`, `${third}: true`]],
    ['a == 20', [`${first}: false`, `${second}: true`, `${third}: false`]],
    ['a != 20', [`${first}: true`, `${second}: false`, `${third}: true`]],
    ['a >= 20 and a <= 20', [`${first}: false`, `${second}: true`, `${third}: false`]],
    ['not a > 15', [`${first}: true`, `${second}: false`, `${third}: false`]],
    // A place that only one side has has no sum.
    ['a + b', [`${first}: 11`, `${second}: 20`]],
    // What has no labels goes with all, what has some with those that do not say otherwise.
    ['a - s', [`${first}: 5`, `${second}: 15`, `${third}: 25`]],
    ['a / c', [`${first}: 0.1`, `${second}: 0.2`]],
    ['a / b', [`${first}: 10`, `${second}: ?`]],
    ['-a ^ 2 % 7 * 2', [`${first}: -4`, `${second}: -2`, `${third}: -8`]],
    ['2 ^ -1 * a', [`${first}: 5`, `${second}: 10`, `${third}: 15`]],
    ['a{library="L1"}', [`${first}: 10`, `${second}: 20`]],
    ['a{library!="L1"}', [`${third}: 30`]],
    ['a{serial=~"[12]", library=~"L.", none=""}', [`${first}: 10`, `${second}: 20`]],
    ['a{serial!~"1|2"}', [`${third}: 30`]],
    ['abs(-a / 4)', [`${first}: 2.5`, `${second}: 5`, `${third}: 7.5`]],
    ['round(a / 4) + floor(a / 4) + ceil(a / 4)', [`${first}: 8`, `${second}: 15`, `${third}: 23`]],
    ['time() / 1e9', [': 1.795208400']],
  ]
  for (const [query, rows] of all.slice(0, -1)) t.strictSame(await said(query, drives), rows, query)
  t.strictSame(await said('time() + 0 * s', drives), [
    `: ${Date.parse('2026-11-20T21:00:00Z') / 1000}`,
  ])
})

t.test('or keeps a place that only one side has', async (t) => {
  t.strictSame(await said('a > 15 or b > 3', drives), [
    `${first}: false`,
    `${second}: true`,
    `${third}: true`,
    'library=L2,serial=4: true',
  ])
  t.strictSame(await said('a > 15 or s > 3', { a: { values: [] }, s: drives.s ?? {} }), [': true'])
  t.strictSame(await said('a > 15 and b > 3', drives), [`${first}: false`, `${second}: false`])
})

t.test('aggregates are of all places, or of those with the same labels', async (t) => {
  const all: [string, string[]][] = [
    ['sum(a)', [': 60']],
    ['avg by (library) (a)', ['library=L1: 15', 'library=L2: 30']],
    ['max(a) by (library)', ['library=L1: 20', 'library=L2: 30']],
    ['min by () (a)', [': 10']],
    ['count(a)', [': 3']],
    ['count by (library) (a > 15)', ['library=L1: 1', 'library=L2: 1']],
    ['count(a > 100)', [': 0']],
    ['sum by (none) (a)', ['none=: 60']],
    [
      'a / sum by (library) (a)',
      [`${first}: 0.3333333333333333`, `${second}: 0.6666666666666666`, `${third}: 1`],
    ],
    ['sum(a{library="L9"})', []],
  ]
  for (const [query, rows] of all) t.strictSame(await said(query, drives), rows, query)
})

const place = { serial: '2', library: 'L1' }

t.test('what is not known is undecided, but where it makes no difference', async (t) => {
  const given: Record<string, GivenMetric> = {
    ...drives,
    b: { values: [[{ serial: '1', library: 'L1' }, 1]], unknown: [place] },
  }
  const all: [string, string[]][] = [
    ['b > 0', [`${first}: true`, `${second}: ?`]],
    ['not b > 0', [`${first}: false`, `${second}: ?`]],
    ['b > 0 and a > 0', [`${first}: true`, `${second}: ?`]],
    ['b > 0 and a > 99', [`${first}: false`, `${second}: false`]],
    ['b > 0 or a > 0', [`${first}: true`, `${second}: true`, `${third}: true`]],
    ['b > 0 or a > 99', [`${first}: true`, `${second}: ?`, `${third}: false`]],
    ['a + b > 0', [`${first}: true`, `${second}: ?`]],
    ['sum(b) > 0', [': ?']],
    ['avg(b) > 0', [': ?']],
    ['count(b)', [': 2']],
    ['count(b > 0)', [': 1..2']],
    // It is at least what is known.
    ['max(b)', [': 1..Infinity']],
    ['max(b) > 0.5', [': true']],
    ['max(b) > 1', [': ?']],
    ['max(b) * 100 + 1 > 100', [': true']],
    ['-max(b) < 0', [': true']],
    ['1 / max(b) <= 1', [': true']],
    ['min(b)', [': -Infinity..1']],
    ['min(b) < 2', [': true']],
    ['min(b) < 1', [': ?']],
  ]
  for (const [query, rows] of all) t.strictSame(await said(query, given), rows, query)
})

t.test('values that are no numbers are not known', async (t) => {
  const given = { a: { values: [[{}, NaN]] }, b: { values: [[{}, Infinity]] } } as const
  t.strictSame(await said('a > 0', given), [': ?'])
  t.strictSame(await said('b > 0', given), [': ?'])
  t.strictSame(await said('a != a', given), [': ?'])
  t.strictSame(await said('s * 1e308 * 1e308 > 0', drives), [': ?'])
  t.strictSame(await said('s % 0 > 0', drives), [': ?'])
  t.strictSame(await said('(-s) ^ 0.5 > 0', drives), [': ?'])
})

t.test(
  'of a subject that failed nothing is known, of one that is absent there is nothing',
  async (t) => {
    const failed = { ...drives, b: { state: 'failed' } } as const
    t.strictSame(await said('b > 0', failed), ['gap '])
    t.strictSame(await said('b > 0', {}), ['gap '], 'nor of a metric that is not there yet')
    t.strictSame(await said('b > 0 and a > 15', failed), [
      ...[`gap ${first}: false`, `gap ${second}`, `gap ${third}`],
    ])
    t.strictSame(await said('b > 0 and a > 99', failed), ['gap : false'])
    t.strictSame(await said('not (b > 0 and a > 99)', failed), ['gap '], 'where it is there')
    t.strictSame(await said('b > 0 or a > 15', failed), [
      ...[`${first}: ?`, `${second}: true`, `${third}: true`],
      'gap ',
    ])
    t.strictSame(await said('not (b > 0 or a > 15)', failed), [
      ...[`${first}: ?`, `${second}: false`, `${third}: false`],
      'gap ',
    ])
    t.strictSame(await said('a + b', failed), ['gap '])
    t.strictSame(await said('max by (library) (b)', failed), ['gap '])
    t.strictSame(await said('b{library="L1"} > 0', failed), ['gap '])

    const absent = { ...drives, b: { state: 'absent' } } as const
    t.strictSame(await said('b > 0', absent), [])
    t.strictSame(await said('b > 0 and a > 15', absent), [])
    t.strictSame(await said('a > 25 or b > 0', absent), [
      `${first}: false`,
      `${second}: false`,
      `${third}: true`,
    ])
  },
)

t.test('a place that could not be read may be there', async (t) => {
  const problems = [{ labels: { library: 'L2' }, error: 'no answer' }]
  const given: Record<string, GivenMetric> = {
    ...drives,
    b: { ...drives.b, problems, state: 'partial' },
  }
  t.strictSame(await said('b{library="L1"} >= 0', given), [`${first}: true`, `${second}: true`])
  t.strictSame(await said('b{serial="3"} >= 0', given), ['gap library=L2'])
  t.strictSame(await said('a > 0 and b{serial="3"} > 0', given), ['gap library=L2'])
  t.strictSame(await said('a > 30 and b{serial="3"} > 0', given), ['gap library=L2: false'])
  t.strictSame(await said('count by (library) (b)', given), [
    'library=L1: 2',
    'library=L2: 1..Infinity',
  ])
  t.strictSame(await said('sum by (library) (b)', given), ['library=L1: 1', 'library=L2: ?'])
  t.strictSame(await said('max by (library) (b{serial="1"})', given), [
    'library=L1: 1',
    'gap library=L2',
  ])
  t.strictSame(await said('max(b)', given), [': 4..Infinity'])
})

t.test('what has nothing in common is not joined without end', async (t) => {
  const many = (label: string) => ({
    values: Array.from({ length: 101 }, (_, index) => [{ [label]: String(index) }, index] as const),
  })
  await t.rejects(said('a + b', { a: many('x'), b: many('y') }), TooManyPlacesError)
  t.equal((await said('a + b', { a: many('x'), b: many('x') })).length, 101)
})

t.test('why a place is told has the values that it was measured by', async (t) => {
  const why = async (query: string, given: Readonly<Record<string, GivenMetric>>) => {
    const { checked } = await compiled(query)
    const { rows } = evaluator(await compiled(query))(metricsOf(given))
    const row = rows.find(({ value }) => value.low === 1)
    if (!isTruth(checked) || row === undefined) throw new Error(`${query} is not true`)
    return explain(query, checked, row)
  }
  const given: Record<string, GivenMetric> = {
    ...drives,
    u_percent: { values: [[{}, 91.234]] },
    x_bytes: { values: [[{}, 3 * 2 ** 30]] },
  }
  t.strictSame(await why('u > 80 and x < 5GiB', given), {
    text: 'u is 91.23 % (above 80 %) and x is 3 GiB (below 5 GiB)',
    values: { u_percent: 91.234, x_bytes: 3 * 2 ** 30 },
  })
  t.strictSame(await why('80% <= u', given), {
    text: 'u is 91.23 % (at least 80 %)',
    values: { u_percent: 91.234 },
  })
  t.strictSame(await why('not (u < 80 or x != 3GiB)', given), {
    text: 'u is 91.23 % (at least 80 %) and x is 3 GiB',
    values: { u_percent: 91.234, x_bytes: 3 * 2 ** 30 },
  })
  t.strictSame(await why('u < 80 or a + 1 > b * 2', given), {
    text: 'a + 1 is 11 (above b * 2, 2)',
    values: { a: 10, b: 1 },
  })
  t.strictSame(await why('max by (library)\n  (a) > 15', given), {
    text: 'max by (library) (a) is 20 (above 15)',
    values: { 'max by (library) (a)': 20 },
  })
  t.strictSame(await why('max(b) > 0', { b: { values: [[{}, 1]], unknown: [{ serial: '9' }] } }), {
    text: 'max(b) is at least 1 (above 0)',
    values: { 'max(b)': null },
  })
  t.strictSame(await why('a{serial="1"} + sum(a{serial="2"}) + s > 3', given), {
    text: 'a{serial="1"} + sum(a{serial="2"}) + s is 35 (above 3)',
    values: { a: 10, 'sum(a{serial="2"})': 20, s: 5 },
  })
})
