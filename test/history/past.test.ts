import t from 'tap'
import { PastMetrics } from '../../src/history/past.ts'
import { MIDNIGHT, seriesFrom } from '../support/history.ts'

const A = { serial: 'A' }
const B = { serial: 'B' }
const about = { name: 'x', help: 'X.', type: 'gauge' as const }
const at = (seconds: number) => new Date(MIDNIGHT + seconds * 1000)

t.test('at a moment of the past it has what had been read by then', (t) => {
  const past = new PastMetrics([
    { ...about, series: [seriesFrom(A, MIDNIGHT, [1, 2, 3, 4, 5]), seriesFrom(B, MIDNIGHT, [7])] },
  ])
  t.strictSame(past.at(at(45)).get('x'), {
    ...{ ...about, state: 'read', problems: [], unknown: [] },
    values: [
      { labels: A, value: 2 },
      { labels: B, value: 7 },
    ],
  })
  t.strictSame(past.at(at(120)).get('x')?.values, [{ labels: A, value: 5 }], 'B is gone')
  t.strictSame(past.at(at(90)).over('x', 60), [seriesFrom(A, MIDNIGHT + 30_000, [2, 3, 4])])
  t.strictSame(past.at(at(89)).over('x', 60), [seriesFrom(A, MIDNIGHT + 30_000, [2, 3])])
  t.equal(past.at(at(0)).get('y'), null)
  t.equal(past.at(at(0)).over('y', 60), null)
  t.end()
})

t.test('while nothing was stored nothing was known', (t) => {
  const past = new PastMetrics([{ ...about, series: [seriesFrom(A, MIDNIGHT, [1, 2])] }])
  for (const seconds of [-1, 106, 3600]) {
    t.match(past.at(at(seconds)).get('x'), { state: 'failed', values: [] }, `after ${seconds} s`)
  }
  t.match(past.at(at(105)).get('x'), { state: 'read', values: [{ value: 2 }] })
  t.match(new PastMetrics([{ ...about, series: [] }]).at(at(0)).get('x'), { state: 'failed' })
  t.end()
})

t.test('what is read every five minutes is known in between', (t) => {
  const series = [seriesFrom(A, MIDNIGHT, [1, 2, 3], 300_000)]
  const past = new PastMetrics([{ ...about, series }])
  t.strictSame(
    [0, 299, 300, 899, 1350, 1351].map(
      (seconds) => past.at(at(seconds)).get('x')?.values[0]?.value,
    ),
    [1, 1, 2, 3, 3, undefined],
  )
  t.end()
})
