import t from 'tap'
import { openSilences } from '../../src/alerts/silence-store.ts'
import { getAlert } from '../../src/alerts/store.ts'
import { alertsOn, briefly, found, place, said } from '../support/alert-engine.ts'
import { openTestDatabase } from '../support/database.ts'
import { start } from '../support/evaluation.ts'

const database = await openTestDatabase(t)
const { freshEngine, listed } = alertsOn(database)

t.test('an acknowledgement that says nothing new changes nothing', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  clock.seconds = 10
  const first = await engine.acknowledge(id, { user: 'ada', comment: 'on it' })
  clock.seconds = 20

  t.strictSame(await engine.acknowledge(id, { user: 'ada', comment: 'on it' }), first)
  t.strictSame(await engine.acknowledge(id, { user: 'ada' }), first)
  t.strictSame(await engine.acknowledge(id, { user: 'bob' }), first)
  t.match(first, {
    acknowledgedAt: new Date('2026-11-20T21:00:10Z'),
    acknowledgedBy: 'ada',
    acknowledgeComment: 'on it',
    acknowledgeExpiresAt: null,
    state: 'firing',
  })
  t.strictSame(said(events), ['1 warning firing /srv/a', '2 info acknowledged /srv/a'])
  t.strictSame(briefly(await listed({ acknowledged: true })), ['/srv/a firing 1'])
  t.strictSame(await listed({ acknowledged: false }), [])
})

t.test('somebody says more of an acknowledgement, and somebody else takes it over', async (t) => {
  const { engine, clock } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  const until = (time: string) => new Date(`2026-11-20T${time}Z`)
  const acknowledgement = async () => {
    const [alert] = await listed()
    const { acknowledgedAt, acknowledgedBy, acknowledgeComment, acknowledgeExpiresAt } = alert ?? {}
    return { acknowledgedAt, acknowledgedBy, acknowledgeComment, acknowledgeExpiresAt }
  }
  await engine.acknowledge(id, { user: 'ada', comment: 'on it', expiresAt: until('22:00:00') })
  clock.seconds = 20
  await engine.acknowledge(id, { user: 'ada', comment: 'parts come', expiresAt: until('23:00:00') })
  t.strictSame(await acknowledgement(), {
    acknowledgedAt: until('21:00:00'),
    acknowledgedBy: 'ada',
    acknowledgeComment: 'parts come',
    acknowledgeExpiresAt: until('23:00:00'),
  })
  await engine.acknowledge(id, { user: 'bob', comment: 'my shift' })
  t.strictSame(await acknowledgement(), {
    acknowledgedAt: until('21:00:20'),
    acknowledgedBy: 'bob',
    acknowledgeComment: 'my shift',
    acknowledgeExpiresAt: null,
  })
  t.strictSame(
    (await getAlert(database, id))?.transitions.slice(1).map(({ to, by }) => [to, by]),
    [
      ['acknowledged', 'ada'],
      ['acknowledged', 'ada'],
      ['acknowledged', 'bob'],
    ],
  )
})

t.test('an acknowledgement ends when it says so', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  await engine.acknowledge(id, { user: 'ada', expiresAt: new Date('2026-11-20T21:00:45Z') })
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a')))
  t.strictSame(briefly(await listed({ acknowledged: true })), ['/srv/a firing 2'])
  clock.seconds = 60
  await engine.evaluate(found(place('/srv/a')))

  t.strictSame(briefly(await listed({ acknowledged: false })), ['/srv/a firing 3'])
  t.strictSame(
    (await listed())[0]?.acknowledgementLapsedAt,
    new Date('2026-11-20T21:01:00Z'),
    'when it was noticed',
  )
  t.strictSame(said(events).slice(2), ['3 warning firing /srv/a'])
  t.strictSame(
    (await getAlert(database, id))?.transitions.map(({ from, to, by }) => [from, to, by]),
    [
      [null, 'firing', null],
      ['firing', 'acknowledged', 'ada'],
      ['acknowledged', 'firing', null],
    ],
  )
})

t.test('what was resolved by hand and still holds is a new alert, later', async (t) => {
  const { engine, clock, events } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  clock.seconds = 10
  const resolved = await engine.resolve(id, { user: 'ada', comment: 'cleaned up' })
  t.strictSame(await engine.resolve(id, { user: 'bob' }), resolved)
  t.match(resolved, {
    state: 'resolved',
    resolution: 'manual',
    resolvedBy: 'ada',
    resolveComment: 'cleaned up',
    resolvedAt: new Date('2026-11-20T21:00:10Z'),
  })
  t.strictSame(await listed({ state: ['pending', 'firing'] }), [])
  clock.seconds = 30
  await engine.evaluate(found(place('/srv/a')))

  const [renewed, old] = await listed()
  t.not(renewed?.id, id)
  t.strictSame(renewed?.startedAt, new Date('2026-11-20T21:00:30Z'))
  t.strictSame(old, { ...resolved, appliance: null })
  t.strictSame(said(events), [
    '1 warning firing /srv/a',
    '2 info resolved /srv/a',
    '3 warning firing /srv/a',
  ])
})

t.test('what is unknown or over is refused with a code', async (t) => {
  const { engine } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  await engine.resolve(id, { user: 'ada' })
  const unknown = '00000000-0000-4000-8000-000000000000'

  await t.rejects(engine.acknowledge(id, { user: 'ada' }), { code: 'ERR_ALERT_RESOLVED' })
  await t.rejects(engine.acknowledge(unknown, { user: 'ada' }), { code: 'ERR_ALERT_NOT_FOUND' })
  await t.rejects(engine.resolve('no uuid', { user: 'ada' }), { code: 'ERR_ALERT_NOT_FOUND' })
  t.equal(await getAlert(database, unknown), null)
  t.equal(await getAlert(database, 'no uuid'), null)
})

t.test('what cannot be noted is not done', async (t) => {
  const { engine } = await freshEngine()
  await engine.evaluate(found(place('/srv/a')))
  const id = (await listed())[0]?.id ?? ''
  const before = await getAlert(database, id)
  const fails = () => Promise.reject(new Error('the trail is full'))
  await t.rejects(engine.acknowledge(id, { user: 'ada' }, fails), /the trail is full/)
  await t.rejects(engine.resolve(id, { user: 'ada' }, fails), /the trail is full/)
  const draft = { matchers: [], maintenance: true, startsAt: null, endsAt: null, schedule: null }
  await t.rejects(
    engine.silence({ ...draft, comment: 'new disks' }, { user: 'ada' }, fails),
    /the trail is full/,
  )
  t.strictSame(await getAlert(database, id), before)
  t.strictSame(await openSilences(database, new Date(start)), [])
})
