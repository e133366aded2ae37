import t from 'tap'
import { listAlerts } from '../../src/alerts/list.ts'
import { activeAlerts, countAlerts, findAlert, findListedAlert } from '../../src/alerts/store.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { listEvents } from '../../src/events/list.ts'
import { eventsBetween, eventsSince } from '../../src/events/store.ts'
import { countToldAlerts } from '../../src/fleet/alerts.ts'
import { KnownAppliances } from '../../src/fleet/known.ts'
import { Storing } from '../../src/fleet/storing.ts'
import { allAppliances, streamPosition } from '../../src/fleet/store.ts'
import { packSamples } from '../../src/history/compaction.ts'
import { seriesOf } from '../../src/history/reading.ts'
import { readStepped } from '../../src/history/stepped.ts'
import { openTestDatabase } from '../support/database.ts'
import { storeSeries } from '../support/history.ts'
import { handedOver, toldAlert, ToldAppliance, type Published } from '../support/told-appliance.ts'

const database = await openTestDatabase(t)
const now = new Date('2026-11-20T21:05:00Z')
const madeAt = new Date('2026-11-20T00:00:00.123Z')

/** A fleet of which nothing is known, on an empty database. */
async function freshFleet() {
  await database.query(
    'truncate events, fleet_appliances, fleet_alerts, fleet_streams, metric_series, metric_samples, metric_blocks, metric_chunks',
  )
  await database.query('update event_sequence set last = 0')
  const told: StoredEvent[] = []
  const unreadable: string[] = []
  const numbers: string[][] = []
  const known = new KnownAppliances()
  const storing = new Storing({
    ...{ database, known, now: () => now },
    onEvents: (events) => told.push(...events),
    onNumbers: (names) => numbers.push([...names]),
    onUnreadable: (subject, why) => unreadable.push(`${subject}: ${why}`),
  })
  let streamSeq = 0
  const batch = (messages: readonly Published[]) => ({
    ...{ stream: 'S', madeAt },
    messages: messages.map((message) => handedOver(message, (streamSeq += 1))),
  })
  return {
    ...{ known, told, unreadable, numbers },
    events: (...messages: Published[]) => storing.events(batch(messages)),
    metrics: (...messages: Published[]) => storing.metrics(batch(messages)),
    states: (...messages: Published[]) => storing.states(batch(messages)),
  }
}

const listed = async (appliance = 'alpha') =>
  (await listAlerts(database, { appliance, limit: 10, offset: 0 })).alerts.map(
    ({ resource, state, resolution, resolvedAt }) =>
      [resource, state, resolution, resolvedAt?.toISOString() ?? null] as const,
  )

t.test('a batch is stored with how far it goes, and told when it is', async (t) => {
  const { events, known, told } = await freshFleet()
  const [alpha, beta] = [new ToldAppliance('alpha'), new ToldAppliance('beta')]
  await events(alpha.event(), beta.event(), alpha.event())
  t.strictSame(
    told.map(({ seq, appliance, message }) => [seq, appliance, message]),
    [
      [1, null, 'alpha has joined the fleet.'],
      [2, null, 'beta has joined the fleet.'],
      [3, 'alpha', 'alpha 1'],
      [4, 'beta', 'beta 1'],
      [5, 'alpha', 'alpha 2'],
    ],
  )
  t.strictSame(
    (await eventsSince(database, 2, 10)).map(({ seq, appliance }) => [seq, appliance]),
    [
      [3, 'alpha'],
      [4, 'beta'],
      [5, 'alpha'],
    ],
    'a client that resumes gets the same',
  )
  const { events: found } = await listEvents(database, { appliance: 'beta', limit: 9, offset: 0 })
  t.match(found, [{ appliance: 'beta', message: 'beta 1', seq: 4 }])
  t.strictSame(await streamPosition(database, 'S'), { name: 'S', madeAt, seq: 3 })
  t.match(known.list(), [
    { name: 'alpha', seq: 2, stored: 2, state: 'reporting', about: null },
    { name: 'beta', seq: 1, stored: 1 },
  ])
  const again = new KnownAppliances()
  again.update(await allAppliances(database))
  t.strictSame(again.list(), known.list(), 'and after a restart')

  const hour = { since: new Date('2026-11-20T20:00:00Z'), until: now, limit: 10, exceptAlert: '' }
  t.strictSame(
    (await eventsBetween(database, hour)).map(({ appliance }) => appliance),
    [null, null],
    'what happened there is no change here',
  )
})

t.test('one that is new and tells of everything at once joins once', async (t) => {
  const { events, metrics, states, known, told } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  const at = now.getTime()
  await Promise.all([
    states(alpha.about()),
    events(alpha.event(), alpha.event()),
    metrics(alpha.metrics(at, [['x', {}, 'gauge', at, 1]])),
  ])
  t.match(known.list(), [{ seq: 2, stored: 2, about: { version: '0.1.0' }, metricsAt: now }])
  t.strictSame(told.map(({ message }) => message).sort(), [
    'alpha 1',
    'alpha 2',
    'alpha has joined the fleet.',
  ])
})

t.test('what was stored first may be heard of last', async (t) => {
  const { events, known } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  await events(alpha.event())
  const before = await allAppliances(database)
  await events(alpha.event())
  known.update(before)
  t.match(known.list(), [{ seq: 2, stored: 2 }])
})

t.test('what the database refuses is left out by itself', async (t) => {
  const { events, known, told } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  const odd = Array.from({ length: 9 }, (_, index) =>
    alpha.event(index === 5 ? { data: { 'a\0b': 1 } } : {}),
  )
  await events(...odd)
  t.match(known.list(), [{ seq: 9, stored: 8, unreadable: 1, missing: 0 }])
  t.strictSame(
    told.filter(({ appliance }) => appliance === 'alpha').map(({ message }) => message),
    [1, 2, 3, 4, 5, 7, 8, 9].map((seq) => `alpha ${seq}`),
  )
})

t.test('alerts of an appliance are listed, and are nobody else’s', async (t) => {
  const { events, states, known } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  const alert = toldAlert()
  await events(alpha.event({ type: 'alert', data: { ...alert, event: 'firing' } }))
  const other = { id: '00000000-0000-4000-8000-000000000002', resource: 'md1', labels: { a: '1' } }
  const pending = toldAlert({ ...other, state: 'pending', fired_at: null })
  await states(alpha.about({ health: 'degraded' }), alpha.alerts([alert, pending]))
  t.match(known.list(), [{ about: { health: 'degraded', url: 'https://alpha:8443' } }])
  t.strictSame(await listed(), [
    ['md1', 'pending', null, null],
    ['md0', 'firing', null, null],
  ])
  t.strictSame(await listed('beta'), [])
  t.match(await findListedAlert(database, alert.id), { appliance: 'alpha', severity: 'critical' })
  t.strictSame(await countToldAlerts(database), [
    { appliance: 'alpha', severity: 'critical', count: 1 },
  ])
  t.equal(await findAlert(database, alert.id), null)
  t.strictSame(await activeAlerts(database), [])
  t.strictSame(await countAlerts(database), [])

  await states(alpha.alerts([], '2026-11-20T21:01:00.000Z'))
  t.strictSame(await listed(), [['md0', 'resolved', 'auto', '2026-11-20T21:01:00.000Z']])
})

t.test('an alert is over when the events have come so far, and not before', async (t) => {
  const { events, states } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  const data = { ...toldAlert(), event: 'firing' }
  const fires = alpha.event({ type: 'alert', data })
  const ended = { state: 'resolved', resolution: 'manual', resolved_by: 'ada' }
  const resolvedAt = '2026-11-20T21:00:10.000Z'
  const ends = alpha.event({
    type: 'alert',
    data: { ...data, ...ended, resolved_at: resolvedAt, event: 'resolved' },
  })
  const later = alpha.event()
  await events(fires)
  await states(alpha.alerts([]))
  t.strictSame(await listed(), [['md0', 'firing', null, null]], 'how it ended is on its way')
  await events(ends)
  t.strictSame(await listed(), [['md0', 'resolved', 'manual', resolvedAt]])
  await events(later)
  t.strictSame(await listed(), [['md0', 'resolved', 'manual', resolvedAt]])
})

t.test('where the event of its end is lost, it ends with what came after it', async (t) => {
  const { events, states } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  await events(alpha.event({ type: 'alert', data: { ...toldAlert(), event: 'firing' } }))
  alpha.event()
  const last = alpha.event()
  await states(alpha.alerts([]))
  await events(last)
  t.strictSame(await listed(), [['md0', 'resolved', 'auto', '2026-11-20T21:00:30.000Z']])
})

t.test('an older state changes nothing that was said later', async (t) => {
  const { events, states } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  await events(alpha.event())
  const before = alpha.alerts([])
  await events(alpha.event({ type: 'alert', data: { ...toldAlert(), event: 'firing' } }))
  await states(before)
  t.strictSame(await listed(), [['md0', 'firing', null, null]])
})

t.test('numbers are series of their own, beside the daemon’s', async (t) => {
  const { metrics, known } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  const at = now.getTime() - 30_000
  await storeSeries(database, 'x', [{ labels: { disk: 'a' }, points: [{ atMs: at, value: 1 }] }])
  const beat = (atMs: number, value: number) =>
    alpha.metrics(atMs, [
      ['x', { disk: 'a' }, 'gauge', atMs, value],
      ['y_total', {}, 'counter', atMs, value],
    ])
  const late = at - 12 * 3_600_000
  await metrics(beat(at, 5), beat(at, 5), beat(late, 3))
  await packSamples(database, now.getTime())
  await metrics(beat(late + 30_000, 4), beat(late, 9))
  const past = { sinceMs: 0, untilMs: now.getTime(), atMost: 100 }
  const own = [{ labels: { disk: 'a' }, points: [{ atMs: at, value: 1 }] }]
  const told = [
    {
      labels: { disk: 'a', appliance: 'alpha' },
      points: [
        { atMs: late, value: 3 },
        { atMs: late + 30_000, value: 4 },
        { atMs: at, value: 5 },
      ],
    },
  ]
  t.strictSame(await seriesOf(database, 'x', past), own)
  t.strictSame(await seriesOf(database, 'x', { ...past, appliance: 'alpha' }), told)
  t.strictSame(await seriesOf(database, 'x', { ...past, appliance: 'beta' }), [])
  t.strictSame(await seriesOf(database, 'x', { ...past, appliance: '*' }), [...own, ...told])
  const step = { stepMs: 86_400_000, aggregate: 'count' } as const
  const counts = async (appliance?: string) => {
    const wanted = appliance === undefined ? past : { ...past, appliance }
    const { series } = await readStepped(database, 'x', wanted, step)
    return series.map(({ points }) => points.map(({ value }) => value))
  }
  t.strictSame(await counts(), [[1]])
  t.strictSame(await counts('alpha'), [[3]])
  t.match(known.list(), [{ metricsAt: new Date(late), missing: 0 }])
})

t.test('readings and numbers of now are remembered as they came', async (t) => {
  const { states, known, unreadable, numbers } = await freshFleet()
  const alpha = new ToldAppliance('alpha')
  const at = new Date('2026-11-20T21:00:00.000Z')
  await states(
    alpha.reading('changers', { state: 'absent' }),
    alpha.numbers({ alerts: { critical: 2 } }),
    { ...alpha.numbers({}), subject: 'storwarden.alpha.state.mood' },
    { ...alpha.reading('disks', []), body: Buffer.from('none') },
  )
  t.strictSame(known.reading('alpha', 'changers'), { at, reading: { state: 'absent' } })
  t.strictSame([...known.readings('alpha')], [['changers', { at, reading: { state: 'absent' } }]])
  t.strictSame(known.numbers('alpha'), { at, numbers: { alerts: { critical: 2 } } })
  t.strictSame(numbers, [['alpha']], 'that they have come is told')
  t.equal(known.numbers('beta'), null)
  t.match(unreadable, [/^storwarden\.alpha\.state\.readings\.disks: incorrect header check$/])
  t.match(known.list(), [{ unreadable: 1 }])
})
