import type { AlertTransition, ListedAlert } from '../../alerts/alert.ts'
import { findListedAlert } from '../../alerts/store.ts'
import type { Queryable } from '../../db/database.ts'
import type { StoredEvent } from '../../events/event.ts'
import { eventsOfAlert } from '../../events/store.ts'
import type { ApiContext } from '../context.ts'
import { ProblemError } from '../problem.ts'

/** What the appliance has told of the history of an alert: when it began to fire, was acknowledged and was over. */
export async function toldTransitions(
  database: Queryable,
  appliance: string,
  { id, startedAt }: ListedAlert,
): Promise<AlertTransition[]> {
  const events = await eventsOfAlert(database, { appliance, id, since: startedAt })
  let from: AlertTransition['from'] = null
  return events.flatMap((event) => {
    const step = stepOf(event, from)
    if (step === null) return []
    if (step.to !== 'resolved') from = step.to
    return [step]
  })
}

function stepOf({ at, data }: StoredEvent, from: AlertTransition['from']): AlertTransition | null {
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : null)
  switch (data.event) {
    case 'firing':
      return { at, from, to: 'firing', by: null, comment: null }
    case 'acknowledged':
      return {
        ...{ at, from, to: 'acknowledged' },
        ...{ by: text('acknowledged_by'), comment: text('acknowledge_comment') },
      }
    case 'resolved':
      return {
        ...{ at, from, to: 'resolved' },
        ...{ by: text('resolved_by'), comment: text('resolve_comment') },
      }
    default:
      return null
  }
}

/** Refuses what would change an alert of an appliance, which alone can; says where that is. */
export async function refuseOthers({ db, fleet }: ApiContext, id: string): Promise<void> {
  if (fleet === null) return
  const { appliance = null } = (await findListedAlert(db, id)) ?? {}
  if (appliance === null) return
  const url = fleet.find(appliance)?.about?.url ?? null
  const where = url === null ? 'it has not told its address' : `there: ${url}`
  throw new ProblemError(
    'appliance_alert',
    `alert ${id} is of appliance ${appliance}, which alone can change it; ${where}`,
    { members: { appliance, url } },
  )
}
