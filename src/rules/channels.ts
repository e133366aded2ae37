import type { ChannelHealth } from '../notify/channel-health.ts'
import type { Finding, Rule } from './rule.ts'
import { countText } from './words.ts'

/** Told on every channel but the one that is down. */
export const notificationChannelDown: Rule<'channels'> = {
  alert: 'NotificationChannelDown',
  name: 'Messages do not arrive',
  subject: 'channels',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 60,
  description:
    'What is sent on the channel is not taken: nobody hears there of what is wrong. What waits is sent when the ' +
    'channel is back, for a day; then it is given up.',
  action:
    'See what the other side says: `storwarden notifications`. When it is mended, `storwarden notifications test ' +
    'CHANNEL` tries it at once.',

  check(channels) {
    return channels
      .filter(({ up }) => up === false)
      .map((channel) => finding(channel, sentence(channel)))
  },

  // After a restart nobody knows of the heartbeat how it is.
  undecided(channels) {
    return channels.filter(({ up }) => up === null).map(({ name }) => ({ channel: name }))
  },
}

/** Lasts for a day, so that it is not missed. */
export const notificationsGivenUp: Rule<'channels'> = {
  alert: 'NotificationsGivenUp',
  name: 'Messages were given up',
  subject: 'channels',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 0,
  description:
    'The other side refused messages for good, or did not take them for a day. Whoever reads the channel does not ' +
    'know what they said.',
  action:
    '`storwarden notifications --state given_up` lists them. When messages are refused, look at the key, the ' +
    'address and the recipients in the configuration of the channel.',

  check(channels) {
    return channels
      .filter(({ givenUp }) => givenUp > 0)
      .map((channel) =>
        finding(
          channel,
          `${channel.name}: ${countText(channel.givenUp, 'message')} given up within a day.`,
        ),
      )
  },
}

function sentence({ name, failuresInARow, lastError, waiting }: ChannelHealth): string {
  const waits = waiting === 0 ? '' : ` Waiting: ${countText(waiting, 'message')}.`
  return `${name}: ${countText(failuresInARow, 'attempt')} failed in a row: ${lastError ?? 'unknown'}.${waits}`
}

function finding(channel: ChannelHealth, message: string): Finding {
  const { name, failingSince, lastError, lastDeliveredAt, oldestWaitingAt } = channel
  return {
    labels: { channel: name },
    message,
    evidence: {
      failing_since: failingSince?.toISOString() ?? null,
      failed_attempt_count: channel.failuresInARow,
      last_error: lastError,
      last_delivered_at: lastDeliveredAt?.toISOString() ?? null,
      waiting_count: channel.waiting,
      oldest_waiting_at: oldestWaitingAt?.toISOString() ?? null,
      given_up_count: channel.givenUp,
      source: `the delivery log of ${name}`,
    },
  }
}
