import t from 'tap'
import { aligned } from '../../dashboard/ui/chart-data.ts'
import { grouped } from '../../dashboard/ui/grouped.ts'
import { quotient } from '../../dashboard/ui/quotients.ts'
import { largest, summed } from '../../dashboard/ui/sums.ts'

const points = (...all: [seconds: number, value: number][]) =>
  all.map(([seconds, value]) => [new Date(seconds * 1000), value] as const)

t.test('series of one name are added up where they are known', (t) => {
  const series = [
    { labels: { target: 'a', initiator: '1' }, points: points([0, 1], [30, 2]) },
    { labels: { target: 'b', initiator: '1' }, points: points([0, 7]) },
    { labels: { target: 'a', initiator: '2' }, points: points([30, 5], [60, 4]) },
  ]
  t.same(
    summed(series, ({ target = '' }) => target),
    [
      { name: 'a', points: points([0, 1], [30, 7], [60, 4]) },
      { name: 'b', points: points([0, 7]) },
    ],
  )
  t.end()
})

t.test('of many lines the highest are drawn', (t) => {
  const line = (name: string, value: number) => ({ name, points: points([0, value], [1, 0]) })
  t.same(
    largest([line('a', 1), line('b', 9), line('c', 5)], 2).map(({ name }) => name),
    ['b', 'c'],
  )
  t.end()
})

t.test('what was done in no time has no mean', (t) => {
  t.same(quotient('mean', points([0, 6], [30, 1], [60, 2]), points([0, 3], [30, 0])), {
    name: 'mean',
    points: points([0, 2]),
  })
  t.end()
})

t.test('a line has a gap where a value is missing', (t) => {
  t.same(aligned([{ name: 'a', points: points([0, 1], [30, 2], [60, 3], [150, 4]) }], 30), [
    [0, 30, 60, 90, 150],
    [1, 2, 3, null, 4],
  ])
  t.end()
})

t.test('what is read every five minutes has no gaps between', (t) => {
  t.same(aligned([{ name: 'a', points: points([0, 1], [300, 2], [600, 3]) }], 30), [
    [0, 300, 600],
    [1, 2, 3],
  ])
  t.end()
})

t.test('groups are in the order in which they come first', (t) => {
  t.same(
    [...grouped(['b1', 'a1', 'b2'], (word) => word[0])],
    [
      ['b', ['b1', 'b2']],
      ['a', ['a1']],
    ],
  )
  t.end()
})
