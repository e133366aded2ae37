import type { ApplianceFacts, FleetState } from '../fleet/state.ts'
import { familiesOf, type Family } from './family.ts'

const states = ['reporting', 'silent'] as const

/** The appliances of a fleet; nothing of a daemon that is none. */
export const fleetFamilies: Family[] = [
  ...familiesOf<'fleet', { state: string; count: number }>(
    {
      subject: 'fleet',
      prefix: 'storwarden_fleet',
      items: ({ listens, appliances }) =>
        (listens ? states : []).map((state) => ({
          state,
          count: appliances.filter((one) => one.state === state).length,
        })),
      labels: ({ state }) => ({ state }),
    },
    { appliances: ['gauge', 'Appliances of the fleet, by state.', ({ count }) => count] },
  ),
  ...familiesOf<'fleet', ApplianceFacts & Pick<FleetState, 'at'>>(
    {
      subject: 'fleet',
      prefix: 'storwarden_fleet',
      items: ({ at, appliances }) => appliances.map((one) => ({ ...one, at })),
      labels: ({ name }) => ({ appliance: name }),
    },
    {
      appliance_heard_age_seconds: [
        'gauge',
        'How long ago the appliance was last heard.',
        ({ at, lastHeardAt }) => Math.max(0, (at.getTime() - lastHeardAt.getTime()) / 1000),
      ],
      events_stored_total: [
        'counter',
        'Events of the appliance that were stored.',
        ({ stored }) => stored,
      ],
      events_missing_total: [
        'counter',
        'Events that the appliance numbered and that never came.',
        ({ missing }) => missing,
      ],
      messages_unreadable_total: [
        'counter',
        'Messages of the appliance that could not be read.',
        ({ unreadable }) => unreadable,
      ],
    },
  ),
]
