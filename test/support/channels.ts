import type { ChannelHealth } from '../../src/notify/channel-health.ts'

/** A channel that nobody has tried. */
export const channelOf = (name: string, given: Partial<ChannelHealth> = {}): ChannelHealth => ({
  ...{ name, up: null, failingSince: null, failuresInARow: 0, lastError: null },
  ...{ lastDeliveredAt: null, waiting: 0, oldestWaitingAt: null, oldestWaitingSeconds: null },
  ...{ givenUp: 0, lastGivenUpAt: null },
  ...given,
})

/** One whose last message was taken. */
export const fine = channelOf('email', {
  ...{ up: true, lastDeliveredAt: new Date('2026-11-20T20:59:00Z'), waiting: 1 },
  ...{ oldestWaitingAt: new Date('2026-11-20T20:59:30Z'), oldestWaitingSeconds: 30 },
})

/** One that takes nothing, and has given up two messages. */
export const down = channelOf('webhook', {
  ...{ up: false, failingSince: new Date('2026-11-20T20:30:00Z'), failuresInARow: 7 },
  ...{ lastError: 'answered with 503', waiting: 12 },
  ...{ oldestWaitingAt: new Date('2026-11-20T20:00:00Z'), oldestWaitingSeconds: 3600 },
  ...{ givenUp: 2, lastGivenUpAt: new Date('2026-11-20T20:45:00Z') },
})
