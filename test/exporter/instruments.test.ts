import t from 'tap'
import { declarePublishing, type FleetCounts } from '../../src/exporter/publishing.ts'
import { Instruments } from '../../src/exporter/instruments.ts'

t.test('what is not known has no sample, and one that is known has its own', async (t) => {
  let fleet: FleetCounts | null = null
  const instruments = new Instruments()
  declarePublishing(instruments, () => fleet)
  const samples = async () => {
    const families = await instruments.registry.getMetricsAsJSON()
    return Object.fromEntries(
      families.map(({ name, values }) => [name, values.map(({ value }) => value)]),
    )
  }
  t.strictSame(await samples(), {
    storwarden_fleet_connected: [],
    storwarden_fleet_published_total: [],
    storwarden_fleet_publish_lag_events: [],
  })

  fleet = { connected: false, published: { events: 3 }, waiting: 7 }
  t.strictSame(await samples(), {
    storwarden_fleet_connected: [0],
    storwarden_fleet_published_total: [3],
    storwarden_fleet_publish_lag_events: [7],
  })

  fleet = { connected: true, published: {}, waiting: null }
  t.strictSame(await samples(), {
    storwarden_fleet_connected: [1],
    storwarden_fleet_published_total: [],
    storwarden_fleet_publish_lag_events: [],
  })
})
