import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import { announcements } from '../../src/alerts/announce.ts'
import { evaluate, lastingAlerts } from '../../src/alerts/evaluate.ts'
import type { Finding } from '../../src/rules/rule.ts'
import type { Reading } from '../../src/snapshot.ts'
import { found, place, ruleOf, run, start } from '../support/evaluation.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'

const changesOf = (steps: { changes: string[] }[]) => steps.map(({ changes }) => changes)

t.test('a condition without a duration fires when it is found and ends when it is gone', (t) => {
  const steps = run([ruleOf()], [found(place('a')), found(place('a')), found(), found()])

  t.strictSame(changesOf(steps), [
    ['opened Broken a'],
    ['seen Broken a'],
    ['resolved Broken a'],
    [],
  ])
  t.strictSame(
    steps.map(({ announced }) => announced),
    [['firing Broken a'], [], ['resolved Broken a'], []],
  )
  t.end()
})

t.test('an alert counts what found it and remembers when', (t) => {
  const [, , third] = run(
    [ruleOf()],
    [found(place('a', 'at 81 %')), found(place('a', 'at 82 %')), found(place('a', 'at 83 %'))],
  )

  t.strictSame(
    third?.alerts.map(({ id, state, count, startedAt, firedAt, lastSeenAt, message }) => ({
      id,
      state,
      count,
      startedAt,
      firedAt,
      lastSeenAt,
      message,
    })),
    [
      {
        id: 'id-1',
        state: 'firing',
        count: 3,
        startedAt: new Date('2026-11-20T21:00:00Z'),
        firedAt: new Date('2026-11-20T21:00:00Z'),
        lastSeenAt: new Date('2026-11-20T21:01:00Z'),
        message: 'at 83 %',
      },
    ],
  )
  t.end()
})

t.test('a condition that has to hold is pending until it has held long enough', (t) => {
  const rule = ruleOf({ forSeconds: 60 })
  const steps = run(
    [rule],
    Array.from({ length: 4 }, () => found(place('a'))),
  )

  t.strictSame(changesOf(steps), [
    ['opened Broken a'],
    ['seen Broken a'],
    ['fired Broken a'],
    ['seen Broken a'],
  ])
  t.strictSame(
    steps.map(({ announced }) => announced),
    [[], [], ['firing Broken a'], []],
  )
  t.strictSame(
    steps.map(({ alerts }) => alerts[0]?.state),
    ['pending', 'pending', 'firing', 'firing'],
  )
  t.end()
})

t.test('a condition that goes before it has held long enough never was', (t) => {
  const rule = ruleOf({ forSeconds: 60 })
  const steps = run([rule], [found(place('a')), found(), found(place('a'))])

  t.strictSame(changesOf(steps), [['opened Broken a'], ['dropped Broken a'], ['opened Broken a']])
  t.strictSame(
    steps.flatMap(({ announced }) => announced),
    [],
  )
  t.end()
})

t.test('what was not read changes nothing, and does not count', (t) => {
  for (const unread of [failed(), undefined]) {
    const rule = ruleOf({ forSeconds: 30 })
    const [pending, gap, back] = run([rule], [found(place('a')), unread, found(place('a'))])

    t.strictSame(gap?.changes, [])
    t.strictSame(gap?.alerts, pending?.alerts)
    t.strictSame(back?.changes, ['fired Broken a'])
    t.equal(back?.alerts[0]?.count, 2)
  }
  t.end()
})

t.test('hardware that is absent ends its alerts as absent', (t) => {
  const rules = [ruleOf(), ruleOf({ alert: 'Later', forSeconds: 600 })]
  const [, gone] = run(rules, [found(place('a')), absent()])

  t.strictSame(gone?.changes, ['resolved Broken a', 'dropped Later a'])
  t.end()
})

t.test('a gap in a reading keeps the alerts that may lie in it, and no others', (t) => {
  const before = found(
    { labels: { library: 'L1' }, message: 'x' },
    { labels: { library: 'L2' }, message: 'x' },
    { labels: { volume_tag: 'E1' }, message: 'x' },
  )
  const partly = (labels: Record<string, string>) =>
    read([], { problems: [{ labels, error: 'no answer' }] }) as unknown as Reading<never>
  const resolvedBy = (reading: Reading<never>) => run([ruleOf()], [before, reading])[1]?.changes

  t.strictSame(resolvedBy(partly({ library: 'L1' })), ['resolved Broken L2'])
  t.strictSame(resolvedBy(partly({ library: 'L1', slot: '3' })), ['resolved Broken L2'])
  t.strictSame(resolvedBy(partly({})), [], 'a problem without a place may be anywhere')
  t.strictSame(
    resolvedBy(read([], { coverage: 'none' }) as unknown as Reading<never>),
    [],
    'nothing was read',
  )
  t.strictSame(resolvedBy(found()), [
    'resolved Broken L1',
    'resolved Broken L2',
    'resolved Broken E1',
  ])
  t.end()
})

t.test('a rule about whether a place answers says so of every place', (t) => {
  const rules = [
    ruleOf({ alert: 'Unreachable', undecided: () => [] }),
    ruleOf({ alert: 'Full', check: () => [] }),
  ]
  const silent = { problems: [{ labels: { place: 'a' }, error: 'not ready' }] }
  const steps = run(rules, [
    read([place('a')], silent) as unknown as Reading<never>,
    read([], silent) as unknown as Reading<never>,
  ])

  t.strictSame(changesOf(steps), [['opened Unreachable a'], ['resolved Unreachable a']])
  t.end()
})

t.test('a reading of gaps only still raises what it says', (t) => {
  const unreachable = read([place('L1')], { coverage: 'none' }) as unknown as Reading<never>

  t.strictSame(run([ruleOf()], [unreachable])[0]?.announced, ['firing Broken L1'])
  t.end()
})

t.test('a rule that throws keeps its alerts and does not disturb the others', (t) => {
  const error = new TypeError('no such field')
  const fragile = ruleOf({
    alert: 'Fragile',
    check(value) {
      if ((value as unknown as Finding[]).length === 0) throw error
      return value as unknown as Finding[]
    },
  })
  const [, second] = run([fragile, ruleOf()], [found(place('a')), found()])

  t.strictSame(second?.changes, ['resolved Broken a'])
  t.strictSame(second?.errors, [{ rule: 'Fragile', error }])
  t.strictSame(
    second?.alerts.map(({ rule }) => rule),
    ['Fragile'],
  )
  t.end()
})

t.test('the same place found twice is one alert', (t) => {
  const twice = found(place('a', 'first'), place('a', 'second'))

  t.strictSame(
    run([ruleOf()], [twice])[0]?.alerts.map(({ message }) => message),
    ['first'],
  )
  t.end()
})

t.test('the alert of a rule that is gone is over', (t) => {
  const [first] = run([ruleOf()], [found(place('a'))])
  const active = new Map(first?.alerts.map((alert) => [alert.fingerprint, alert]))
  const { changes } = evaluate(active, [], snapshotOf({}), { now: new Date(), newId: () => '' })

  t.strictSame(
    changes.map(({ kind, alert }) => [kind, alert.resolution, alert.resolveComment]),
    [['resolved', 'auto', 'the rule is gone']],
  )
  t.end()
})

t.test('an acknowledgement that expires leaves the alert for others to see', (t) => {
  const [first] = run([ruleOf()], [found(place('a'))])
  const acknowledged = (first?.alerts ?? []).map((alert): Alert => ({
    ...alert,
    acknowledgedAt: new Date(start),
    acknowledgedBy: 'ada',
    acknowledgeComment: 'on it',
    acknowledgeExpiresAt: new Date(start + 3600_000),
  }))
  const active = new Map(acknowledged.map((alert) => [alert.fingerprint, alert]))
  const at = (seconds: number) => {
    const now = new Date(start + seconds * 1000)
    const { changes } = evaluate(active, [ruleOf()], snapshotOf({ tasks: failed() }), {
      now,
      newId: () => '',
    })
    return {
      by: lastingAlerts(active, changes).map(({ acknowledgedBy }) => acknowledgedBy),
      announced: announcements(changes, now).map(({ data }) => [data.event, data.acknowledged]),
    }
  }

  t.strictSame(at(3599), { by: ['ada'], announced: [] })
  t.strictSame(at(3600), { by: [null], announced: [['firing', false]] })
  t.end()
})
