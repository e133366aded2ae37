import type { Alert } from '../alerts/alert.ts'
import type { AlertLink } from './attached-alerts.ts'
import { MOST_ATTACHED } from './attached-alerts.ts'
import { isActive, type Incident } from './incident.ts'

/** Which incidents open, and are resolved, by themselves. */
export interface OpeningSettings {
  openForCritical: boolean
  /** Labels by which alerts are put together, the first that an alert has. */
  groupBy: readonly string[]
  /** So far apart alerts of one place may be of the same trouble. */
  windowMs: number
  /** Since its alerts are over an incident lasts for so long at most; null for ever. */
  resolveAfterMs: number | null
}

/** An incident that lasts, and what it has. */
export interface LastingIncident {
  incident: Incident
  /** How many alerts are attached to it. */
  size: number
}

/** What is known when alerts have changed. */
export interface Situation {
  /** All alerts that are pending or firing. */
  active: readonly Alert[]
  /** Incidents that are open or investigating, the oldest first. */
  lasting: readonly LastingIncident[]
  /** Of the active alerts: to which incidents they belong, or did until a user took them away. */
  links: readonly AlertLink[]
  /** How many incidents have opened by themselves within the window. */
  openedOfLate: number
  at: Date
}

/** What is to become of incidents. */
export interface Opening {
  /** New ones, each for a place, with their alerts. */
  open: { place: string; alerts: readonly Alert[] }[]
  /** Alerts that belong to incidents that last. */
  attach: { incident: Incident; alerts: readonly Alert[] }[]
  /** None of their alerts is active any more. */
  over: Incident[]
  /** Some alert of theirs is active again. */
  again: Incident[]
  /** All their alerts have been over for so long that they are. */
  resolve: Incident[]
}

/** Within the window no more incidents open by themselves: in a storm nobody can read more. */
export const MOST_OPENED = 10

/** The place of an alert in words: the first of the labels that it, or what it belongs to, has; else its source. Pure. */
export function placeOf({ labels, partOf, source }: Alert, groupBy: readonly string[]): string {
  for (const name of groupBy) {
    const value = labels[name] ?? partOf[name]
    if (value !== undefined) return `${name}=${value}`
  }
  return `source=${source}`
}

/**
 * What the alerts make of incidents. What is there is compared with what should be, so that it does not matter when
 * the daemon was killed: an alert that has belonged to any incident opens no other. Pure.
 */
export function opening(situation: Situation, settings: OpeningSettings): Opening {
  const { at, lasting } = situation
  const { open, attach } = attachments(situation, settings)
  const activeIn = new Set(
    situation.links.flatMap(({ incidentId, attached }) => (attached ? [incidentId] : [])),
  )
  for (const { incident } of attach) activeIn.add(incident.id)
  const incidents = lasting.map(({ incident }) => incident)
  const calm = lasting.filter(({ incident, size }) => size > 0 && !activeIn.has(incident.id))
  const { resolveAfterMs } = settings
  return {
    open,
    attach,
    over: calm.map(({ incident }) => incident).filter(({ calmSince }) => calmSince === null),
    again: incidents.filter(({ id, calmSince }) => calmSince !== null && activeIn.has(id)),
    resolve: calm
      .map(({ incident }) => incident)
      .filter(
        ({ calmSince }) =>
          resolveAfterMs !== null &&
          calmSince !== null &&
          at.getTime() - calmSince.getTime() >= resolveAfterMs,
      ),
  }
}

function attachments(
  { active, lasting, links, openedOfLate, at }: Situation,
  settings: OpeningSettings,
): Pick<Opening, 'open' | 'attach'> {
  if (!settings.openForCritical) return { open: [], attach: [] }
  const known = new Set(links.map(({ alertId }) => alertId))
  const byId = new Map(active.map((alert) => [alert.id, alert]))
  const fresh = active.filter((alert) => alert.state === 'firing' && !known.has(alert.id))
  const places = new Places(lasting, links, byId, settings)
  let opened = openedOfLate
  for (const alert of fresh.filter(opens)) {
    const place = placeOf(alert, settings.groupBy)
    if (places.has(place)) {
      places.add(place, alert)
    } else if (opened < MOST_OPENED) {
      places.open(place, alert)
      opened += 1
    } else {
      places.addToLast(alert)
    }
  }
  for (const alert of fresh.filter((one) => !opens(one) && follows(one))) {
    places.addRelated(alert, at)
  }
  return places.result()
}

/** Whether an alert is worth an incident. One that somebody looks after already, or that is no news, is not. */
function opens(alert: Alert): boolean {
  const { severity, inhibitedBy, acknowledgedAt } = alert
  return (
    severity === 'critical' && inhibitedBy === null && acknowledgedAt === null && follows(alert)
  )
}

/** Whether an alert may belong to an incident that there is. */
function follows({ silencedBy, flapping, severity }: Alert): boolean {
  return silencedBy.length === 0 && !flapping && severity !== 'info'
}

/** Where alerts go: the incidents that last by their places, and those that open. */
class Places {
  readonly #settings: OpeningSettings
  readonly #lasting = new Map<string, { incident: Incident; alerts: Alert[]; size: number }>()
  readonly #incidentOf = new Map<string, string>()
  /** Which incident an active alert belongs to. */
  readonly #ofAlert = new Map<string, string>()
  readonly #opened = new Map<string, Alert[]>()
  #last: string | null = null

  constructor(
    lasting: readonly LastingIncident[],
    links: readonly AlertLink[],
    active: ReadonlyMap<string, Alert>,
    settings: OpeningSettings,
  ) {
    this.#settings = settings
    for (const { incident, size } of lasting) {
      if (!isActive(incident)) continue
      this.#lasting.set(incident.id, { incident, alerts: [], size })
      if (incident.place === null) continue
      if (!this.#incidentOf.has(incident.place)) this.#incidentOf.set(incident.place, incident.id)
      this.#last = incident.place
    }
    for (const { incidentId, alertId, attached } of links) {
      const alert = active.get(alertId)
      if (!attached || alert === undefined || !this.#lasting.has(incidentId)) continue
      this.#ofAlert.set(alertId, incidentId)
      // An incident of a user is that of the places whose alerts he attached to it.
      const place = placeOf(alert, settings.groupBy)
      if (!this.#incidentOf.has(place)) this.#incidentOf.set(place, incidentId)
    }
  }

  has(place: string): boolean {
    return this.#incidentOf.has(place) || this.#opened.has(place)
  }

  open(place: string, alert: Alert): void {
    this.#opened.set(place, [alert])
    this.#last = place
  }

  add(place: string, alert: Alert): void {
    const opened = this.#opened.get(place)
    if (opened !== undefined) {
      if (opened.length < MOST_ATTACHED) opened.push(alert)
      return
    }
    this.#addTo(this.#incidentOf.get(place) ?? '', alert)
  }

  /** So many incidents have opened that those that come are taken for the same trouble. */
  addToLast(alert: Alert): void {
    if (this.#last !== null) this.add(this.#last, alert)
  }

  /** An alert that opens nothing: of what mutes it, or of its place while that is news. */
  addRelated(alert: Alert, at: Date): void {
    const muting = alert.inhibitedBy
    if (muting !== null) {
      const incident = this.#ofAlert.get(muting)
      if (incident !== undefined) {
        this.#addTo(incident, alert)
        return
      }
      for (const [place, alerts] of this.#opened) {
        if (alerts.some(({ id }) => id === muting)) {
          this.add(place, alert)
          return
        }
      }
    }
    const place = placeOf(alert, this.#settings.groupBy)
    // All warnings of a source are not of one trouble.
    if (place.startsWith('source=') || !this.has(place)) return
    const id = this.#incidentOf.get(place)
    const since = (id === undefined ? undefined : this.#lasting.get(id)?.incident.startedAt) ?? at
    const apartMs = Math.abs(alert.startedAt.getTime() - since.getTime())
    if (apartMs <= this.#settings.windowMs) this.add(place, alert)
  }

  result(): Pick<Opening, 'open' | 'attach'> {
    return {
      open: [...this.#opened].map(([place, alerts]) => ({ place, alerts })),
      attach: [...this.#lasting.values()]
        .filter(({ alerts }) => alerts.length > 0)
        .map(({ incident, alerts }) => ({ incident, alerts })),
    }
  }

  #addTo(incidentId: string, alert: Alert): void {
    const lasting = this.#lasting.get(incidentId)
    if (lasting === undefined || lasting.size >= MOST_ATTACHED) return
    lasting.alerts.push(alert)
    lasting.size += 1
    this.#ofAlert.set(alert.id, incidentId)
  }
}
