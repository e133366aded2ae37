import { Type } from 'typebox'
import type { ChannelHealth } from '../../notify/channel-health.ts'
import { valueOf } from '../../snapshot.ts'
import { route } from '../route.ts'
import { flag, integer, nullable, number, text, time } from '../schemas.ts'

const channel = {
  name: text,
  up: nullable(flag),
  takes_tests: flag,
  failing_since: nullable(time),
  failures_in_a_row: integer,
  last_error: nullable(text),
  last_delivered_at: nullable(time),
  waiting: integer,
  oldest_waiting_seconds: nullable(number),
  given_up_within_a_day: integer,
}

const list = route({
  method: 'get',
  path: '/api/v1/monitoring/channels',
  guard: 'monitoring:read',
  tag: 'notifications',
  summary: 'The channels that alerts are told on, and how they are doing',
  description:
    'As of the last evaluation; `up` is null of a channel on which nothing was sent yet. `heartbeat` is the URL that is ' +
    'asked while all is well.',
  answers: {
    200: {
      description: 'Those that are configured.',
      schema: Type.Object({ channels: Type.Array(Type.Object(channel)) }),
    },
  },
  handle({ context: { notifications, snapshot } }) {
    const testable = notifications.channels()
    const known = new Map((valueOf(snapshot().readings.channels) ?? []).map((of) => [of.name, of]))
    const names = [...new Set([...testable, ...known.keys()])]
    const channels = names.map((name) => ({
      ...channelJson(name, known.get(name) ?? null),
      takes_tests: testable.includes(name),
    }))
    return { status: 200, json: { channels } }
  },
})

/** Who is told. */
export const channelRoutes = [list]

/** Of one that was configured since the last evaluation nothing is known. */
function channelJson(name: string, of: ChannelHealth | null) {
  return {
    name,
    up: of?.up ?? null,
    failing_since: of?.failingSince?.toISOString() ?? null,
    failures_in_a_row: of?.failuresInARow ?? 0,
    last_error: of?.lastError ?? null,
    last_delivered_at: of?.lastDeliveredAt?.toISOString() ?? null,
    waiting: of?.waiting ?? 0,
    oldest_waiting_seconds: of?.oldestWaitingSeconds ?? null,
    given_up_within_a_day: of?.givenUp ?? 0,
  }
}
