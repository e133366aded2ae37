import type { Config } from '../config/schema.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import { ok, unknown, warn, type Check } from './finding.ts'
import { when } from './times.ts'
import { counted } from './words.ts'

/** Whether people are told: what is set up, and how storwardend says that it is doing. No token is needed. */
export function channelChecks({ notifications }: Config, client: Client, now: () => Date): Check[] {
  return [
    {
      name: 'notifications',
      async look() {
        const set = channelsOf(notifications)
        if (set.length === 0) {
          return warn(
            'no channel is set up: nobody is told of alerts',
            'set notifications.email or another one in the configuration; docs/channels.md',
          )
        }
        const health = await client.get('/health/status', { unhealthy: true }).catch(() => null)
        const components = health?.object('components') ?? null
        if (components === null) {
          return unknown(
            `${set.join(', ')}: set up; how they are doing is not known, as storwardend does not answer`,
          )
        }
        return findingOf(set, components, now())
      },
    },
  ]
}

function findingOf(set: readonly string[], components: Answer, now: Date) {
  const looked = set.map((name) => ({ name, of: components.object(`notifications_${name}`) }))
  const failing = looked.filter(({ of }) => (of?.text('status') ?? 'up') !== 'up')
  const known = failing.filter(({ of }) => of?.text('status') !== 'unknown')
  if (known.length > 0) {
    const said = known.map(({ name, of }) => `${name}: ${failureOf(of, now)}`)
    const tests = known.map(({ name }) => `storwarden notifications test ${name}`)
    return warn(
      said.join('; '),
      `storwarden notifications tells what the other side said; then ${tests.join('; ')}`,
    )
  }
  const strange = looked.filter(({ of }) => of === null).map(({ name }) => name)
  if (strange.length > 0) {
    return warn(
      `${strange.join(', ')}: set up, and not in the daemon that runs`,
      'systemctl reload storwardend',
    )
  }
  const lines = looked.map(({ name, of }) => `${name}: ${deliveredOf(of, now)}`)
  if (failing.length > 0) return unknown(lines.join('; '))
  return ok(lines.join('; '))
}

function failureOf(of: Answer | null, now: Date): string {
  const details = of?.object('details') ?? null
  const since = details?.time('failing_since') ?? null
  const waiting = details?.number('waiting') ?? null
  const failing = since === null ? 'failing' : `failing since ${when(since, now)}`
  const waits = waiting === null ? '' : `, ${counted(waiting, 'message')} waiting`
  return `${failing}${waits}, ${deliveredOf(of, now)}`
}

function deliveredOf(of: Answer | null, now: Date): string {
  const last = of?.object('details')?.time('last_delivered_at') ?? null
  if (last !== null) return `last delivery ${when(last, now)}`
  return of?.text('message') ?? 'not known'
}

/** As the daemon names them. */
function channelsOf(notifications: Config['notifications']): string[] {
  const { webhook, email, slack, pagerduty, alertmanager, snmp, syslog, heartbeat } = notifications
  const set: [string, string | null][] = [
    ['webhook', webhook.url],
    ['email', email.host],
    ['slack', slack.url],
    ['pagerduty', pagerduty.routing_key],
    ['alertmanager', alertmanager.url],
    ['snmp', snmp.host],
    ['syslog', syslog.host],
    ['heartbeat', heartbeat.url],
  ]
  return set.flatMap(([name, value]) => (value === null ? [] : [name]))
}
