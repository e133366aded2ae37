import t from 'tap'
import { Type } from 'typebox'
import { askedEvents, isLive, subjectOf } from '../../dashboard/pages/events/asked.ts'
import { released, withHead, withOlder } from '../../dashboard/pages/events/tail.ts'
import {
  pageOfLink,
  placeOf,
  runsOf,
  shareBefore,
  spotsOf,
  type Entry,
} from '../../dashboard/pages/incidents/timeline.ts'
import { askedOf, linkToForm, withoutForm } from '../../dashboard/pages/tasks/asked.ts'
import { fieldsOf, paramsOf } from '../../dashboard/pages/tasks/fields.ts'
import { stepStates } from '../../dashboard/pages/tasks/steps.ts'
import {
  diffLines,
  stepsFor,
  toneOfCheck,
  type Step,
} from '../../dashboard/pages/consistency/parts.ts'
import { placeOf as addressOf } from '../../dashboard/shell/place.ts'

const items = (...ids: string[]) =>
  ids.map((id) => ({ id, timestamp: `2026-03-01T12:00:${id.charCodeAt(0) - 64}Z` }))
const now = new Date('2026-03-01T12:00:00Z')

t.test('new events wait until they are wanted', (t) => {
  const first = withHead(null, { items: items('c', 'b', 'a'), next: 'older' })
  t.strictSame(first, {
    shown: items('c', 'b', 'a'),
    waiting: [],
    broken: false,
    older: 'older',
  })
  t.equal(withHead(first, { items: items('c', 'b', 'a'), next: 'older' }), first, 'nothing is new')

  const one = withHead(first, { items: items('d', 'c', 'b'), next: 'other' })
  const two = withHead(one, { items: items('e', 'd', 'c'), next: 'other' })
  t.strictSame(two.waiting, items('e', 'd'))
  t.strictSame(released(two, 'other'), {
    shown: items('e', 'd', 'c', 'b', 'a'),
    waiting: [],
    broken: false,
    older: 'older',
  })
  t.end()
})

t.test('what is written down late stands where it happened', (t) => {
  const first = withHead(null, { items: items('c', 'a'), next: null })
  const late = withHead(first, { items: items('c', 'b', 'a'), next: null })
  t.strictSame(released(late, null).shown, items('c', 'b', 'a'))
  t.end()
})

t.test('where more came than is read at a time the list begins anew', (t) => {
  const first = withHead(null, { items: items('b', 'a'), next: null })
  const torn = withHead(first, { items: items('z', 'y'), next: 'before y' })
  t.match(torn, { shown: items('b', 'a'), waiting: items('z', 'y'), broken: true })
  t.strictSame(released(torn, 'before y'), {
    shown: items('z', 'y'),
    waiting: [],
    broken: false,
    older: 'before y',
  })
  t.end()
})

t.test('older events are put at the end, each of them once', (t) => {
  const first = withHead(null, { items: items('c', 'b'), next: 'before b' })
  t.strictSame(withOlder(first, { items: items('b', 'a'), next: null }), {
    shown: items('c', 'b', 'a'),
    waiting: [],
    broken: false,
    older: null,
  })
  t.end()
})

t.test('an address asks for events', (t) => {
  t.strictSame(askedEvents({ q: ' esx ', level: '', at: 'x', source: 'alerts' }, now), {
    source: 'alerts',
    q: 'esx',
  })
  t.strictSame(askedEvents({ span: 'hour', end_time: '2026-01-01T00:00:00Z' }, now), {
    start_time: '2026-03-01T11:00:00.000Z',
  })
  t.equal(isLive({}, now), true)
  t.equal(isLive({ end_time: '2026-02-01T00:00:00Z' }, now), false)
  t.end()
})

t.test('an event leads to what it tells of', (t) => {
  const payload = { id: '7' }
  t.strictSame(subjectOf({ type: 'task', source: 'tasks', payload }), { page: 'tasks', id: '7' })
  t.strictSame(subjectOf({ type: 'system', source: 'incidents', payload }), {
    page: 'incidents',
    id: '7',
  })
  t.equal(subjectOf({ type: 'system', source: 'audit', payload }), null)
  t.equal(subjectOf({ type: 'alert', source: 'alerts', payload: {} }), null)
  t.end()
})

const entry = (at: string, title: string, more: Partial<Entry> = {}): Entry => ({
  at: `2026-03-01T${at}Z`,
  ...{ kind: 'event', title, level: 'info', id: title },
  ...more,
})
const drawn = {
  since: new Date('2026-03-01T11:00:00Z'),
  began: now,
  until: new Date('2026-03-01T22:00:00Z'),
}

t.test('the hour before a long incident has room of its own', (t) => {
  t.equal(shareBefore(drawn), 0.4)
  t.equal(placeOf(new Date('2026-03-01T11:30:00Z'), drawn), 0.2)
  t.equal(placeOf(now, drawn), 0.4)
  t.equal(placeOf(new Date('2026-03-01T17:00:00Z'), drawn), 0.7)
  t.equal(placeOf(new Date('2026-03-02T00:00:00Z'), drawn), 1)
  const short = { ...drawn, until: new Date('2026-03-01T12:20:00Z') }
  t.equal(shareBefore(short), 0.75)
  t.end()
})

t.test('what says the same in a row is one line, and never across the begin', (t) => {
  const [a, b, c, d] = [
    entry('11:58:00', 'link down'),
    entry('11:59:00', 'link down'),
    entry('12:01:00', 'link down'),
    entry('12:02:00', 'link up'),
  ]
  t.strictSame(runsOf([a, b, c, d], now), [
    { first: a, last: b, count: 2 },
    { first: c, last: c, count: 1 },
    { first: d, last: d, count: 1 },
  ])
  t.end()
})

t.test('a spot of the timeline is as bad as its worst', (t) => {
  const spots = spotsOf(
    [
      entry('11:30:00', 'changed', { kind: 'audit' }),
      entry('11:30:01', 'quiet', { kind: 'alert' }),
      entry('11:30:02', 'gone', { kind: 'alert', level: 'critical' }),
    ],
    drawn,
  )
  t.strictSame(spots, [
    {
      ...{ lane: 'changes', place: 0.2, count: 1, grade: 'quiet' },
      ...{ id: 'audit changed 2026-03-01T11:30:00Z', title: 'changed' },
    },
    {
      ...{ lane: 'alerts', place: 0.2, count: 2, grade: 'critical' },
      ...{ id: 'alert gone 2026-03-01T11:30:02Z', title: 'gone' },
    },
  ])
  t.end()
})

t.test('links of the interface lead to pages', (t) => {
  t.strictSame(pageOfLink('/api/v1/monitoring/alerts/12'), { page: 'alerts', id: '12' })
  t.strictSame(pageOfLink('/api/v1/tasks/12'), { page: 'tasks', id: '12' })
  t.equal(pageOfLink('/api/v1/monitoring/notifications/12'), null)
  t.equal(pageOfLink(null), null)
  t.end()
})

t.test('the form of a task is made of the schema of its parameters', (t) => {
  const schema = Type.Object({
    verify: Type.Optional(Type.Boolean({ description: 'Whether it is restored.' })),
    days: Type.Optional(Type.Integer({ minimum: 1, default: 7 })),
    barcodes: Type.Array(Type.String()),
    level: Type.Optional(Type.Unsafe({ type: 'string', enum: ['a', 'b'], default: 'a' })),
    slot: Type.Optional(Type.Union([Type.Integer(), Type.Object({ address: Type.Integer() })])),
    group: Type.Optional(Type.Object({ name: Type.String() })),
  })
  const plain = { required: false, hint: '', standard: null, choices: [] }
  t.strictSame(fieldsOf(schema), [
    { ...plain, name: 'barcodes', kind: 'list', required: true },
    {
      ...{ ...plain, name: 'verify', kind: 'choice', hint: 'Whether it is restored.' },
      choices: ['true', 'false'],
    },
    { ...plain, name: 'days', kind: 'number', standard: '7', minimum: 1 },
    { ...plain, name: 'level', kind: 'choice', standard: 'a', choices: ['a', 'b'] },
    { ...plain, name: 'slot', kind: 'text' },
    { ...plain, name: 'group', kind: 'json' },
  ])
  const filled = { verify: 'false', barcodes: ' A1,\nA2, ', slot: '12', group: '{"name":"x"}' }
  t.strictSame(paramsOf(schema, { ...filled, days: '', level: 'b' }), {
    ...{ verify: false, barcodes: ['A1', 'A2'], level: 'b', slot: 12, group: { name: 'x' } },
  })
  t.strictSame(paramsOf(schema, { slot: '{"address":7}', other: 'x' }), { slot: { address: 7 } })
  t.throws(() => paramsOf(schema, { group: 'x' }), SyntaxError)
  const sizes = { properties: { size_bytes: { type: 'integer', minimum: 1 } } }
  t.match(fieldsOf(sizes), [{ kind: 'bytes', minimum: 1 }])
  for (const [text, bytes] of [
    ['500 GiB', 536_870_912_000],
    ['1.5TiB', 1_649_267_441_664],
    ['4096', 4_096],
  ] as const) {
    t.strictSame(paramsOf(sizes, { size_bytes: text }), { size_bytes: bytes })
  }
  t.throws(() => paramsOf(sizes, { size_bytes: '5 GB' }), SyntaxError)
  t.end()
})

t.test('of a task that ended nobody says that a step is under way', (t) => {
  const task = { steps: [1, 2, 3], steps_done: 1, step_begun: true }
  t.strictSame(stepStates({ ...task, state: 'running' }), ['done', 'now', 'waiting'])
  t.strictSame(stepStates({ ...task, state: 'failed' }), ['done', 'unfinished', 'waiting'])
  t.strictSame(stepStates({ ...task, state: 'pending' }), ['done', 'waiting', 'waiting'])
  t.strictSame(stepStates({ ...task, steps: null, state: 'pending' }), [])
  t.end()
})

t.test('a comparison with differences is not shown as well', (t) => {
  const none = { missing: 0, orphaned: 0, pending: 0, different: 0 }
  t.equal(toneOfCheck({ ...none, status: 'up' }), 'good')
  t.equal(toneOfCheck({ ...none, status: 'up', orphaned: 1 }), 'info')
  t.equal(toneOfCheck({ ...none, status: 'down', missing: 1 }), 'critical')
  t.equal(toneOfCheck({ ...none, status: 'unknown' }), 'unknown')
  t.end()
})

t.test('of a plan the steps for one difference are found', (t) => {
  const step = (words: string, ...differences: string[]): Step => ({
    ...{ differences, words, write: null, command: null, disruptive: false },
  })
  const [one, both] = [step('one', 'a'), step('both', 'a', 'b')]
  t.strictSame(stepsFor([one, both], 'b'), [both])
  t.end()
})

t.test('lines of a file are told apart by their signs', (t) => {
  t.strictSame(diffLines(' A {\n+\tB\n-\tC\n'), [
    { sign: ' ', line: 'A {' },
    { sign: '+', line: '\tB' },
    { sign: '-', line: '\tC' },
  ])
  t.end()
})

t.test('an address fills in the form of a task, and is one without it again', (t) => {
  const link = linkToForm('repository_grow', { mount_point: '/srv/a b' })
  t.equal(link, '#/tasks?start=repository_grow&param.mount_point=%2Fsrv%2Fa+b')
  const { query } = addressOf(`${link}&kind=backup`)
  t.strictSame(askedOf(query), {
    ...{ kind: 'repository_grow', params: { mount_point: '/srv/a b' } },
  })
  t.strictSame(askedOf({ kind: 'backup' }), { kind: null, params: {} })
  t.strictSame(Object.keys(withoutForm(query)), ['start', 'param.mount_point'])
  t.end()
})
