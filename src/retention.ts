import { forgetOldSilences } from './alerts/silence-retention.ts'
import { forgetOldAudit } from './auth/audit-retention.ts'
import { forgetOldDrills } from './backups/drill-store.ts'
import { forgetOldBackups } from './backups/store.ts'
import { forgetOldLoads } from './cartridges/history.ts'
import type { Config } from './config/schema.ts'
import type { CopyingDatabase } from './db/database.ts'
import { forgetOldEvents } from './events/retention.ts'
import { forgetOldSamples } from './history/retention.ts'
import { forgetOldMessages } from './notify/outbox.ts'
import type { KeptData } from './tasks/kinds/data-retention.ts'
import { forgetOldTasks } from './tasks/retention.ts'

const DAY_MS = 86_400_000

/** What grows, and for how long it is kept. */
export interface RetentionParts {
  db: CopyingDatabase
  /** As it is now: a reload changes it. */
  config: () => Config
  now: () => Date
}

/** What is forgotten every night when it is older than it is kept. */
export function keptData({ db, config, now }: RetentionParts): KeptData[] {
  const eventDays = () => config().monitoring.event_retention_days
  const loadDays = () => config().monitoring.cartridge_retention_days
  const metricDays = () => {
    const { monitoring } = config()
    return {
      read: monitoring.metric_retention_days,
      fiveMinutes: monitoring.metric_5min_retention_days,
      hours: monitoring.metric_hour_retention_days,
    }
  }
  const taskDays = () => config().monitoring.task_retention_days
  const auditDays = () => config().monitoring.audit_retention_days
  const silenceDays = () => config().monitoring.silence_retention_days
  const days = (of: () => number) => () => `${of()} days`
  return [
    {
      ...{ name: 'events', kept: days(eventDays), unit: 'days of them' },
      forget: async () => (await forgetOldEvents(db, eventDays(), now())).done.length,
    },
    {
      ...{ name: 'messages', kept: days(eventDays) },
      forget: () => forgetOldMessages(db, eventDays(), now()),
    },
    {
      name: 'numbers',
      kept() {
        const { read, fiveMinutes, hours } = metricDays()
        return `${read} days, rolled up to 5 min ${fiveMinutes} days, to hours ${hours} days`
      },
      forget: () => forgetOldSamples(db, metricDays(), now()),
    },
    {
      ...{ name: 'loads', kept: days(loadDays) },
      forget: () => forgetOldLoads(db, loadDays(), now()),
    },
    {
      ...{ name: 'tasks', kept: days(taskDays) },
      forget: () => forgetOldTasks(db, taskDays(), now()),
    },
    {
      ...{ name: 'audit', kept: days(auditDays) },
      forget: () => forgetOldAudit(db, auditDays(), now()),
    },
    {
      ...{ name: 'silences', kept: days(silenceDays) },
      forget: () => forgetOldSilences(db, silenceDays(), now()),
    },
    {
      ...{ name: 'backups', kept: days(silenceDays) },
      async forget() {
        const before = new Date(now().getTime() - silenceDays() * DAY_MS)
        return (await forgetOldBackups(db, before)) + (await forgetOldDrills(db, before))
      },
    },
  ]
}
