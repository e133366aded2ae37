import t from 'tap'
import { announcements, transitionsOf } from '../../src/alerts/announce.ts'
import { evaluate } from '../../src/alerts/evaluate.ts'
import type { Finding } from '../../src/rules/rule.ts'
import type { Reading } from '../../src/snapshot.ts'
import { found, place, ruleOf, run, start } from '../support/evaluation.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'

const changesOf = (steps: { changes: string[] }[]) => steps.map(({ changes }) => changes)

t.test('an alert goes on for as long as its rule keeps it firing', (t) => {
  const rule = ruleOf({ keepFiringSeconds: 60 })
  const steps = run([rule], [found(place('a')), found(), found(), found(), found()])

  t.strictSame(changesOf(steps), [
    ['opened Broken a'],
    ['gone Broken a'],
    [],
    ['resolved Broken a'],
    [],
  ])
  t.strictSame(
    steps.map(({ alerts }) =>
      alerts.map(({ state, count, goneSince }) => [state, count, goneSince]),
    ),
    [
      [['firing', 1, null]],
      [['firing', 1, new Date(start + 30_000)]],
      [['firing', 1, new Date(start + 30_000)]],
      [],
      [],
    ],
  )
  t.strictSame(
    steps.map(({ announced }) => announced),
    [['firing Broken a'], [], [], ['resolved Broken a'], []],
  )
  t.end()
})

t.test(
  'a condition that comes back in that time is the same alert, and the time begins anew',
  (t) => {
    const rule = ruleOf({ keepFiringSeconds: 60 })
    const steps = run(
      [rule],
      [found(place('a')), found(), found(place('a')), found(), found(), failed(), found()],
    )

    t.strictSame(changesOf(steps), [
      ['opened Broken a'],
      ['gone Broken a'],
      ['seen Broken a'],
      ['gone Broken a'],
      [],
      [],
      ['resolved Broken a'],
    ])
    t.strictSame(steps[2]?.alerts[0]?.goneSince, null)
    t.end()
  },
)

t.test('what is pending, and what was hardware that is absent now, is not kept firing', (t) => {
  const rules = [
    ruleOf({ keepFiringSeconds: 600 }),
    ruleOf({ alert: 'Later', forSeconds: 60, keepFiringSeconds: 600 }),
  ]
  t.strictSame(run(rules, [found(place('a')), found()])[1]?.changes, [
    'gone Broken a',
    'dropped Later a',
  ])
  t.strictSame(run(rules, [found(place('a')), absent()])[1]?.changes, [
    'resolved Broken a',
    'dropped Later a',
  ])
  t.end()
})

/** A rule with thresholds of 80 and 70, and what it says of values. */
const above = (limit: number) => (value: unknown) =>
  (value as { name: string; percent: number }[])
    .filter(({ percent }) => percent > limit)
    .map(({ name, percent }): Finding => place(name, `at ${percent} %`))
const sluggish = ruleOf({ check: above(80), lingers: above(70) })
const at = (...percents: number[]) =>
  read(
    percents.map((percent, index) => ({ percent, name: `p${index}` })),
  ) as unknown as Reading<never>

t.test('an alert is over below the threshold to clear it, not below the one to raise it', (t) => {
  const steps = run([sluggish], [at(75), at(81), at(79), at(71), at(70), at(79), at(81)])

  t.strictSame(changesOf(steps), [
    [],
    ['opened Broken p0'],
    ['seen Broken p0'],
    ['seen Broken p0'],
    ['resolved Broken p0'],
    [],
    ['opened Broken p0'],
  ])
  t.strictSame(
    steps[3]?.alerts.map(({ message, count }) => [message, count]),
    [['at 71 %', 3]],
  )
  t.end()
})

t.test('what is pending has to hold above the threshold to raise it', (t) => {
  const steps = run(
    [{ ...sluggish, forSeconds: 60 }],
    [at(81), at(79), at(81), at(81), at(81), at(79)],
  )

  t.strictSame(changesOf(steps), [
    ['opened Broken p0'],
    ['dropped Broken p0'],
    ['opened Broken p0'],
    ['seen Broken p0'],
    ['fired Broken p0'],
    ['seen Broken p0'],
  ])
  t.end()
})

t.test('a condition that lingers while it was kept firing holds again', (t) => {
  const rule = { ...sluggish, keepFiringSeconds: 60 }
  const steps = run([rule], [at(81), at(60), at(75), at(60), at(60), at(60)])

  t.strictSame(changesOf(steps), [
    ['opened Broken p0'],
    ['gone Broken p0'],
    ['seen Broken p0'],
    ['gone Broken p0'],
    [],
    ['resolved Broken p0'],
  ])
  t.end()
})

t.test('what a place belongs to is kept while it is not known', (t) => {
  const drive = (partOf?: Record<string, string>): Finding => ({
    ...place('d1'),
    ...(partOf && { partOf }),
  })
  const steps = run(
    [ruleOf()],
    [found(drive({ library: 'L1' })), found(drive()), found(drive({ library: 'L2' }))],
  )

  t.strictSame(
    steps.map(({ alerts }) => alerts[0]?.partOf),
    [{ library: 'L1' }, { library: 'L1' }, { library: 'L2' }],
  )
  t.equal(new Set(steps.map(({ alerts }) => alerts[0]?.id)).size, 1, 'it does not identify it')
  t.end()
})

const limits = { count: 3, windowSeconds: 300 }

t.test('a condition that fires again and again is said to flap, until it fires steadily', (t) => {
  const on = found(place('a'), place('b'))
  const off = found(place('b'))
  const steps = run(
    [ruleOf()],
    [on, off, on, off, ...Array.from({ length: 12 }, () => on)],
    30,
    limits,
  )

  const flappingAt = (index: number) =>
    steps[index]?.alerts.filter(({ flapping }) => flapping).map(({ resource }) => resource)
  t.strictSame([2, 4, 13, 14].map(flappingAt), [[], ['a'], ['a'], []])
  t.strictSame(steps[14]?.changes, ['seen Broken a', 'seen Broken b', 'calmed Broken a'])
  t.strictSame(steps[14]?.announced, ['firing Broken a'], 'who watches sees that it is calm')
  t.end()
})

t.test('firings count within the window only', (t) => {
  const pulse = [found(place('a')), found(), found(), found(), found(), found()]
  const steps = run([ruleOf()], [...pulse, ...pulse, ...pulse], 30, limits)

  t.strictSame(
    steps.flatMap(({ alerts }) => alerts.map(({ flapping }) => flapping)),
    [false, false, false],
    'three of them begin and end in 360 s',
  )
  t.end()
})

t.test('what is pending has not fired, so it flaps when it does', (t) => {
  const long = [found(place('a')), found(place('a')), found()]
  const steps = run([ruleOf({ forSeconds: 30 })], [...long, ...long, ...long], 30, limits)

  t.strictSame(
    steps.flatMap(({ alerts }) => alerts.map(({ state, flapping }) => `${state} ${flapping}`)),
    [
      ...['pending false', 'firing false'],
      ...['pending false', 'firing false'],
      ...['pending false', 'firing true'],
    ],
  )
  t.end()
})

t.test('the history says that it flaps, and that it is calm again', (t) => {
  const now = new Date(start)
  const firings = { ...limits, counts: new Map<string, number>() }
  const context = { now, newId: () => 'id', firings }
  const [quiet] = evaluate(
    new Map(),
    [ruleOf()],
    snapshotOf({ tasks: found(place('a')) }),
    context,
  ).changes
  const fingerprint = quiet?.alert.fingerprint ?? ''
  const often = { ...context, firings: { ...limits, counts: new Map([[fingerprint, 2]]) } }
  const first = evaluate(new Map(), [ruleOf()], snapshotOf({ tasks: found(place('a')) }), often)
  const [opened] = first.changes
  if (opened === undefined) throw new Error('nothing was opened')
  const later = new Date(start + 300_000)
  const active = new Map([[fingerprint, opened.alert]])
  const second = evaluate(active, [ruleOf()], snapshotOf({}), { ...context, now: later })

  t.strictSame(transitionsOf([...first.changes, ...second.changes], now), [
    {
      ...{ alertId: 'id', at: now, from: null, to: 'firing', by: null },
      comment: 'it flaps: it has fired often of late',
    },
    {
      ...{ alertId: 'id', at: now, from: 'firing', to: 'firing', by: null },
      comment: 'it has fired steadily and flaps no more',
    },
  ])
  t.strictSame(
    announcements(first.changes, now).map(({ data }) => [data.event, data.flapping]),
    [['firing', true]],
  )
  t.end()
})
