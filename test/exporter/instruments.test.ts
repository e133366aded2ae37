import t from 'tap'
import { declarePublishing, type FleetCounts } from '../../src/exporter/publishing.ts'
import { Instruments } from '../../src/exporter/instruments.ts'
import { declareLoopDelay } from '../../src/exporter/loop-delay.ts'
import type { LoopDelay } from '../../src/loop-delay.ts'

const valuesIn = async ({ registry }: Instruments) => {
  const families = await registry.getMetricsAsJSON()
  return Object.fromEntries(
    families.map(({ name, values }) => [name, values.map(({ value }) => value)]),
  )
}

t.test('what is not known has no sample, and one that is known has its own', async (t) => {
  let fleet: FleetCounts | null = null
  const instruments = new Instruments()
  declarePublishing(instruments, () => fleet)
  const samples = () => valuesIn(instruments)
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

t.test('the event loop is late by what was measured, and nothing is said before', async (t) => {
  let delay: LoopDelay | null = null
  const instruments = new Instruments()
  declareLoopDelay(instruments, { delay: () => delay })
  t.strictSame(await valuesIn(instruments), {
    storwarden_event_loop_delay_p50_seconds: [],
    storwarden_event_loop_delay_p99_seconds: [],
    storwarden_event_loop_delay_max_seconds: [],
  })

  delay = { p50Seconds: 0.001, p99Seconds: 0.02, maxSeconds: 0.3, samples: 150 }
  t.strictSame(await valuesIn(instruments), {
    storwarden_event_loop_delay_p50_seconds: [0.001],
    storwarden_event_loop_delay_p99_seconds: [0.02],
    storwarden_event_loop_delay_max_seconds: [0.3],
  })
})

t.test('nothing of the process is measured that wakes it all the time', async (t) => {
  const names = Object.keys(await valuesIn(new Instruments().withProcess()))
  t.strictSame(
    names.filter((name) => name.startsWith('nodejs_eventloop')),
    ['nodejs_eventloop_lag_seconds'],
  )
})
