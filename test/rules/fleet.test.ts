import t from 'tap'
import { fleetFamilies } from '../../src/exporter/fleet.ts'
import { noFleet, type FleetState } from '../../src/fleet/state.ts'
import { applianceNameTaken, applianceSilent } from '../../src/rules/fleet.ts'
import { smallFleet } from '../support/idle.ts'
import { read, snapshotOf } from '../support/readings.ts'

const { at } = smallFleet
const [alpha] = smallFleet.appliances
if (alpha === undefined) throw new Error('there is one')
const ago = (seconds: number) => new Date(at.getTime() - seconds * 1000)
const about = {
  ...{ at: ago(200).toISOString(), appliance: 'beta', version: '0.1.0', url: 'https://beta' },
  ...{ started_at: ago(9000).toISOString(), health: 'up', interval_seconds: 30 },
}
const silent = { state: 'silent' as const, lastHeardAt: ago(200), silentSince: ago(80) }
const fleet: FleetState = {
  ...smallFleet,
  appliances: [alpha, { ...alpha, ...silent, name: 'beta', about }],
}

t.test('an appliance that is silent is found, with when it was last heard', (t) => {
  t.strictSame(applianceSilent.check(fleet), [
    {
      labels: { appliance: 'beta' },
      message: 'Nothing has been heard of beta since 2026-11-20T20:56:40Z.',
      evidence: {
        last_heard_at: '2026-11-20T20:56:40.000Z',
        silent_since: '2026-11-20T20:58:40.000Z',
        allowed_seconds: 120,
        ...{ url: 'https://beta', version: '0.1.0' },
        source: 'what the appliance told by way of NATS',
      },
    },
  ])
  t.strictSame(applianceSilent.check(smallFleet), [])
  t.strictSame(applianceSilent.check(noFleet(at)), [])
  t.end()
})

t.test('a name that two use is found while the other was heard of late', (t) => {
  const taken = (seconds: number) => ({
    ...smallFleet,
    appliances: [{ ...alpha, other: { identity: 'another', heardAt: ago(seconds) } }],
  })
  t.match(applianceNameTaken.check(taken(3600)), [
    {
      labels: { appliance: 'alpha' },
      message: 'Another machine calls itself alpha in the fleet.',
      evidence: { other_heard_at: '2026-11-20T20:00:00.000Z', url: null },
    },
  ])
  t.strictSame(applianceNameTaken.check(taken(3601)), [])
  t.strictSame(applianceNameTaken.check(fleet), [])
  t.end()
})

t.test('a fleet exports its appliances, and what is none nothing', (t) => {
  const exported = (state: FleetState) =>
    fleetFamilies.flatMap(({ name, samplesOf }) =>
      samplesOf(snapshotOf({ fleet: read(state) })).map(
        ({ labels, value }) => `${name} ${Object.values(labels).join()} ${value}`,
      ),
    )
  t.strictSame(exported(fleet), [
    'storwarden_fleet_appliances reporting 1',
    'storwarden_fleet_appliances silent 1',
    'storwarden_fleet_appliance_heard_age_seconds alpha 15',
    'storwarden_fleet_appliance_heard_age_seconds beta 200',
    'storwarden_fleet_events_stored_total alpha 7',
    'storwarden_fleet_events_stored_total beta 7',
    'storwarden_fleet_events_missing_total alpha 2',
    'storwarden_fleet_events_missing_total beta 2',
    'storwarden_fleet_messages_unreadable_total alpha 1',
    'storwarden_fleet_messages_unreadable_total beta 1',
  ])
  t.strictSame(exported(noFleet(at)), [])
  t.end()
})
