import type { Queryable } from '../db/database.ts'
import { analyseIncident, type Cause } from './analysis.ts'
import { attachedAlerts, type AttachedAlert } from './attached-alerts.ts'
import type { Incident } from './incident.ts'
import type { IncidentKeeping } from './keeping.ts'
import { timelineWindow, type TimelineReader } from './timeline.ts'
import { entryOf } from './timeline-entry.ts'
import { timelineRows, type TimelineWindow } from './timeline-rows.ts'

const HOUR_MS = 3_600_000
/** More that happened in an hour is not looked at. */
const MOST_BEFORE = 1000

/** An incident with what explains it. */
export interface Explained {
  /** The one that began first first. */
  alerts: AttachedAlert[]
  /** The likeliest first. */
  causes: Cause[]
  /** What its timeline is read with. */
  window: TimelineWindow
}

/**
 * What probably caused an incident, of what the reader may know. The hour before is that before its first alert,
 * however long ago that was.
 */
export async function explained(
  database: Queryable,
  incident: Incident,
  reader: TimelineReader,
  around: { keeping: IncidentKeeping; now: Date },
): Promise<Explained> {
  const { startedAt } = incident
  const alerts = await attachedAlerts(database, incident.id)
  const window = await timelineWindow(database, incident, reader, around)
  const until = alerts[0]?.alert.startedAt ?? startedAt
  const hour = { ...window, since: new Date(until.getTime() - HOUR_MS), until, alertIds: [] }
  const page = { after: null, limit: MOST_BEFORE, offset: 0 }
  const causes = analyseIncident({
    alerts: alerts.map(({ alert }) => alert),
    before: (await timelineRows(database, hour, page)).map(entryOf),
    startedAt,
  })
  return { alerts, causes, window }
}
