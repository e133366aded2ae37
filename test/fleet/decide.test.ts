import { gzipSync } from 'node:zlib'
import t from 'tap'
import { decideEvents, toldOfNames, type Position } from '../../src/fleet/decide.ts'
import { decideMetrics } from '../../src/fleet/metrics.ts'
import { readMetrics, received, receivedEvents } from '../../src/fleet/received.ts'
import { fallenSilent } from '../../src/fleet/silence.ts'
import { handedOver, toldAlert, ToldAppliance, type Published } from '../support/told-appliance.ts'

const now = new Date('2026-11-20T21:05:00Z')
const heardAt = new Date('2026-11-20T21:00:01Z')
const read = (message: Published) => receivedEvents(handedOver(message))
const position = ({ name, identity, epoch }: ToldAppliance, seq: number): Position => ({
  ...{ name, identity, epoch, seq, otherIdentity: null },
})

t.test('events are stored in the order of each appliance, under its name', (t) => {
  const [alpha, beta] = [new ToldAppliance('alpha'), new ToldAppliance('beta')]
  const messages = [alpha.event(), beta.event(), alpha.event({ level: 'error' })].flatMap(read)
  const { events, own, progress } = decideEvents([], messages, now)
  t.strictSame(
    events.map(({ appliance, applianceSeq, message, level, at }) => [
      ...[appliance, applianceSeq, message, level],
      at.toISOString(),
    ]),
    [
      ['alpha', 1, 'alpha 1', 'info', '2026-11-20T21:00:00.000Z'],
      ['beta', 1, 'beta 1', 'info', '2026-11-20T21:00:00.000Z'],
      ['alpha', 2, 'alpha 2', 'error', '2026-11-20T21:00:00.000Z'],
    ],
  )
  const came = { missing: 0, unreadable: 0, heardAt, other: null }
  t.strictSame(progress, [
    { name: 'alpha', identity: alpha.identity, epoch: alpha.epoch, seq: 2, stored: 2, ...came },
    { name: 'beta', identity: beta.identity, epoch: beta.epoch, seq: 1, stored: 1, ...came },
  ])
  t.strictSame(own, [])
  t.match(toldOfNames([], progress, now), [
    { message: 'alpha has joined the fleet.', data: { appliance: 'alpha' } },
    { message: 'beta has joined the fleet.' },
  ])
  t.end()
})

t.test('what is stored already is left out, and what never came is counted and told', (t) => {
  const alpha = new ToldAppliance('alpha')
  const all = Array.from({ length: 9 }, () => alpha.event()).flatMap(read)
  const some = [3, 4, 4, 2, 8, 9].map((seq) => all[seq - 1]).filter((one) => one !== undefined)
  const { events, own, progress } = decideEvents([position(alpha, 3)], some, now)
  t.strictSame(
    events.map(({ applianceSeq }) => applianceSeq),
    [4, 8, 9],
  )
  t.match(progress, [{ seq: 9, stored: 3, missing: 3, unreadable: 0 }])
  t.strictSame(own, [
    {
      ...{ type: 'system', source: 'fleet', level: 'warning', at: now },
      message: 'Events 5 to 7 of alpha never came.',
      data: {
        ...{ event: 'appliance_events_missing', message: 'Events 5 to 7 of alpha never came.' },
        ...{ appliance: 'alpha', first: 5, last: 7, missing: 3 },
      },
    },
  ])
  t.end()
})

t.test(
  'after an older backup was restored it counts anew, and nothing is taken for missing',
  (t) => {
    const alpha = new ToldAppliance('alpha')
    alpha.epoch += 1000
    alpha.seq = 40
    const before = { ...position(alpha, 90), epoch: alpha.epoch - 1000 }
    const { events, own, progress } = decideEvents([before], read(alpha.event()), now)
    t.match(events, [{ applianceSeq: 41 }])
    t.match(progress, [{ epoch: alpha.epoch, seq: 41, missing: 0 }])
    t.match(own, [{ data: { event: 'appliance_counts_anew', seq: 41, last_seq: 90 } }])
    t.strictSame(
      decideEvents(progress as never, read({ ...alpha.event(), headers: {} }), now).events,
      [],
    )
    t.end()
  },
)

t.test('another machine of the same name is left out and told, once', (t) => {
  const [alpha, other] = [new ToldAppliance('alpha'), new ToldAppliance('alpha')]
  const messages = [other.event(), other.event()].flatMap(read)
  const { events, progress } = decideEvents([position(alpha, 7)], messages, now)
  t.strictSame(events, [])
  t.match(progress, [
    { ...{ seq: 7, stored: 0, heardAt: null }, other: { identity: other.identity, heardAt } },
  ])
  t.match(toldOfNames([position(alpha, 7)], progress, now), [
    { level: 'error', data: { event: 'appliance_name_taken', identity: other.identity } },
  ])
  const known = { ...position(alpha, 7), otherIdentity: other.identity }
  t.strictSame(toldOfNames([known], progress, now), [])
  t.end()
})

t.test('what cannot be read is counted, has its number, and holds up nothing', (t) => {
  const alpha = new ToldAppliance('alpha')
  const spoilt = (body: Buffer): Published => ({ ...alpha.event(), body })
  const bomb = gzipSync(Buffer.alloc(70 * 1024 * 1024))
  const messages = [
    alpha.event(),
    spoilt(Buffer.from('{}')),
    spoilt(gzipSync('{"seq": 3')),
    spoilt(gzipSync(JSON.stringify({ events: [{ seq: 4, type: 'gossip' }] }))),
    spoilt(bomb),
    alpha.event({ timestamp: 'yesterday' }),
    alpha.events([{}, { level: 'loud' }, {}]),
    { ...alpha.event(), headers: { 'Storwarden-Identity': alpha.identity } },
    { ...alpha.event(), subject: 'storwarden.al pha.events' },
    alpha.event({ data: { name: 'half a pair: \ud800' } }),
  ].flatMap(read)
  t.strictSame(
    messages.map(({ origin, body, why }) => [origin?.seq, body?.seq, why === null]),
    [
      [1, 1, true],
      ...[2, 3, 4, 5, 6].map((seq) => [seq, undefined, false]),
      [7, 7, true],
      [8, undefined, false],
      [9, 9, true],
      [undefined, undefined, false],
      [undefined, undefined, false],
      [12, 12, true],
    ],
  )
  const { events, progress } = decideEvents([], messages, now)
  t.strictSame(
    events.map(({ applianceSeq }) => applianceSeq),
    [1, 7, 9, 12],
  )
  t.match(progress, [{ seq: 12, stored: 4, unreadable: 6, missing: 2 }])
  t.end()
})

t.test('of an alert the last that was said is taken', (t) => {
  const alpha = new ToldAppliance('alpha')
  const told = [{}, { state: 'resolved', resolution: 'auto' }].flatMap((given) =>
    read(alpha.event({ type: 'alert', data: { ...toldAlert(given), event: 'firing' } })),
  )
  const { alerts, events } = decideEvents([], told, now)
  t.match(alerts, [{ appliance: 'alpha', epoch: alpha.epoch, seq: 2, state: 'resolved' }])
  t.equal(alerts.length, 1)
  t.match(events, [{ type: 'alert', data: { appliance: 'alpha', resource: 'md0' } }, {}])
  const odd = read(alpha.event({ type: 'alert', data: { event: 'firing', id: 'none' } }))
  t.strictSame(decideEvents([], odd, now).alerts, [], 'an event all the same')
  t.equal(decideEvents([], odd, now).events.length, 1)
  t.end()
})

t.test('numbers of a clock that is far from right are left out', (t) => {
  const alpha = new ToldAppliance('alpha')
  const at = now.getTime() - 30_000
  const [day, year] = [86_400_000, 365 * 86_400_000]
  const sample = (atMs: number) => ['x', {}, 'gauge', atMs, 1] as const
  const messages = [
    alpha.metrics(at, [sample(at), sample(at - 40 * day), sample(at + year)]),
    alpha.metrics(at + year, [sample(at + year)]),
    alpha.metrics(at, [['x', {}, 'gauge', at, 'much']]),
  ].map((message) => received(handedOver(message), readMetrics))
  const { told, progress } = decideMetrics([], messages, now)
  t.strictSame(told, [
    { appliance: 'alpha', samples: [sample(at)] },
    { appliance: 'alpha', samples: [] },
  ])
  t.match(progress, [{ metricsAtMs: at, unreadable: 1, seq: 0 }])
  t.end()
})

t.test('who was not heard for long is silent, unless nobody listened', (t) => {
  const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const heard = (name: string, seconds: number, silentSince: Date | null = null) => ({
    ...{ name, lastHeardAt: ago(seconds), silentSince },
  })
  const all = [heard('alpha', 119), heard('beta', 121), heard('gamma', 900, ago(700))]
  const within = { now, silentSeconds: 120 }
  t.strictSame(fallenSilent(all, { ...within, listeningSince: ago(120) }), ['beta'])
  t.strictSame(fallenSilent(all, { ...within, listeningSince: ago(60) }), [])
  t.end()
})
