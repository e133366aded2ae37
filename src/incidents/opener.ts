import type { Alert } from '../alerts/alert.ts'
import type { AlertStep } from '../alerts/engine.ts'
import { appendAudit } from '../auth/audit.ts'
import type { Queryable } from '../db/database.ts'
import type { NewEvent } from '../events/event.ts'
import { incidentEvent } from './announce.ts'
import { attachAlerts, attachedCounts, linksOfAlerts } from './attached-alerts.ts'
import { changed, changeText } from './change.ts'
import { appendEntry } from './entries.ts'
import { DAEMON, incidentToJson, type Incident } from './incident.ts'
import { attachedText } from './incidents.ts'
import { opening, type Opening, type OpeningSettings, type Situation } from './opening.ts'
import { countOpenedSince, lockActiveIncidents, saveIncident } from './store.ts'

/** What an opener works with. */
export interface OpenerOptions {
  settings: () => OpeningSettings
  newId: () => string
}

const AUDITED = { actor: DAEMON, credential: null, address: null }

/** Opens incidents for alerts, attaches those that follow, and notes when all of them are over. */
export class Opener {
  readonly #options: OpenerOptions

  constructor(options: OpenerOptions) {
    this.#options = options
  }

  /**
   * To be called in every transaction that changes alerts, with what became of them; whoever calls lets nobody else
   * change alerts meanwhile. Resolves with the events that tell of it, to be stored at the end of the transaction.
   */
  async alongside(transaction: Queryable, { active, at }: AlertStep): Promise<NewEvent[]> {
    const settings = this.#options.settings()
    const incidents = await lockActiveIncidents(transaction)
    if (incidents.length === 0 && !settings.openForCritical) return []
    const sizes = await attachedCounts(
      transaction,
      incidents.map(({ id }) => id),
    )
    const situation: Situation = {
      ...{ active, at },
      lasting: incidents.map((incident) => ({ incident, size: sizes.get(incident.id) ?? 0 })),
      links: await linksOfAlerts(
        transaction,
        active.map(({ id }) => id),
      ),
      openedOfLate: await countOpenedSince(transaction, new Date(at.getTime() - settings.windowMs)),
    }
    return this.#carryOut(transaction, opening(situation, settings), at)
  }

  async #carryOut(transaction: Queryable, todo: Opening, at: Date): Promise<NewEvent[]> {
    const events: NewEvent[] = []
    for (const { place, alerts } of todo.open) {
      events.push(await this.#open(transaction, { place, alerts, at }))
    }
    for (const { incident, alerts } of todo.attach) {
      events.push(await attach(transaction, incident, { alerts, at }))
    }
    for (const incident of todo.again) {
      await saveIncident(transaction, { ...incident, calmSince: null })
    }
    for (const incident of todo.over) events.push(await noteOver(transaction, incident, at))
    for (const incident of todo.resolve) events.push(await resolve(transaction, incident, at))
    return events
  }

  async #open(
    transaction: Queryable,
    { place, alerts, at }: { place: string; alerts: readonly Alert[]; at: Date },
  ): Promise<NewEvent> {
    const incident = newIncident(this.#options.newId(), place, alerts, at)
    await saveIncident(transaction, incident)
    const ids = idsOf(alerts)
    await attachAlerts(transaction, incident.id, { alertIds: ids, at, by: null })
    await appendEntry(transaction, incident.id, {
      ...{ at, kind: 'opened', actor: null },
      text: `opened by itself for ${place}, with ${alerts.length === 1 ? 'an alert' : `${alerts.length} alerts`}`,
      details: { severity: incident.severity, alert_ids: ids },
    })
    await appendAudit(transaction, {
      ...{ at, ...AUDITED, action: 'incident.create', subject: incident.id },
      ...{ before: null, after: { ...incidentToJson(incident), alert_ids: ids } },
    })
    return incidentEvent(incident, 'incident_opened', at)
  }
}

/** The incident of a place: it begins with the first of its alerts, whose words are its title. */
function newIncident(id: string, place: string, alerts: readonly Alert[], at: Date): Incident {
  const [first, ...others] = [...alerts].sort(byBegin)
  const title = first === undefined ? place : `${first.title}: ${first.resource}`
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return {
    ...{ id, title: `${title.slice(0, 480)}${more}`, description: first?.message ?? '' },
    ...{ severity: 'critical', status: 'open', rootCause: null },
    ...{ createdBy: DAEMON, createdById: null, assignedTo: null, assignedToId: null, place },
    ...{ startedAt: first?.startedAt ?? at, createdAt: at, updatedAt: at },
    ...{ resolvedAt: null, closedAt: null, calmSince: null, version: 1 },
  }
}

async function attach(
  transaction: Queryable,
  incident: Incident,
  { alerts, at }: { alerts: readonly Alert[]; at: Date },
): Promise<NewEvent> {
  const ids = idsOf(alerts)
  await attachAlerts(transaction, incident.id, { alertIds: ids, at, by: null })
  const text = attachedText(ids)
  const details = { alert_ids: ids }
  const entry = { at, kind: 'alerts_attached' as const, actor: null, text, details }
  await appendEntry(transaction, incident.id, entry)
  await appendAudit(transaction, {
    ...{ at, ...AUDITED, action: 'incident.attach', subject: incident.id },
    ...{ before: null, after: details },
  })
  return incidentEvent(incident, 'incident_alerts_attached', at)
}

async function noteOver(transaction: Queryable, before: Incident, at: Date): Promise<NewEvent> {
  const incident = { ...before, calmSince: at }
  await saveIncident(transaction, incident)
  const text = 'all its alerts are over'
  const entry = { at, kind: 'alerts_over' as const, actor: null, text, details: {} }
  await appendEntry(transaction, incident.id, entry)
  return incidentEvent(incident, 'incident_alerts_over', at)
}

async function resolve(transaction: Queryable, before: Incident, at: Date): Promise<NewEvent> {
  const { incident, fields } = changed(before, { status: 'resolved' }, { at, seesAll: true })
  await saveIncident(transaction, incident)
  const [from, to] = [{ status: before.status }, { status: incident.status }]
  await appendEntry(transaction, incident.id, {
    ...{ at, kind: 'changed', actor: null },
    text: `${changeText(fields)}: all its alerts have been over for a while`,
    details: { before: from, after: to },
  })
  await appendAudit(transaction, {
    ...{ at, ...AUDITED, action: 'incident.update', subject: incident.id, before: from, after: to },
  })
  return incidentEvent(incident, 'incident_changed', at)
}

function byBegin(one: Alert, other: Alert): number {
  const apart = one.startedAt.getTime() - other.startedAt.getTime()
  return apart !== 0 ? apart : one.id < other.id ? -1 : 1
}

function idsOf(alerts: readonly Alert[]): string[] {
  return alerts.map(({ id }) => id)
}
