import fc from 'fast-check'
import t from 'tap'
import { compare } from '../../src/consistency/compare.ts'
import type { Role, Side, Thing } from '../../src/consistency/difference.ts'

const thing = (name: string, more: Partial<Thing> = {}): Thing => ({
  ...{ name, what: 'thing', parent: null, place: { name }, shown: null, attributes: {}, ...more },
})

function side(role: Role, things: readonly Thing[], more: Partial<Side> = {}): Side {
  return {
    ...{ role, source: role, state: 'read', reason: null, takenAt: null },
    things: new Map(things.map((one) => [one.name, one])),
    ...more,
  }
}

const told = (sides: Side[]) =>
  compare(sides).map(({ kind, thing: { name }, attribute }) =>
    [kind, name, ...(attribute === null ? [] : [attribute])].join(' '),
  )

/** What becomes of a thing by which sides have it: y, n, or ? for a side that could not be read. */
const tables: Record<string, Record<string, string | null>> = {
  'live configured known': {
    'y y n': null,
    'y y y': null,
    'y n n': 'orphaned',
    'y n y': 'orphaned',
    'n y n': 'pending',
    'n y y': 'missing',
    'n n y': 'missing',
    'n n n': null,
    '? y y': null,
    '? n y': null,
    'y ? n': null,
    'n ? y': 'missing',
    'n ? n': null,
  },
  'data configured live known': {
    'y y y n': null,
    'y y n n': 'pending',
    'y n y n': 'orphaned',
    'y n n n': 'orphaned',
    'n y y n': 'missing',
    'n n y n': 'missing',
    'n y n n': 'pending',
    'n y n y': 'missing',
    'n n n y': 'missing',
    'y y ? n': null,
    'y n ? n': 'orphaned',
    'n y ? n': 'pending',
    'n y ? y': 'missing',
    '? y n n': 'pending',
    '? y y y': null,
    '? n y n': 'orphaned',
    'y ? n n': null,
    'n ? y n': 'missing',
    '? ? ? y': null,
  },
}

for (const [heading, rows] of Object.entries(tables)) {
  const roles = heading.split(' ') as Role[]
  for (const [row, kind] of Object.entries(rows)) {
    t.test(`${heading}: ${row} is ${kind ?? 'no difference'}`, (t) => {
      const sides = row.split(' ').map((has, index) => {
        const role = roles[index] ?? 'live'
        const things = has === 'y' ? [thing('a')] : []
        return side(role, things, { state: has === '?' ? 'unread' : 'read' })
      })
      t.strictSame(told(sides), kind === null ? [] : [`${kind} a`])
      t.end()
    })
  }
}

t.test('a side that is not there takes no part, and one that is blind says nothing', (t) => {
  const live = side('live', [thing('a')])
  t.strictSame(told([live, side('configured', [], { state: 'absent' })]), [])
  const isA = ({ name }: Thing) => name === 'a'
  t.strictSame(told([live, side('configured', [], { blind: isA })]), [])
  const file = side('configured', [thing('a'), thing('b')])
  t.strictSame(told([side('live', [], { blind: isA }), file]), ['pending b'])
  t.end()
})

t.test('parts of what is gone as a whole are not told one by one', (t) => {
  const parts = [thing('a/1', { parent: 'a' }), thing('a/1/x', { parent: 'a/1' })]
  const whole = [thing('a'), ...parts]
  t.strictSame(told([side('live', []), side('configured', whole)]), ['pending a'])
  t.strictSame(told([side('live', whole), side('configured', [])]), ['orphaned a'])
  const known = side('known', [thing('a')])
  t.strictSame(told([side('live', []), side('configured', whole), known]), [
    'missing a',
    'pending a/1',
  ])
  t.strictSame(told([side('live', [thing('a')]), side('configured', whole)]), ['pending a/1'])
  t.end()
})

t.test('attributes differ where two sides have another value, and each side is quoted', (t) => {
  const at = new Date('2026-11-20T21:00:00Z')
  const of = (attributes: Thing['attributes']) => [thing('a', { attributes, shown: 'A' })]
  const sides = [
    side('live', of({ size: '2', mode: '1', note: null }), { takenAt: at }),
    side('configured', of({ size: '1', mode: '1', note: 'x' })),
    side('known', of({ size: '3', mode: '3' })),
  ]
  t.strictSame(compare(sides), [
    {
      kind: 'different',
      thing: sides[0]?.things.get('a'),
      attribute: 'size',
      values: [
        { role: 'live', source: 'live', state: 'present', value: '2', takenAt: at },
        { role: 'configured', source: 'configured', state: 'present', value: '1', takenAt: null },
        { role: 'known', source: 'known', state: 'present', value: '3', takenAt: null },
      ],
    },
  ])
  t.end()
})

const attributes = fc.record({ x: fc.option(fc.constantFrom('1', '2')), y: fc.constant('1') })
const things = fc.uniqueArray(
  fc
    .record({ name: fc.stringMatching(/^[a-f]\d?$/), attributes })
    .map((one) => thing(one.name, { attributes: one.attributes })),
  { selector: ({ name }) => name },
)

t.test('equal sides have no difference', (t) => {
  fc.assert(
    fc.property(things, (all) => {
      const sides = (['data', 'live', 'configured', 'known'] as const).map((role) =>
        side(role, all),
      )
      return compare(sides).length === 0
    }),
  )
  t.end()
})

t.test(
  'with the sides exchanged what was pending is orphaned, and what is different stays so',
  (t) => {
    const exchanged: Record<string, string> = { pending: 'orphaned', orphaned: 'pending' }
    fc.assert(
      fc.property(things, things, (one, other) => {
        const there = compare([side('live', one), side('configured', other)])
        const back = compare([side('live', other), side('configured', one)])
        const names = (found: typeof there, swap: boolean) =>
          found
            .map(({ kind, thing: { name }, attribute }) =>
              [swap ? (exchanged[kind] ?? kind) : kind, name, attribute ?? ''].join(' '),
            )
            .sort()
        t.strictSame(names(back, true), names(there, false))
      }),
    )
    t.end()
  },
)

t.test('other names make no other differences, and the order of the sides none either', (t) => {
  fc.assert(
    fc.property(things, things, things, (data, live, file) => {
      const renamed = (all: Thing[]) => all.map((one) => ({ ...one, name: `x${one.name}` }))
      const found = told([side('data', data), side('live', live), side('configured', file)])
      const other = told([
        side('configured', renamed(file)),
        side('live', renamed(live)),
        side('data', renamed(data)),
      ])
      t.strictSame(
        other,
        found.map((line) => line.replace(' ', ' x')),
      )
    }),
  )
  t.end()
})

t.test('every thing that not all have is told, and no other', (t) => {
  fc.assert(
    fc.property(things, things, (live, file) => {
      const names = (all: Thing[]) => new Set(all.map(({ name }) => name))
      const found = compare([side('live', live), side('configured', file)])
      const kinds = found.filter(({ kind }) => kind !== 'different').map(({ thing }) => thing.name)
      const once = [...names(live), ...names(file)].filter(
        (name) => names(live).has(name) !== names(file).has(name),
      )
      t.strictSame(kinds.sort(), once.sort())
    }),
  )
  t.end()
})
