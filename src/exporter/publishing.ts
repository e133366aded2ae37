import type { Instruments } from './instruments.ts'

/** How it stands with a fleet that is told of the appliance. */
export interface FleetCounts {
  connected: boolean
  /** Messages that the servers have taken, by what they hold; none from who tells nothing. */
  published: Readonly<Record<string, number>>
  /** Events that are stored and not told yet; null when that is not known. */
  waiting: number | null
}

/** What is known of the fleet whenever somebody asks; nothing where there is none. */
export function declarePublishing(instruments: Instruments, fleet: () => FleetCounts | null): void {
  instruments.live(
    'fleet_connected',
    'Whether there is a connection to the servers of the fleet: 1, or 0; no sample without a fleet.',
    [],
    () => {
      const counts = fleet()
      return counts === null ? [] : [[{}, counts.connected ? 1 : 0] as const]
    },
  )
  instruments.tally(
    'fleet_published_total',
    'Messages that the servers of the fleet have taken.',
    ['kind'],
    () =>
      Object.entries(fleet()?.published ?? {}).map(([kind, count]) => [{ kind }, count] as const),
  )
  instruments.live(
    'fleet_publish_lag_events',
    'Events that the fleet is still to be told; no sample where that is not known.',
    [],
    () => {
      const waiting = fleet()?.waiting ?? null
      return waiting === null ? [] : [[{}, waiting] as const]
    },
  )
}
