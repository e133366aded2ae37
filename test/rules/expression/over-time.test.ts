import fc from 'fast-check'
import t from 'tap'
import type { Point } from '../../../src/history/metrics.ts'
import {
  aggregateOf,
  arithmetic,
  comparison,
  known,
  not,
  type Bounds,
} from '../../../src/rules/expression/bounds.ts'
import { Catalogue } from '../../../src/rules/expression/names.ts'
import { overTime, type OverTimeFunction } from '../../../src/rules/expression/over-time.ts'
import { evaluator, readQuery } from '../../../src/rules/expression/query.ts'
import { valueText } from '../../../src/rules/expression/units.ts'
import { metricsOf, points, takenAt } from '../../support/metrics.ts'

const unknown = { low: -Infinity, high: Infinity }
const MINUTE = 60

/** What the function makes of the last five minutes, or so many seconds. */
const over = (kind: OverTimeFunction, past: Point[], seconds = 5 * MINUTE, aheadSeconds = 0) =>
  overTime(kind, past, { endMs: takenAt.getTime(), seconds, aheadSeconds })

/** Every minute, from eight minutes ago. */
const rising = points(
  [480, 2],
  [420, 4],
  [360, 6],
  [300, 8],
  [240, 10],
  [180, 12],
  [120, 14],
  [60, 16],
  [0, 18],
)

t.test('averages and extremes are of the values in the time', (t) => {
  t.strictSame(over('avg_over', rising), known((8 + 10 + 12 + 14 + 16 + 18) / 6))
  t.strictSame(over('min_over', rising), known(8))
  t.strictSame(over('max_over', rising), known(18))
  t.strictSame(over('max_over', points([400, 9], [100, 1], [50, 3])), known(3))
  t.end()
})

t.test('where none was read in the time, the last one before it holds for ten minutes', (t) => {
  t.strictSame(over('avg_over', points([2000, 1], [800, 7])), known(7))
  t.strictSame(over('max_over', points([901, 7])), unknown)
  t.strictSame(over('avg_over', points([901, 7])), unknown)
  t.strictSame(over('avg_over', []), unknown)
  t.end()
})

t.test('where not all of the time is known, extremes are at least or at most what is', (t) => {
  const fresh = points([120, 5], [60, 7], [0, 6])
  t.strictSame(over('max_over', fresh, 3600), { low: 7, high: Infinity })
  t.strictSame(over('min_over', fresh, 3600), { low: -Infinity, high: 5 })
  t.strictSame(over('max_over', fresh, 600), known(7), 'ten minutes more or less are all of it')
  t.strictSame(over('max_over', points([3600, 5], [1800, 7]), 3600), { low: 7, high: Infinity })
  t.strictSame(over('avg_over', fresh, 3600), known(6), 'an average is of what there is')
  t.end()
})

t.test('a counter is counted on after it began anew', (t) => {
  const counter = points([310, 100], [240, 130], [180, 10], [120, 10], [60, 40], [0, 45])
  // 30, then 10 since it began anew, 0, 30 and 5.
  t.strictSame(over('increase', counter), known(75))
  t.strictSame(over('rate', counter), known(75 / 310))
  t.strictSame(over('increase', points([300, 5], [0, 5])), known(0))
  t.end()
})

t.test('an increase of which the begin is not known is at least what was seen', (t) => {
  const counter = points([200, 100], [100, 130], [0, 135])
  t.strictSame(over('increase', counter), { low: 35, high: Infinity })
  t.strictSame(over('increase', points([0, 135])), { low: 0, high: Infinity })
  t.strictSame(over('increase', points([4000, 1], [3000, 5]), 3600), { low: 4, high: Infinity })
  t.strictSame(over('rate', counter), known(35 / 200), 'the rate is of what was seen')
  t.strictSame(over('rate', points([0, 135])), unknown)
  t.strictSame(
    over('rate', points([4000, 1], [3000, 5]), 3600),
    unknown,
    'when it was seen of late',
  )
  t.end()
})

t.test('a difference is that to the value at the begin', (t) => {
  t.strictSame(over('delta', rising), known(18 - 8))
  t.strictSame(over('delta', points([500, 9], [200, 3], [10, 2])), known(2 - 9))
  t.strictSame(over('delta', points([299, 9], [10, 2])), unknown)
  t.strictSame(over('delta', points([4000, 9], [3000, 2]), 3600), unknown)
  t.end()
})

t.test('the nearest line is drawn on', (t) => {
  // Two a minute from 18 now on.
  t.strictSame(over('predict_linear', rising, 480, 10 * MINUTE), known(18 + 20))
  // By hand: times -4, -2, 0 and values 1, 4, 4: slope 0.75, mean 3 at -2; so 4.5 at 0 and 6 at 2.
  t.strictSame(over('predict_linear', points([4, 1], [2, 4], [0, 4]), 4, 2), known(6))
  t.strictSame(
    over('predict_linear', points([100, 1], [0, 4]), 300, 60),
    unknown,
    'too little of the time',
  )
  t.strictSame(over('predict_linear', points([0, 4]), 300, 60), unknown)
  t.strictSame(
    over('predict_linear', points([4200, 4], [2400, 5]), 3600, 60),
    unknown,
    'nothing of late',
  )
  t.end()
})

const catalogue = new Catalogue([
  { name: 'g', help: '', type: 'gauge' },
  { name: 'n_total', help: '', type: 'counter' },
])

async function said(query: string, given: Parameters<typeof metricsOf>[0]) {
  const { query: read } = await readQuery(query, catalogue)
  if (read === null) throw new Error(query)
  const { rows, gaps } = evaluator(read)(metricsOf(given))
  return { rows: rows.map(({ labels, value }) => [labels, value]), gaps: gaps.length }
}

t.test('the past is that of the places that are there now', async (t) => {
  const past = [
    { labels: { p: '1', none: '' }, points: points([300, 4], [0, 6]) },
    { labels: { p: '2' }, points: points([200, 7]) },
    { labels: { p: 'gone' }, points: points([300, 1], [0, 9]) },
  ]
  const values = [
    [{ p: '1' }, 6],
    [{ p: '3' }, 8],
  ] as const
  const given = { g: { values, unknown: [{ p: '2' }], past } }
  t.strictSame(await said('avg_over(g, 5m)', given), {
    rows: [
      [{ p: '1' }, known(5)],
      [{ p: '3' }, unknown],
      [{ p: '2' }, known(7)],
    ],
    gaps: 0,
  })
  t.strictSame((await said('avg_over(g{p="1"}, 5m)', given)).rows, [[{ p: '1' }, known(5)]])
})

t.test('of a past that was not loaded, or of what failed, nothing is known', async (t) => {
  t.strictSame(await said('avg_over(g, 5m)', { g: { values: [[{}, 1]] } }), { rows: [], gaps: 1 })
  const past = [{ labels: {}, points: rising }]
  t.strictSame(await said('avg_over(g, 5m)', { g: { state: 'failed', past } }), {
    rows: [],
    gaps: 1,
  })
  t.strictSame(await said('avg_over(g, 5m)', { g: { state: 'absent', past } }), {
    rows: [],
    gaps: 0,
  })
})

const number = fc.integer({ min: -3, max: 3 })
const bounds = fc.oneof(
  number.map(known),
  fc
    .tuple(number, number)
    .map(([one, other]) => ({ low: Math.min(one, other), high: Math.max(one, other) })),
  number.map((low) => ({ low, high: Infinity })),
  number.map((high) => ({ low: -Infinity, high })),
  fc.constant(unknown),
)
const inside = ({ low, high }: Bounds, share: number) =>
  Math.round(Math.max(low, -9) + share * (Math.min(high, 9) - Math.max(low, -9)))
const share = fc.double({ min: 0, max: 1, noNaN: true })

t.test('bounds hold whatever the numbers within them are', (t) => {
  const within = (value: number, { low, high }: Bounds) =>
    !Number.isFinite(value) || (value >= low - 1e-9 && value <= high + 1e-9)
  fc.assert(
    fc.property(bounds, bounds, share, share, (a, b, one, other) => {
      const [x, y] = [inside(a, one), inside(b, other)]
      const results: [number, Bounds][] = [
        [x + y, arithmetic['+'](a, b)],
        [x - y, arithmetic['-'](a, b)],
        [x * y, arithmetic['*'](a, b)],
        [x / y, arithmetic['/'](a, b)],
        [x % y, arithmetic['%'](a, b)],
        [x ** y, arithmetic['^'](a, b)],
        [Number(x > y), comparison['>'](a, b)],
        [Number(x >= y), comparison['>='](a, b)],
        [Number(x < y), comparison['<'](a, b)],
        [Number(x <= y), comparison['<='](a, b)],
        [Number(x === y), comparison['=='](a, b)],
        [Number(x !== y), comparison['!='](a, b)],
        [Number(x <= y), not(comparison['>'](a, b))],
        [x + y, aggregateOf('sum', [a, b], false)],
        [(x + y) / 2, aggregateOf('avg', [a, b], false)],
        [Math.max(x, y), aggregateOf('max', [a, b], false)],
        [Math.min(x, y), aggregateOf('min', [a, b], false)],
        [Math.max(x, y), aggregateOf('max', [a], true)],
        [Math.min(x, y), aggregateOf('min', [a], true)],
        [x + y, aggregateOf('sum', [a], true)],
      ]
      return results.every(([value, result]) => within(value, result))
    }),
    { numRuns: 5000 },
  )
  t.end()
})

t.test('values are told in units that people read', (t) => {
  const all: [number, string | null, string][] = [
    [91.23456, 'percent', '91.23 %'],
    [0.9123456, 'ratio', '0.9123'],
    [1_500_000_000_000, 'bytes', '1.364 TiB'],
    [0, 'bytes', '0 B'],
    [2048, 'bytes/s', '2 KiB/s'],
    [90, 'seconds', '90 s'],
    [5400, 'seconds', '90 min'],
    [90_000, 'seconds', '25 h'],
    [-864_000, 'seconds', '-10 days'],
    [41, 'celsius', '41 °C'],
    [250, 'hours', '250 hours'],
    [1_795_208_400, 'timestamp', '2026-11-20T21:00:00.000Z'],
    [1e300, 'timestamp', '1.000e+300'],
    [1_234_567.8, null, '1234568'],
    [1e20, null, '1.000e+20'],
    [0.000012345, null, '0.00001234'],
    [-0, null, '0'],
  ]
  t.strictSame(
    all.map(([value, unit]) => [value, unit, valueText(value, unit)]),
    all,
  )
  t.end()
})
