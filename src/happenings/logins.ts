import type { FailureCounts } from '../auth/login-failures.ts'
import type { NewEvent } from '../events/event.ts'

/** The events that tell of logins that failed, and of who is blocked for it. */
export function loginEvents(counts: FailureCounts, at: Date): NewEvent[] {
  const { failures, refused, networks, usernames, blocked } = counts
  const event = (word: string, message: string): NewEvent => ({
    ...{ type: 'system', source: 'auth', level: 'warning', message, at },
    data: { event: word, message, failures, refused, networks, usernames, blocked },
  })
  const from = networks.map(({ network }) => network).join(', ')
  const of = usernames.length === 0 ? '' : ` of ${usernames.join(', ')}`
  const parts = [
    ...(failures > 0 ? [`${failures} failed ${failures === 1 ? 'login' : 'logins'}${of}`] : []),
    ...(refused > 0 ? [`${refused} refused while blocked`] : []),
  ]
  return [
    event('login_failed', `${parts.join(', and ')}, from ${from}.`),
    ...(blocked.length > 0
      ? [event('login_blocked', `Logins from ${blocked.join(', ')} are blocked.`)]
      : []),
  ]
}
