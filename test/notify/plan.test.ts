import t from 'tap'
import { plan } from '../../src/notify/plan.ts'
import { after, alertAt, audience, over, quiet, Told } from '../support/notices.ts'

const acknowledged = { acknowledgedAt: after(1), acknowledgedBy: 'ann' }

t.test('what fires is told once, and its end once', (t) => {
  const told = new Told([audience('email'), audience('webhook')])
  const srv = alertAt('/srv')
  t.strictSame(told.step(0, [srv]), ['email: firing /srv', 'webhook: firing /srv'])
  t.strictSame(told.notices[0], {
    channel: 'email',
    fingerprint: srv.fingerprint,
    alertId: srv.id,
    openedAt: after(0),
    toldAt: after(0),
    severity: 'warning',
    flapping: false,
    acknowledged: false,
  })
  t.strictSame(told.step(30, [{ ...srv, count: 2, message: 'it is worse' }]), [])
  t.strictSame(told.step(60, [], [over(srv, 60)]), [
    'email: resolved /srv',
    'webhook: resolved /srv',
  ])
  t.strictSame(told.notices, [])
  t.strictSame(told.step(90, [], [over(srv, 60)]), [])
  t.end()
})

t.test('what is pending, muted, acknowledged or too mild is not told, and its end is not', (t) => {
  const cases = {
    pending: { state: 'pending' as const, firedAt: null },
    inhibited: { inhibitedBy: 'id of another' },
    silenced: { silencedBy: ['id of a silence'] },
    acknowledged,
    mild: { severity: 'info' as const },
  }
  for (const [name, given] of Object.entries(cases)) {
    const told = new Told([audience('email', { minSeverity: 'warning' })])
    const alert = alertAt('/srv', given)
    t.strictSame(told.step(0, [alert]), [], name)
    t.strictSame(told.step(30, [], [over(alert, 30)]), [], name)
    t.strictSame(told.notices, [], name)
  }
  t.end()
})

t.test('what was muted is told as soon as it is not', (t) => {
  const told = new Told([audience('email')])
  t.strictSame(told.step(0, [alertAt('/srv', { silencedBy: ['one'] })]), [])
  t.strictSame(told.step(30, [alertAt('/srv', { inhibitedBy: 'one' })]), [])
  t.strictSame(told.step(60, [alertAt('/srv')]), ['email: firing /srv'])
  t.end()
})

t.test('an end is told also when it is muted by then, or nobody is to be told any more', (t) => {
  const told = new Told([audience('email', { minSeverity: 'warning' })])
  const srv = alertAt('/srv')
  t.strictSame(told.step(0, [srv]), ['email: firing /srv'])
  const milder = { ...srv, severity: 'info' as const }
  t.strictSame(told.step(30, [{ ...milder, silencedBy: ['one'], inhibitedBy: 'other' }]), [])
  t.strictSame(told.step(60, [], [over(milder, 60)]), ['email: resolved /srv'])
  t.end()
})

t.test('what has become graver is told again, what has become milder is not', (t) => {
  const told = new Told([audience('email')])
  const as = (severity: 'info' | 'warning' | 'critical') => [alertAt('/srv', { severity })]
  t.strictSame(told.step(0, as('warning')), ['email: firing /srv'])
  t.strictSame(told.step(30, as('info')), [])
  t.strictSame(told.step(60, as('warning')), [])
  t.strictSame(told.step(90, as('critical')), ['email: firing /srv'])
  t.strictSame(told.step(120, as('warning')), [])
  t.strictSame(told.step(150, as('critical')), [])
  t.end()
})

t.test(
  'what still fires is told again after the repeat interval, unless it is looked after',
  (t) => {
    const told = new Told([audience('email')], { repeatMs: 3600_000 })
    const srv = alertAt('/srv')
    t.strictSame(told.step(0, [srv]), ['email: firing /srv'])
    t.strictSame(told.step(3599, [srv]), [])
    t.strictSame(told.step(3600, [srv]), ['email: repeated /srv'])
    t.strictSame(told.step(7199, [srv]), [])
    t.strictSame(told.step(7200, [{ ...srv, silencedBy: ['one'] }]), [])
    t.strictSame(told.step(7230, [srv]), ['email: repeated /srv'])
    t.strictSame(told.step(20_000, [{ ...srv, ...acknowledged }]), ['email: acknowledged /srv'])
    t.strictSame(told.step(40_000, [{ ...srv, ...acknowledged }]), [])

    const never = new Told([audience('email')], { repeatMs: 0 })
    t.strictSame(never.step(0, [srv]), ['email: firing /srv'])
    t.strictSame(never.step(1e9, [srv]), [])
    t.end()
  },
)

t.test('that somebody looks after it is told once; that nobody does any more, too', (t) => {
  const told = new Told([audience('email'), audience('snmp', { news: ['firing', 'resolved'] })])
  const srv = alertAt('/srv')
  const mine = { ...srv, ...acknowledged }
  t.strictSame(told.step(0, [srv]), ['email: firing /srv', 'snmp: firing /srv'])
  t.strictSame(told.step(30, [mine]), ['email: acknowledged /srv'])
  t.strictSame(told.step(60, [mine]), [])
  const lapsed = { ...srv, acknowledgementLapsedAt: after(90) }
  t.strictSame(told.step(90, [{ ...lapsed, silencedBy: ['one'] }]), [])
  t.strictSame(told.step(120, [lapsed]), ['email: firing /srv', 'snmp: firing /srv'])
  t.strictSame(told.step(150, [lapsed]), [])
  t.strictSame(told.step(180, [{ ...lapsed, ...acknowledged }]), ['email: acknowledged /srv'])
  t.strictSame(told.step(210, [], [over(srv, 210)]), [
    'email: resolved /srv',
    'snmp: resolved /srv',
  ])
  t.end()
})

t.test('of what was acknowledged before it was told nothing is told until that lapses', (t) => {
  const told = new Told([audience('email')])
  t.strictSame(told.step(0, [alertAt('/srv', acknowledged)]), [])
  t.strictSame(told.step(30, [alertAt('/srv')]), ['email: firing /srv'])
  t.end()
})

t.test('escalation reaches one channel after the other while nobody acknowledges', (t) => {
  const channels = ['email', 'pagerduty', 'phone'].map((name) => audience(name))
  const escalation = { channels: ['pagerduty', 'absent', 'phone'], afterMs: 900_000 }
  const told = new Told(channels, { escalation })
  const srv = alertAt('/srv')
  t.strictSame(told.step(60, [srv]), ['email: firing /srv'])
  t.strictSame(told.step(959, [srv]), [])
  t.strictSame(told.step(960, [srv]), ['pagerduty: escalated /srv'])
  t.strictSame(told.step(2759, [srv]), [])
  t.strictSame(told.step(2760, [srv]), ['phone: escalated /srv'])
  t.strictSame(told.step(5000, [{ ...srv, severity: 'critical' }]), [
    'email: firing /srv',
    'pagerduty: firing /srv',
    'phone: firing /srv',
  ])
  t.strictSame(told.step(5030, [], [over(srv, 5030)]), [
    'email: resolved /srv',
    'pagerduty: resolved /srv',
    'phone: resolved /srv',
  ])
  t.end()
})

t.test('escalation waits anew when an acknowledgement has lapsed', (t) => {
  const channels = ['email', 'pagerduty'].map((name) => audience(name))
  const told = new Told(channels, { escalation: { channels: ['pagerduty'], afterMs: 900_000 } })
  const srv = alertAt('/srv')
  t.strictSame(told.step(0, [srv]), ['email: firing /srv'])
  t.strictSame(told.step(30, [{ ...srv, ...acknowledged }]), ['email: acknowledged /srv'])
  t.strictSame(told.step(3000, [{ ...srv, ...acknowledged }]), [])
  const lapsed = { ...srv, acknowledgementLapsedAt: after(3600) }
  t.strictSame(told.step(3600, [lapsed]), ['email: firing /srv'])
  t.strictSame(told.step(4499, [lapsed]), [])
  t.strictSame(told.step(4500, [lapsed]), ['pagerduty: escalated /srv'])
  t.end()
})

t.test('what nobody else is told of is escalated from when it fires', (t) => {
  const escalation = { channels: ['pagerduty'], afterMs: 900_000 }
  const channels = [audience('email', { minSeverity: 'critical' }), audience('pagerduty')]
  const told = new Told(channels, { escalation })
  const srv = alertAt('/srv', { firedAt: after(30) })
  t.strictSame(told.step(929, [srv]), [])
  t.strictSame(told.step(930, [srv]), ['pagerduty: escalated /srv'])
  t.end()
})

t.test('a channel that cannot tell of an escalation or of flapping tells that it fires', (t) => {
  const firingOnly = { news: ['firing', 'resolved'] as const }
  const channels = [audience('email', firingOnly), audience('pagerduty', firingOnly)]
  const told = new Told(channels, {
    ...{ repeatMs: 1000, escalation: { channels: ['pagerduty'], afterMs: 900_000 } },
  })
  const srv = alertAt('/srv', { flapping: true })
  t.strictSame(told.step(0, [srv]), ['email: firing /srv'])
  t.strictSame(told.step(900, [srv]), ['pagerduty: firing /srv'])
  t.strictSame(told.step(2000, [srv]), [])
  t.end()
})

t.test('a flapping alert says so once, and is over when it was calm for as long', (t) => {
  const told = new Told([audience('email')], { repeatMs: 600_000 })
  const first = alertAt('/srv')
  t.strictSame(told.step(0, [first]), ['email: firing /srv'])
  t.strictSame(told.step(30, [{ ...first, flapping: true }]), ['email: flapping /srv'])
  t.strictSame(told.step(60, [{ ...first, flapping: true, ...acknowledged }]), [])
  const ended = over({ ...first, flapping: true }, 90)
  t.strictSame(told.step(90, [], [ended]), [])
  // A new one takes over what was told of the first.
  const second = { ...first, id: 'second', flapping: true, firedAt: after(120) }
  t.strictSame(told.step(110, [{ ...second, state: 'pending', firedAt: null }], [ended]), [])
  t.strictSame(told.step(120, [second], [ended]), [])
  t.equal(told.notices[0]?.alertId, 'second')
  t.strictSame(told.step(2000, [second]), [])
  const end = over(second, 2010)
  t.strictSame(told.step(2010, [], [end]), [])
  t.strictSame(told.step(5609, [], [end]), [])
  t.strictSame(told.step(5610, [], [end]), ['email: resolved /srv'])
  t.strictSame(told.notices, [])
  t.end()
})

t.test('an alert that begins flapping is told so, and that it fires when it stays', (t) => {
  const told = new Told([audience('email')])
  const srv = alertAt('/srv', { flapping: true })
  t.strictSame(told.step(0, [srv]), ['email: flapping /srv'])
  t.strictSame(told.step(30, [{ ...srv, severity: 'critical' }]), [])
  t.strictSame(told.step(3600, [{ ...srv, flapping: false }]), ['email: firing /srv'])
  t.strictSame(told.step(3630, [], [over(srv, 3630)]), ['email: resolved /srv'])

  const muted = new Told([audience('email')])
  t.strictSame(muted.step(0, [{ ...srv, silencedBy: ['one'] }]), [])
  t.strictSame(muted.step(30, [srv]), ['email: flapping /srv'])
  t.end()
})

t.test('an end that was missed is told at the next step, before what begins', (t) => {
  const told = new Told([audience('email')])
  const first = alertAt('/srv')
  t.strictSame(told.step(0, [first]), ['email: firing /srv'])
  const second = { ...first, id: 'second', firedAt: after(600) }
  t.strictSame(told.step(630, [second], [over(first, 300)]), [
    'email: resolved /srv',
    'email: firing /srv',
  ])
  // Of one that was forgotten there is nothing to tell.
  t.strictSame(told.step(900, []), [])
  t.strictSame(told.notices, [])
  t.end()
})

t.test('that a channel is down is told on the others', (t) => {
  const told = new Told([audience('email'), audience('webhook')])
  const down = alertAt('email', { labels: { channel: 'email' } })
  t.strictSame(told.step(0, [down]), ['webhook: firing email'])
  t.end()
})

t.test('what was told on a channel that is not there any more is kept', (t) => {
  const told = new Told([audience('email'), audience('webhook')])
  const srv = alertAt('/srv')
  told.step(0, [srv])
  const ended = { active: [], ended: [over(srv, 30)], at: after(30) }
  const { news, kept, closed } = plan([audience('email')], told.notices, ended, quiet)
  t.strictSame(
    [news.map(({ channel }) => channel), kept, closed.map(({ channel }) => channel)],
    [['email'], [], ['email']],
  )
  t.end()
})
