import { AlertNotFoundError } from '../alerts/alert.ts'
import { findAlerts } from '../alerts/store.ts'
import { appendAudit, type AuditEntry } from '../auth/audit.ts'
import type { Database, Queryable } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'
import type { NewEvent, StoredEvent } from '../events/event.ts'
import { appendEvents } from '../events/store.ts'
import { incidentEvent } from './announce.ts'
import { attachAlerts, countAttached, detachAlert, MOST_ATTACHED } from './attached-alerts.ts'
import { changed, changeText, checkBegin, type IncidentPatch } from './change.ts'
import { appendEntry, type IncidentNote } from './entries.ts'
import {
  IncidentChangedError,
  IncidentNotFoundError,
  incidentToJson,
  isVisible,
  UnknownPersonError,
  type Incident,
  type IncidentSeverity,
  type Person,
  type Reader,
} from './incident.ts'
import { findPerson, lockIncident, saveIncident } from './store.ts'

/** What incidents are kept with, and who is told of them. */
export interface IncidentsOptions {
  database: Database
  now: () => Date
  newId: () => string
  /** Told of events once they are committed. */
  onEvents: (events: readonly StoredEvent[]) => void
}

/** Who does it: what is his to change, and how the audit trail names him. */
export interface Doer extends Reader {
  username: string
  audited: Pick<AuditEntry, 'actor' | 'credential' | 'address'>
}

/** An incident as somebody opens it. */
export interface IncidentDraft {
  title: string
  description: string
  severity: IncidentSeverity
  /** Name or id of a user. */
  assignedTo: string | null
  rootCause: string | null
  /** Null: now. */
  startedAt: Date | null
}

/** A change as somebody asks for it: a patch in which people have their names, and the version that he has read. */
export interface IncidentWish extends Omit<IncidentPatch, 'assigned'> {
  assignedTo?: string | null | undefined
  version?: number | undefined
}

/** So many alerts do not fit into one incident. */
export class TooManyAlertsError extends Error {
  readonly code = 'ERR_TOO_MANY_ALERTS'

  constructor() {
    super(`more than ${MOST_ATTACHED} alerts do not belong to one incident`)
    this.name = 'TooManyAlertsError'
  }
}

/** What is pending may come to nothing, and is forgotten then. */
export class AlertPendingError extends Error {
  readonly code = 'ERR_ALERT_PENDING'

  constructor(id: string) {
    super(`alert ${id}: has not fired yet`)
    this.name = 'AlertPendingError'
  }
}

/**
 * What people do to incidents. Each change is one transaction, with its entry in the history of the incident, its
 * row in the audit trail and the event that tells of it; changes of one incident are made one after the other.
 * What is not the doer's to see rejects with IncidentNotFoundError, as what is not there does.
 */
export class Incidents {
  readonly #options: IncidentsOptions

  constructor(options: IncidentsOptions) {
    this.#options = options
  }

  /** Opens one. Rejects with UnknownPersonError or IncidentTimesError. */
  async open(draft: IncidentDraft, doer: Doer): Promise<Incident> {
    return this.#committed(async (transaction) => {
      const at = this.#options.now()
      const assigned = await personOf(transaction, draft.assignedTo)
      const { title, description, severity, rootCause } = draft
      const incident: Incident = {
        ...{ id: this.#options.newId(), title, description, severity, status: 'open', rootCause },
        ...{ createdBy: doer.username, createdById: doer.userId, place: null },
        ...{ assignedTo: assigned?.name ?? null, assignedToId: assigned?.id ?? null },
        ...{ startedAt: draft.startedAt ?? at, createdAt: at, updatedAt: at },
        ...{ resolvedAt: null, closedAt: null, calmSince: null, version: 1 },
      }
      checkBegin(incident, at)
      await saveIncident(transaction, incident)
      const entry = { at, kind: 'opened' as const, actor: doer.username, text: 'opened' }
      await appendEntry(transaction, incident.id, { ...entry, details: { severity } })
      await appendAudit(transaction, {
        ...{ at, ...doer.audited, action: 'incident.create', subject: incident.id },
        ...{ before: null, after: incidentToJson(incident) },
      })
      return { result: incident, events: [incidentEvent(incident, 'incident_opened', at)] }
    })
  }

  /**
   * Changes what is said of it. Rejects with IncidentChangedError when it is not as the doer has read it, with
   * IncidentStatusError, UnknownPersonError or IncidentTimesError.
   */
  async change(id: string, wish: IncidentWish, doer: Doer): Promise<Incident> {
    return this.#changing(id, doer, async (transaction, before, at) => {
      const { assignedTo, version: given, ...patch } = wish
      if (given !== undefined && given !== before.version) {
        throw new IncidentChangedError(id, { given, version: before.version })
      }
      const assigned =
        assignedTo === undefined ? undefined : await personOf(transaction, assignedTo)
      const { incident, fields } = changed(before, { ...patch, assigned }, { at, ...doer })
      if (fields.length === 0) return { result: before, events: [] }
      await saveIncident(transaction, incident)
      const [from, to] = [sideOf(fields, 'before'), sideOf(fields, 'after')]
      const entry = { at, kind: 'changed' as const, actor: doer.username, text: changeText(fields) }
      await appendEntry(transaction, incident.id, {
        ...entry,
        details: { before: from, after: to },
      })
      await appendAudit(transaction, {
        ...{ at, ...doer.audited, action: 'incident.update', subject: incident.id },
        ...{ before: from, after: to },
      })
      return { result: incident, events: [incidentEvent(incident, 'incident_changed', at)] }
    })
  }

  /** Writes a note about it. */
  async note(id: string, text: string, doer: Doer): Promise<IncidentNote> {
    return this.#changing(id, doer, async (transaction, incident, at) => {
      const entry = { at, kind: 'note' as const, actor: doer.username, text, details: {} }
      const number = await appendEntry(transaction, incident.id, entry)
      await appendAudit(transaction, {
        ...{ at, ...doer.audited, action: 'incident.note', subject: incident.id },
        ...{ before: null, after: { id: number, text } },
      })
      return {
        result: { id: number, at, author: doer.username, text },
        events: [incidentEvent(incident, 'incident_note', at)],
      }
    })
  }

  /** Attaches alerts; those that are attached stay so. Rejects with AlertNotFoundError, AlertPendingError or TooManyAlertsError. */
  async attach(id: string, alertIds: readonly string[], doer: Doer): Promise<Incident> {
    return this.#changing(id, doer, async (transaction, incident, at) => {
      await checkAlerts(transaction, alertIds)
      const by = doer.username
      const added = await attachAlerts(transaction, incident.id, { alertIds, at, by })
      if ((await countAttached(transaction, incident.id)) > MOST_ATTACHED) {
        throw new TooManyAlertsError()
      }
      if (added.length === 0) return { result: incident, events: [] }
      const entry = { at, kind: 'alerts_attached' as const, actor: by, text: attachedText(added) }
      await appendEntry(transaction, incident.id, { ...entry, details: { alert_ids: added } })
      await appendAudit(transaction, {
        ...{ at, ...doer.audited, action: 'incident.attach', subject: incident.id },
        ...{ before: null, after: { alert_ids: added } },
      })
      const events = [incidentEvent(incident, 'incident_alerts_attached', at)]
      return { result: incident, events }
    })
  }

  /** Takes an alert away, which is not attached by itself again. Rejects with AlertNotFoundError when it has none such. */
  async detach(id: string, alertId: string, doer: Doer): Promise<Incident> {
    return this.#changing(id, doer, async (transaction, incident, at) => {
      const known = isUuid(alertId)
      if (!known || !(await detachAlert(transaction, incident.id, { alertId, at }))) {
        throw new AlertNotFoundError(alertId)
      }
      const details = { alert_id: alertId.toLowerCase() }
      const text = 'an alert was taken away'
      const entry = { at, kind: 'alert_detached' as const, actor: doer.username, text, details }
      await appendEntry(transaction, incident.id, entry)
      await appendAudit(transaction, {
        ...{ at, ...doer.audited, action: 'incident.detach', subject: incident.id },
        ...{ before: details, after: null },
      })
      return { result: incident, events: [incidentEvent(incident, 'incident_alert_detached', at)] }
    })
  }

  #changing<T>(
    id: string,
    doer: Doer,
    work: (transaction: Queryable, incident: Incident, at: Date) => Promise<Written<T>>,
  ): Promise<T> {
    return this.#committed(async (transaction) => {
      const incident = await lockIncident(transaction, id)
      if (incident === null || !isVisible(incident, doer)) throw new IncidentNotFoundError(id)
      // Only now: what is changed later has the later time.
      return work(transaction, incident, this.#options.now())
    })
  }

  async #committed<T>(work: (transaction: Queryable) => Promise<Written<T>>): Promise<T> {
    const { database, onEvents } = this.#options
    const { result, stored } = await database.transaction(async (transaction) => {
      const written = await work(transaction)
      // Last: nobody else stores events from here to the commit.
      return { ...written, stored: await appendEvents(transaction, written.events) }
    })
    if (stored.length > 0) onEvents(stored)
    return result
  }
}

interface Written<T> {
  result: T
  events: readonly NewEvent[]
}

/** A sentence about alerts that were attached. */
export function attachedText(ids: readonly string[]): string {
  return ids.length === 1 ? 'an alert was attached' : `${ids.length} alerts were attached`
}

async function personOf(transaction: Queryable, name: string | null): Promise<Person | null> {
  if (name === null) return null
  const person = await findPerson(transaction, name)
  if (person === null) throw new UnknownPersonError(name)
  return person
}

async function checkAlerts(transaction: Queryable, ids: readonly string[]): Promise<void> {
  const found = await findAlerts(transaction, ids.filter(isUuid))
  const known = new Map(found.map((alert) => [alert.id, alert]))
  for (const id of ids) {
    const alert = known.get(id.toLowerCase())
    if (alert === undefined) throw new AlertNotFoundError(id)
    if (alert.state === 'pending') throw new AlertPendingError(id)
  }
}

function sideOf(
  fields: readonly { field: string; before: string | null; after: string | null }[],
  side: 'before' | 'after',
): Record<string, string | null> {
  return Object.fromEntries(fields.map((change) => [change.field, change[side]]))
}
