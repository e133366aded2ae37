import type { Alert } from '../alerts/alert.ts'
import type { Appliance, Remedy, RemedyName } from './remedies.ts'

/** What the configuration permits. */
export interface RemedySettings {
  enabled: boolean
  afterSeconds: number
  coolDownSeconds: number
  limitPerDay: number
}

/** Something that was done about a condition at a place within the last 24 hours, or for an alert that is active. */
export interface PastAction {
  id: string
  remedy: string
  fingerprint: string
  alertId: string
  at: Date
  /** Null of a note that nothing more is done today. */
  taskId: string | null
  /** Null while it is not known, and of one that is not kept any more. */
  task: { state: string; error: string | null } | null
  toldAt: Date | null
}

/** Why an alert is left to people: an id by alert. */
export interface Held {
  /** Alerts that a silence or a maintenance window mutes. */
  silenced: ReadonlyMap<string, string>
  /** Alerts of incidents that somebody looks into, or that are somebody's. */
  incidents: ReadonlyMap<string, string>
}

/** What is decided from. */
export interface Deciding {
  alerts: readonly Alert[]
  actions: readonly PastAction[]
  remedies: readonly Remedy[]
  settings: Readonly<Record<RemedyName, RemedySettings>>
  held: Held
  appliance: Appliance
  /** Kinds of tasks that there are. */
  kinds: ReadonlySet<string>
  now: Date
}

/** What is to be done about an alert. */
export type Decision =
  | {
      does: 'submit'
      alert: Alert
      remedy: Remedy
      params: Readonly<Record<string, unknown>>
      /** Tells this time from the others. */
      key: string
    }
  /** It is told once that nothing more is done today. */
  | { does: 'give-up'; alert: Alert; remedy: Remedy; times: number; lastTaskId: string | null }
  /** It is told how it ended. */
  | { does: 'tell'; alert: Alert; action: PastAction; words: string }
  /** Nothing is done, for a reason that passes. */
  | { does: 'wait'; alert: Alert; remedy: Remedy; reason: string }

const DAY_MS = 86_400_000

/** What is to be done about the alerts that are active. */
export function decide(given: Deciding): Decision[] {
  const { alerts, remedies, settings, actions } = given
  return alerts.flatMap((alert) => [
    ...outcomes(alert, actions),
    ...remedies
      .filter((remedy) => remedy.alert === alert.rule && settings[remedy.name].enabled)
      .flatMap((remedy) => about(alert, remedy, given) ?? []),
  ])
}

function outcomes(alert: Alert, actions: readonly PastAction[]): Decision[] {
  return actions
    .filter(({ alertId, task, toldAt }) => alertId === alert.id && task !== null && toldAt === null)
    .flatMap((action): Decision[] => {
      const words = endOf(action)
      return words === null ? [] : [{ does: 'tell', alert, action, words }]
    })
}

function endOf({ remedy, task }: PastAction): string | null {
  if (task?.state === 'completed') return `${remedy}: done`
  if (task?.state === 'failed') return `${remedy}: failed: ${task.error ?? 'nobody knows why'}`
  return task?.state === 'cancelled' ? `${remedy}: cancelled` : null
}

function about(
  alert: Alert,
  remedy: Remedy,
  { actions, settings, held, appliance, kinds, now }: Deciding,
): Decision | null {
  const params = remedy.params(alert, appliance)
  if (params === null) return null
  const { afterSeconds, coolDownSeconds, limitPerDay } = settings[remedy.name]
  const wait = (reason: string): Decision => ({ does: 'wait', alert, remedy, reason })
  const forPeople = leftToPeople(alert, held)
  if (forPeople !== null) return wait(forPeople)
  if (alert.state !== 'firing' || alert.firedAt === null) return wait('it does not fire')
  if (alert.goneSince !== null) return wait('what it was about is over')
  if (now.getTime() - alert.firedAt.getTime() < afterSeconds * 1000) return wait('it is new')

  const here = actions.filter(
    (one) => one.remedy === remedy.name && one.fingerprint === alert.fingerprint,
  )
  const done = here.filter(({ taskId }) => taskId !== null)
  if (remedy.once && done.some(({ alertId }) => alertId === alert.id)) return null
  const underWay = done.find(({ task }) => /^(?:pending|running)$/.test(task?.state ?? ''))
  if (underWay !== undefined) return wait(`task ${underWay.taskId ?? ''} is under way`)
  const last = Math.max(0, ...done.map(({ at }) => at.getTime()))
  if (now.getTime() - last < coolDownSeconds * 1000) return wait('it was done a while ago')

  const since = now.getTime() - DAY_MS
  const today = done.filter(({ at }) => at.getTime() > since)
  if (today.length >= limitPerDay) {
    const isTold = here.some(({ taskId, at }) => taskId === null && at.getTime() > since)
    return isTold
      ? wait('it was done as often as a day permits')
      : {
          ...{ does: 'give-up', alert, remedy, times: today.length },
          lastTaskId: today.at(-1)?.taskId ?? null,
        }
  }
  if (typeof params === 'string') return wait(params)
  if (!kinds.has(remedy.kind)) return wait(`there is no task ${remedy.kind}`)
  const count = done.filter(({ alertId }) => alertId === alert.id).length
  return { does: 'submit', alert, remedy, params, key: `${remedy.name} ${alert.id} ${count + 1}` }
}

/** Why it is left to people, in words; null when it is not. */
function leftToPeople(alert: Alert, { silenced, incidents }: Held): string | null {
  const { id, acknowledgedAt, inhibitedBy } = alert
  const silence = silenced.get(id)
  if (silence !== undefined) return `silence ${silence} mutes it`
  const incident = incidents.get(id)
  if (incident !== undefined) return `incident ${incident} is being looked into`
  if (acknowledgedAt !== null) return 'somebody has acknowledged it'
  return inhibitedBy === null ? null : 'another alert is its cause'
}
