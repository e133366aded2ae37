import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import { meant } from './remote.ts'

/** The severities, the gravest first. */
export const severities = ['critical', 'warning', 'info'] as const
/** Where an alert can belong. */
export const sources = ['system', 'storage', 'scst', 'tape', 'vtl', 'task', 'storwarden'] as const
/** The states of an alert, what matters most first. */
export const states = ['firing', 'pending', 'resolved'] as const

/** The state of an alert. */
export type AlertState = (typeof states)[number]

/** Path of the alerts. */
export const ALERTS = '/api/v1/monitoring/alerts'

/** The most that the daemon gives at once. */
const PAGE = 1000

/** Alerts as the daemon lists them, newest first, at most `limit`; and how many there are. */
export async function fetchAlerts(
  client: Client,
  filter: {
    state: AlertState
    severity?: string
    source?: string
    /** Of a fleet: the appliance whose alerts they are. */
    appliance?: string
    inhibited: boolean
  },
  limit = Infinity,
): Promise<{ alerts: Answer[]; total: number }> {
  const alerts: Answer[] = []
  let cursor: string | undefined
  for (;;) {
    const page = Math.min(PAGE, limit - alerts.length)
    const answer = await client.get(ALERTS, { query: { ...filter, limit: page, cursor } })
    const found = answer.objects('alerts')
    alerts.push(...found)
    cursor = answer.text('next_cursor') ?? undefined
    if (cursor === undefined || found.length === 0 || alerts.length >= limit) {
      return { alerts, total: answer.number('total') ?? alerts.length }
    }
  }
}

/** What is firing or pending, muted alerts included. */
export async function fetchOpenAlerts(client: Client): Promise<Answer[]> {
  const lists = await Promise.all(
    (['firing', 'pending'] as const).flatMap((state) =>
      [false, true].map((inhibited) => fetchAlerts(client, { state, inhibited })),
    ),
  )
  return lists.flatMap(({ alerts }) => alerts)
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id that is meant; one that is whole is for the daemon to judge. Rejects with NotFoundError. */
export async function alertId(client: Client, wanted: string): Promise<string> {
  if (UUID.test(wanted)) return wanted.toLowerCase()
  const ids = (await fetchOpenAlerts(client)).flatMap((alert) => alert.text('id') ?? [])
  return meant('open alert', wanted, [...new Set(ids)], (id) => [id])
}

/** The gravest first, of the same severity the newest. */
export function bySeverity(alerts: readonly Answer[]): Answer[] {
  const rank = (alert: Answer): number => {
    const index = severities.findIndex((severity) => severity === alert.text('severity'))
    return index === -1 ? severities.length : index
  }
  const begin = (alert: Answer): number => alert.time('started_at')?.getTime() ?? 0
  return [...alerts].sort((one, other) => rank(one) - rank(other) || begin(other) - begin(one))
}
