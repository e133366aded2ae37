import t from 'tap'
import { notificationChannelDown, notificationsGivenUp } from '../../src/rules/channels.ts'
import { channelOf, down, fine } from '../support/channels.ts'

t.test('a channel is down while its last attempt failed', (t) => {
  const rule = notificationChannelDown
  const unknown = channelOf('heartbeat')
  t.strictSame(rule.check([fine, down, unknown]), [
    {
      labels: { channel: 'webhook' },
      message: 'webhook: 7 attempts failed in a row: answered with 503. Waiting: 12 messages.',
      evidence: {
        failing_since: '2026-11-20T20:30:00.000Z',
        failed_attempt_count: 7,
        last_error: 'answered with 503',
        last_delivered_at: null,
        waiting_count: 12,
        oldest_waiting_at: '2026-11-20T20:00:00.000Z',
        given_up_count: 2,
        source: 'the delivery log of webhook',
      },
    },
  ])
  t.strictSame(
    rule.check([{ ...down, failuresInARow: 1, waiting: 0 }]).map(({ message }) => message),
    ['webhook: 1 attempt failed in a row: answered with 503.'],
  )
  // After a restart nothing is known of the heartbeat, so nothing is over.
  t.strictSame(rule.undecided?.([fine, down, unknown]), [{ channel: 'heartbeat' }])
  t.end()
})

t.test('what was given up is told for a day', (t) => {
  t.match(notificationsGivenUp.check([fine, down]), [
    { labels: { channel: 'webhook' }, message: 'webhook: 2 messages given up within a day.' },
  ])
  t.end()
})
