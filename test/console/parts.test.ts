import fc from 'fast-check'
import t from 'tap'
import { linkTo, placeOf } from '../../dashboard/shell/place.ts'
import { aligned } from '../../dashboard/ui/chart-data.ts'
import { sorted } from '../../dashboard/ui/sorting.ts'
import { ago, bytes, duration } from '../../dashboard/words/format.ts'

t.test('whoever has the address of a place gets there', (t) => {
  t.strictSame(placeOf(''), { page: 'overview', rest: [], query: {} })
  t.strictSame(placeOf('#/alerts/7?severity=critical'), {
    page: 'alerts',
    rest: ['7'],
    query: { severity: 'critical' },
  })
  t.strictSame(placeOf('#/drives/%E0%A4%A'), { page: 'drives', rest: ['%E0%A4%A'], query: {} })
  const part = fc.string({ minLength: 1 })
  const query = fc.dictionary(
    part.filter((key) => key !== '__proto__'),
    part,
  )
  fc.assert(
    fc.property(fc.constantFrom('alerts', 'drives'), fc.array(part), query, (page, rest, asked) => {
      const place = placeOf(linkTo(page, rest, asked))
      t.strictSame(place, { page, rest, query: { ...asked } })
    }),
  )
  t.equal(linkTo('alerts', [], { q: '', state: undefined }), '#/alerts')
  t.end()
})

t.test('what is not known is last, whichever way a column is sorted', (t) => {
  const rows = [{ n: 10 }, { n: null }, { n: 9 }, { n: 100 }]
  const columns = [{ id: 'n', sortBy: ({ n }: { n: number | null }) => n }]
  const by = (descending: boolean) =>
    sorted(rows, columns, { column: 'n', descending }).map(({ n }) => n)
  t.strictSame(by(false), [9, 10, 100, null])
  t.strictSame(by(true), [100, 10, 9, null])
  t.strictSame(sorted(rows, columns, null), rows)
  const names = ['sg10', 'sg9', 'sg2'].map((name) => ({ name }))
  const byName = [{ id: 'name', sortBy: ({ name }: { name: string }) => name }]
  t.strictSame(
    sorted(names, byName, { column: 'name', descending: false }).map(({ name }) => name),
    ['sg2', 'sg9', 'sg10'],
  )
  t.end()
})

t.test('a chart has a gap where nothing is known, and shares times between lines', (t) => {
  const at = (seconds: number) => new Date(seconds * 1000)
  const points = [
    [at(0), 1] as const,
    [at(30), 2] as const,
    [at(60), 4] as const,
    [at(300), 3] as const,
  ]
  const other = { name: 'b', points: [[at(30), 5] as const] }
  t.strictSame(aligned([{ name: 'a', points }, other], 30), [
    [0, 30, 60, 90, 300],
    [1, 2, 4, null, 3],
    [undefined, 5, undefined, undefined, undefined],
  ])
  const seldom = [0, 300, 600].map((seconds) => [at(seconds), seconds] as const)
  t.strictSame(
    aligned([{ name: 'read every 5 min', points: seldom }], 30),
    [
      [0, 300, 600],
      [0, 300, 600],
    ],
    'what is read seldom has no gaps',
  )
  t.strictSame(aligned([], 30), [[]])
  t.end()
})

t.test('values are said with their units, and what is unknown is not said', (t) => {
  t.strictSame([null, 0, 1023, 1024, 1536, 12.3 * 1024 ** 3, 9e15].map(bytes), [
    null,
    '0 B',
    '1023 B',
    '1.00 KiB',
    '1.50 KiB',
    '12.3 GiB',
    '7.99 PiB',
  ])
  t.strictSame([null, 0.02, 5, 90, 3700, 200_000].map(duration), [
    null,
    '20 ms',
    '5 s',
    '1 min',
    '1 h 1 min',
    '2 d 7 h',
  ])
  const now = new Date('2026-11-20T21:00:00Z')
  t.strictSame(
    ['2026-11-20T20:59:58Z', '2026-11-20T20:00:00Z', '2026-11-20T21:10:00Z'].map((at) =>
      ago(new Date(at), now),
    ),
    ['just now', '1 h 0 min ago', 'in 10 min'],
  )
  t.end()
})
