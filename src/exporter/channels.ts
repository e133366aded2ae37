import { familiesOf, type Family } from './family.ts'

/** Who is told, and whether that arrives. */
export const channelFamilies: Family[] = familiesOf(
  {
    subject: 'channels',
    prefix: 'storwarden_notification',
    items: (channels) => channels,
    labels: ({ name }) => ({ channel: name }),
  },
  {
    channel_up: [
      'gauge',
      'Whether the last attempt to send was taken; no sample when there was none.',
      ({ up }) => up,
    ],
    waiting: ['gauge', 'Messages that were not sent yet.', ({ waiting }) => waiting],
    oldest_waiting_seconds: [
      'gauge',
      'For how long the oldest of them has waited; no sample when there is none.',
      ({ oldestWaitingSeconds }) => oldestWaitingSeconds,
    ],
  },
)
