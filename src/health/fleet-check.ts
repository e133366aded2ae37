import type { Component } from './components.ts'

/** How it stands with the servers of the fleet. */
export interface FleetStanding {
  connected: boolean
  since: Date
  /** Another machine tells of itself under the name of this one. */
  taken: boolean
  /** What is told is not taken, or nothing is heard, though there is a connection. */
  refused: boolean
  /** Events that are stored and not told yet; null when that is not known, and of who tells nothing. */
  waiting: number | null
}

/**
 * The fleet: degraded while it is not told of this appliance, or hears of none. What it is not told waits.
 */
export function fleetComponent(standing: () => FleetStanding): Component {
  return {
    name: 'fleet',
    critical: false,
    check() {
      const { connected, since, taken, refused, waiting } = standing()
      const details = { connected, since: since.toISOString(), waiting_events: waiting }
      const degraded = (message: string) => ({ status: 'degraded', message, details }) as const
      if (!connected) return degraded('no server is reached')
      if (taken) return degraded('another machine uses the name of this one')
      if (refused) return degraded('there is a connection, and nothing comes of it')
      return { status: 'up', message: 'connected', details }
    },
  }
}
