import type { AlertNews, AlertsContent, Content, Message } from '../../src/notify/notifier.ts'
import type { AlertJson } from '../../src/notify/words.ts'

/** An alert as messages hold it: a drive of a library that does not answer. */
export const driveAlert: AlertJson = {
  id: '7d3a3a36-0000-4000-8000-000000000001',
  rule: 'TapeDriveUnreachable',
  title: 'Tape drive does not answer',
  severity: 'critical',
  source: 'tape',
  resource: 'HU1234ABCD',
  labels: { serial: 'HU1234ABCD' },
  message:
    'HP Ultrium 6-SCSI, drive 2 (element 257) of STK L700 (XYZZY_A), with ABC123L6 loaded, does not answer.',
  runbook_url: '/runbooks/TapeDriveUnreachable',
  description: 'Backups that use the drive wait or fail.',
  action: 'Look at the front panel of the drive; power it off and on when no job uses it.',
  part_of: { library: 'XYZZY_A' },
  evidence: { device: '/dev/sg3', hctl: '3:0:1:0', stuck_calls: 1 },
  state: 'firing',
  acknowledged: false,
  acknowledged_by: null,
  acknowledged_at: null,
  acknowledge_comment: null,
  acknowledge_expires_at: null,
  count: 7,
  started_at: '2026-11-20T21:00:00.000Z',
  fired_at: '2026-11-20T21:03:00.000Z',
  last_seen_at: '2026-11-20T21:03:00.000Z',
  resolved_at: null,
  resolved_by: null,
  resolution: null,
  resolve_comment: null,
  flapping: false,
  inhibited_by: null,
  silenced_by: [],
}

/** What is told of that alert, or of one that differs in some of it. */
export function news(
  event: AlertNews['event'] = 'firing',
  different: Partial<AlertJson> = {},
  fingerprint = 'f1'.repeat(32),
): AlertNews {
  const over = {
    state: 'resolved',
    resolved_at: '2026-11-20T21:30:00.000Z',
    resolution: 'auto',
  } as const
  return {
    event,
    fingerprint,
    alert: { ...driveAlert, ...(event === 'resolved' ? over : {}), ...different },
  }
}

/** What a message of those alerts holds. */
export function alertsContent(...alerts: AlertNews[]): AlertsContent {
  const labels = { library: 'XYZZY_A' }
  return { kind: 'alerts', group: { key: 'library=XYZZY_A', labels }, alerts }
}

/** A message with that content. */
export function messageWith(content: Content, last = 1): Message {
  return {
    id: `b0e5a3c6-0000-4000-8000-${String(last).padStart(12, '0')}`,
    at: new Date('2026-11-20T21:03:00.250Z'),
    content,
  }
}

/** The appliance that tells of them. */
export const appliance = { host: 'backup01', publicUrl: 'https://backup01.example.org' }

/** Somebody wants to see whether messages arrive. */
export const testContent: Content = {
  kind: 'test',
  message: 'A test message of storwarden.',
  requested_by: 'operator',
}

/** A TapeAlert flag as it is sent on. */
export const eventContent: Content = {
  kind: 'event',
  event: {
    type: 'tape',
    source: 'tape-alerts',
    level: 'critical',
    message: 'HP Ultrium 6-SCSI (HU1234ABCD): media (flag 4)',
    data: { flag: 4 },
  },
}

/** What there was in a day. */
export const digestContent: Content = {
  kind: 'digest',
  since: '2026-11-19T07:00:00.000Z',
  until: '2026-11-20T07:00:00.000Z',
  firing: [driveAlert],
  resolved: [news('resolved', { title: 'Import/export station full', severity: 'warning' }).alert],
  firing_not_listed: 0,
  resolved_not_listed: 2,
}
