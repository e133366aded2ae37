import t from 'tap'
import { barsOf, unknownShare } from '../../dashboard/pages/rules/bars.ts'
import { durationText, givenOf, marked, secondsOf } from '../../dashboard/pages/rules/draft.ts'
import { shortPlaces } from '../../dashboard/pages/rules/places.ts'
import { filtered, isOf, ruleOf, type Rule } from '../../dashboard/pages/rules/rule.ts'

const since = '2026-11-28T00:00:00.000Z'
const until = '2026-11-28T10:00:00.000Z'
const at = (hour: number) => `2026-11-28T${String(hour).padStart(2, '0')}:00:00.000Z`

t.test('when a rule would have fired is bars on a line, place by place', (t) => {
  const a = { library: 'A' }
  const b = { library: 'B' }
  const periods = [
    { labels: a, pending_at: at(1), fired_at: at(2), resolved_at: at(4) },
    { labels: b, pending_at: at(5), fired_at: null, resolved_at: at(6) },
    { labels: a, pending_at: at(8), fired_at: at(8), resolved_at: null },
  ]
  t.strictSame(barsOf({ periods, since, until }), [
    {
      labels: a,
      bars: [
        { kind: 'pending', left: 10, width: 10, from: at(1), to: at(2) },
        { kind: 'firing', left: 20, width: 20, from: at(2), to: at(4) },
        { kind: 'firing', left: 80, width: 20, from: at(8), to: null },
      ],
      fired: 2,
    },
    {
      labels: b,
      bars: [{ kind: 'pending', left: 50, width: 10, from: at(5), to: at(6) }],
      fired: 0,
    },
  ])
  t.end()
})

t.test('a moment is wide enough to be seen, also at the end', (t) => {
  const periods = [{ labels: {}, pending_at: until, fired_at: until, resolved_at: null }]
  const [place] = barsOf({ periods, since, until })
  t.strictSame(place?.bars, [{ kind: 'firing', left: 99.6, width: 0.4, from: until, to: null }])
  t.end()
})

t.test('the time before anything was stored is not known', (t) => {
  t.equal(unknownShare({ since, until, stored_since: at(4) }), 40)
  t.equal(unknownShare({ since, until, stored_since: null }), 100)
  t.equal(unknownShare({ since, until, stored_since: '2026-11-27T00:00:00.000Z' }), 0)
  t.end()
})

t.test('durations are typed as they are spoken', (t) => {
  const read = ['90', '5m', '1h30m', ' 2 d ', '1w', '0.5h', 'soon', '5 x', ''].map(secondsOf)
  t.strictSame(read, [90, 300, 5400, 172_800, 604_800, 1800, null, null, null])
  t.strictSame([0, 45, 300, 5400, 172_800].map(durationText), ['', '45s', '5m', '90m', '2d'])
  t.end()
})

const typed = {
  ...{
    name: ' Busy ',
    query: 'cpu_usage > 80\n',
    threshold: '',
    clear: '70,5',
    for: '5m',
    keep: '',
  },
  ...{ severity: 'warning', source: '', labels: 'team = backup\n\nurl=a=b\n' },
  ...{ description: 'slow', action: 'wait', enabled: true },
}

t.test('what was typed becomes a rule', (t) => {
  t.strictSame(givenOf(typed), {
    ...{
      name: 'Busy',
      query: 'cpu_usage > 80',
      description: 'slow',
      action: 'wait',
      enabled: true,
    },
    ...{ severity: 'warning', threshold_value: null, clear_threshold: 70.5 },
    ...{ for_seconds: 300, keep_firing_seconds: 0, labels: { team: 'backup', url: 'a=b' } },
  })
  t.equal(givenOf({ ...typed, source: 'tape' }).source, 'tape')
  t.end()
})

t.test('what cannot be read of it is named with its field', (t) => {
  t.throws(() => givenOf({ ...typed, for: 'long' }), { message: /^Has to hold for: / })
  t.throws(() => givenOf({ ...typed, clear: 'much' }), { message: /^Over at: / })
  t.throws(() => givenOf({ ...typed, labels: 'team' }), { message: /^Labels: team / })
  t.end()
})

t.test('faults of a query are marked at their place', (t) => {
  const places = [
    { offset: 18, length: 3 },
    { offset: 0, length: 8 },
  ]
  t.strictSame(marked('cpu_usge > 80 and foo(1)', places), [
    { text: 'cpu_usge', fault: true },
    { text: ' > 80 and ', fault: false },
    { text: 'foo', fault: true },
    { text: '(1)', fault: false },
  ])
  t.strictSame(marked('cpu >', [{ offset: 5, length: 0 }]), [
    { text: 'cpu >', fault: false },
    { text: ' ', fault: true },
  ])
  t.end()
})

t.test('places are called by what tells them apart', (t) => {
  const places = [
    { mountpoint: '/a', type: 'xfs' },
    { mountpoint: '/b', type: 'xfs' },
  ]
  t.strictSame(shortPlaces(places), ['/a', '/b'])
  t.strictSame(shortPlaces(places.slice(0, 1)), ['mountpoint=/a type=xfs'])
  t.strictSame(shortPlaces([{}]), ['the appliance'])
  t.end()
})

const rule = (more: Partial<Rule>) =>
  ({ title: '', name: '', description: '', query: null, builtin: false, ...more }) as Rule

t.test('a rule is found by its id and by what its alerts say', (t) => {
  const own = rule({ id: '7d3a', name: 'Busy' })
  const builtIn = rule({ id: 'TapeDriveUnreachable', name: 'TapeDriveUnreachable', builtin: true })
  const all = [builtIn, own]
  t.equal(ruleOf(all, '7d3a'), own)
  t.equal(ruleOf(all, 'Busy'), own)
  t.equal(ruleOf(all, 'Nothing'), undefined)
  t.ok(isOf({ rule: 'Busy' }, own))
  t.notOk(isOf({ rule: 'Busy' }, builtIn))
  t.end()
})

t.test('rules are narrowed by words and by kind', (t) => {
  const own = rule({ id: '1', title: 'Busy', query: 'cpu_usage > 80', severity: 'info' })
  const builtIn = rule({ id: '2', title: 'Drive', description: 'No CPU', builtin: true })
  const all = [own, builtIn]
  t.strictSame(filtered(all, {}), all)
  t.strictSame(filtered(all, { q: 'cpu 80' }), [own])
  t.strictSame(filtered(all, { kind: 'builtin' }), [builtIn])
  t.strictSame(filtered(all, { severity: 'info', kind: 'own' }), [own])
  t.strictSame(filtered(all, { source: 'tape' }), [])
  t.end()
})
