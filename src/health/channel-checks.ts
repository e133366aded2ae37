import type { Snapshot } from '../snapshot.ts'
import type { Component } from './components.ts'

/** A channel that people are told on: down while nothing that is sent on it is taken. */
export function channelComponent(name: string, snapshot: () => Snapshot): Component {
  return {
    name: `notifications_${name}`,
    critical: false,
    check() {
      const reading = snapshot().readings.channels
      const channel =
        reading?.state === 'read' ? reading.value.find((one) => one.name === name) : undefined
      if (channel === undefined) return { status: 'unknown', message: 'not looked at yet' }
      const { failingSince, lastDeliveredAt, waiting } = channel
      const details = {
        waiting,
        failing_since: failingSince?.toISOString() ?? null,
        last_delivered_at: lastDeliveredAt?.toISOString() ?? null,
      }
      if (channel.up === false) {
        return { status: 'degraded', message: 'messages are not taken', details }
      }
      const message = lastDeliveredAt === null ? 'nothing was sent yet' : 'messages are taken'
      return { status: 'up', message, details }
    },
  }
}
