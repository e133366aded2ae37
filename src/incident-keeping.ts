import { randomUUID } from 'node:crypto'
import { incidentKeeping, openingSettings } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { Hub } from './hub/hub.ts'
import { Incidents } from './incidents/incidents.ts'
import { archivedBefore, type IncidentKeeping } from './incidents/keeping.ts'
import { Opener } from './incidents/opener.ts'
import { countIncidents, type IncidentCount } from './incidents/store.ts'

/** The parts that incidents are kept with. */
export interface IncidentKeepingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  hub: Hub
  now: () => Date
}

/** What people do to incidents, and what becomes of them by itself. */
export interface KeptIncidents {
  actions: Incidents
  /** What alerts make of incidents, in the transaction that changes these. */
  alongside: Opener['alongside']
  keeping: () => IncidentKeeping
  /** How many there are that are not archived. */
  counts: () => Promise<IncidentCount[]>
}

/** Keeps incidents: those of people, and those that open by themselves. */
export function keepIncidents({ config, db, hub, now }: IncidentKeepingParts): KeptIncidents {
  const opener = new Opener({ settings: () => openingSettings(config()), newId: randomUUID })
  const keeping = () => incidentKeeping(config())
  return {
    actions: new Incidents({
      ...{ database: db, now, newId: randomUUID },
      onEvents: (events) => {
        hub.publish(events)
      },
    }),
    alongside: (transaction, step) => opener.alongside(transaction, step),
    keeping,
    counts: () => countIncidents(db, archivedBefore(keeping(), now())),
  }
}
