import { alertToJson } from '../../src/alerts/alert.ts'
import { saveAlerts } from '../../src/alerts/store.ts'
import { appendAudit } from '../../src/auth/audit.ts'
import type { Database } from '../../src/db/database.ts'
import { appendEvents } from '../../src/events/store.ts'
import { attachAlerts } from '../../src/incidents/attached-alerts.ts'
import { appendEntry } from '../../src/incidents/entries.ts'
import { saveIncident } from '../../src/incidents/store.ts'
import { claimNext, noteDelivered } from '../../src/notify/delivery.ts'
import { enqueue } from '../../src/notify/outbox.ts'

/** An alert that fires. */
export const ALERT = '11111111-1111-4111-8111-111111111111'
/** An alert that is over. */
export const RESOLVED = '22222222-2222-4222-8222-222222222222'
/** A task. */
export const TASK = '33333333-3333-4333-8333-333333333333'
/** A message that was taken, of the alert that fires. */
export const NOTIFICATION = '55555555-5555-4555-8555-555555555555'
/** An incident that lasts, with the alert that fires. */
export const INCIDENT = '66666666-6666-4666-8666-666666666666'
/** Nothing has this id. */
export const UNKNOWN = '44444444-4444-4444-8444-444444444444'

const alert = {
  id: ALERT,
  fingerprint: 'a',
  rule: 'StorageCapacityCritical',
  title: 'Storage Capacity Critical',
  severity: 'critical' as const,
  source: 'storage' as const,
  resource: '/srv/backup',
  labels: { mountpoint: '/srv/backup' },
  message: '96 % full',
  description: 'Backups fail.',
  action: 'Make room.',
  partOf: {},
  evidence: { used_percent: 96 },
  state: 'firing' as const,
  count: 3,
  startedAt: new Date('2026-11-20T20:50:00Z'),
  firedAt: new Date('2026-11-20T20:50:00Z'),
  lastSeenAt: new Date('2026-11-20T20:59:30Z'),
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  resolveComment: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgeComment: null,
  acknowledgeExpiresAt: null,
  acknowledgementLapsedAt: null,
  goneSince: null,
  flapping: false,
  inhibitedBy: null,
  silencedBy: [],
}

/** Two alerts, a task that failed, an event and an entry of the audit trail. */
export async function storeSamples(database: Database, now: Date): Promise<void> {
  await saveAlerts(database, [
    alert,
    {
      ...alert,
      id: RESOLVED,
      fingerprint: 'b',
      severity: 'warning',
      state: 'resolved',
      startedAt: new Date('2026-11-20T19:00:00Z'),
      resolvedAt: new Date('2026-11-20T19:30:00Z'),
      resolution: 'auto',
    },
  ])
  await database.query(
    `insert into tasks (id, kind, params, state, created_by, created_at, started_at, finished_at, error)
   values ($1, 'inventory', '{"libraryId":"XYZZY_A"}', 'failed', 'admin', $2, $2, $2, 'no answer')`,
    [TASK, now],
  )
  await database.transaction((transaction) =>
    appendEvents(transaction, [
      {
        type: 'system',
        source: 'tap',
        level: 'info',
        message: 'something happened',
        data: {},
        at: now,
      },
    ]),
  )
  await appendAudit(database, {
    at: new Date('2026-11-20T20:30:00Z'),
    actor: 'eve',
    credential: 'session',
    address: '192.0.2.1',
    action: 'token.create',
    subject: 'x',
    before: null,
    after: { name: 'secret plan' },
  })
  await storeNotification(database)
  await storeIncident(database)
}

/** The incident, with a note. */
async function storeIncident(database: Database): Promise<void> {
  const at = new Date('2026-11-20T20:55:00Z')
  await saveIncident(database, {
    ...{ id: INCIDENT, title: 'No room', description: '', severity: 'high', status: 'open' },
    ...{ rootCause: null, createdBy: 'admin', createdById: null, assignedTo: null },
    ...{ assignedToId: null, place: null, startedAt: at, createdAt: at, updatedAt: at },
    ...{ resolvedAt: null, closedAt: null, calmSince: null, version: 1 },
  })
  await attachAlerts(database, INCIDENT, { alertIds: [ALERT], at, by: 'admin' })
  const note = { at, kind: 'note' as const, actor: 'admin', text: 'looking', details: {} }
  await appendEntry(database, INCIDENT, note)
}

/** The message, as whoever sends it leaves it. */
async function storeNotification(database: Database): Promise<void> {
  const at = new Date('2026-11-20T20:50:00Z')
  const news = { event: 'firing' as const, fingerprint: alert.fingerprint }
  await enqueue(database, [
    {
      ...{ channel: 'webhook', id: NOTIFICATION, at, groupKey: 'rule=StorageCapacityCritical' },
      content: {
        kind: 'alerts',
        group: {
          key: 'rule=StorageCapacityCritical',
          labels: { rule: 'StorageCapacityCritical' },
        },
        alerts: [{ ...news, alert: alertToJson(alert) }],
      },
    },
  ])
  const leasedUntil = new Date(at.getTime() + 90_000)
  const sending = await claimNext(database, 'webhook', { now: at, leasedUntil })
  if (sending === null) throw new Error('the sample is not due')
  const endedAt = new Date(at.getTime() + 250)
  await noteDelivered(database, sending, { beganAt: at, endedAt, answer: '204' })
}
