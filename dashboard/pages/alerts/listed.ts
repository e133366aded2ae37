import { graver } from '../../live/alerts.ts'
import { useLoaded, type Resource } from '../../live/resource.ts'
import { ask, type Query } from '../../wire/request.ts'
import type { Alert } from '../../wire/types.ts'

/** Alerts that were asked for. */
export interface Listed {
  alerts: readonly Alert[]
  /** How many there are of these, also those that are not here. */
  total: number
}

/** As many as a call answers at a time. */
const PAGE = 1000
/** Nobody reads more; who looks for one narrows the search. */
const MOST = 5000

type Asked = Query<'GET /monitoring/alerts'>
type State = NonNullable<Asked['state']>

/** The alerts that the address asks for; without a state those that are not over. */
export function useAlerts(query: Readonly<Record<string, string>>): Resource<Listed> {
  const { severity, source, state, acknowledged, q, rule } = query
  const asked = {
    ...{ severity, source, q, rule },
    ...(acknowledged !== undefined && { acknowledged: acknowledged === 'true' }),
  } as Asked
  return useLoaded(
    async (signal) => {
      const states: State[] = state === undefined ? ['firing', 'pending'] : [state as State]
      const found = await Promise.all(states.map((one) => all({ ...asked, state: one }, signal)))
      const alerts = found.flatMap((part) => part.alerts)
      return {
        // Of what is over the newest is first.
        alerts: state === 'resolved' ? alerts : alerts.sort(graver),
        total: found.reduce((sum, { total }) => sum + total, 0),
      }
    },
    [JSON.stringify([asked, state])],
    // What is pending is not told on the stream; numbers come after every evaluation.
    ['alert', 'metrics'],
  )
}

async function all(query: Asked, signal: AbortSignal): Promise<Listed> {
  const alerts: Alert[] = []
  let total = 0
  let cursor: string | null = null
  do {
    const page: Asked = { ...query, limit: PAGE, ...(cursor !== null && { cursor }) }
    const answer = await ask('GET /monitoring/alerts', { query: page }, signal)
    alerts.push(...answer.alerts)
    total = Math.max(total, answer.total)
    cursor = answer.next_cursor
  } while (cursor !== null && alerts.length < MOST)
  return { alerts, total }
}
