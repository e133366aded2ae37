import { fingerprintOf } from '../../src/alerts/alert.ts'
import { hashSecret } from '../../src/auth/secrets.ts'
import { at, laterRows, uuid, type Rows } from './later-schema-rows.ts'

export type { Row } from './later-schema-rows.ts'

/** An API token of before; its hash is stored. */
export const OLD_TOKEN = `swt_${'a'.repeat(43)}`

const bytes = (secret: string) => `\\x${hashSecret(secret).toString('hex')}`

/** Of the rows below. */
export const ALERT_FIRING = uuid(2, 1)
/** The same. */
export const ALERT_ENDED = uuid(2, 2)
/** The same; no daemon of today hashes like this one's password. */
export const USER = uuid(5, 1)

/** What recording 07 has, too: it goes on there. */
const degraded = { array: 'md0' }
const alert = {
  ...{ id: ALERT_FIRING, fingerprint: fingerprintOf('ArrayDegraded', degraded) },
  ...{ rule: 'ArrayDegraded', title: 'RAID array is degraded', severity: 'critical' },
  ...{ source: 'storage', resource: 'md0', labels: degraded, message: 'md0: 3 of 4 members' },
  ...{ description: 'one more failure loses data', evidence: { members: { value: 3 } } },
  ...{ state: 'firing', count: 12, started_at: at('09:00:00.123'), fired_at: at('09:00:30') },
  last_seen_at: at('09:05:30'),
}
const gone = { changer: 'L"1\\', element: 'ö 2' }
const ended = {
  ...{ ...alert, id: ALERT_ENDED, fingerprint: fingerprintOf('Tried', gone), rule: 'Tried' },
  ...{ severity: 'warning', source: 'tape', resource: 'L1', labels: gone, state: 'resolved' },
  ...{ resolved_at: at('09:30:00'), resolved_by: 'ada', resolution: 'manual' },
  ...{ resolve_comment: 'replaced\nthe "tape"', acknowledged_at: at('09:10:00') },
  ...{ acknowledged_by: 'jo', acknowledge_comment: 'ordered', inhibited_by: ALERT_FIRING },
}
const event = {
  ...{ event_type: 'log', source: 'changers', message: 'cartridge moved', level: 'info' },
  ...{ tags: { library: 'L1' }, payload: { event: 'medium_moved' }, created_at: at('10:00:01') },
}
const message = { channel: 'webhook', payload: { text: 'ö' }, at: at('09:00:31') }
const rolledUp = {
  ...{ series_id: 1, begins_at_ms: 1792454400000, mins: [1.5], maxs: [1e300], sums: [1e300] },
  ...{ counts: [2], lasts: null, firsts: [1.5], drops: [0] },
}
const drive = { drive: 'D1', serial: 'M1', volume_tag: 'ABC001L8', library: 'L1', virtual: false }

/** What an appliance has in the tables of each migration, and in columns that it adds: one row at least of each table. */
export const rowsSince: Readonly<Record<number, Rows>> = {
  1: {
    events: [
      { ...event, id: uuid(1, 1), seq: 1, stream: 'tape', timestamp: at('10:00:00.123456') },
      { ...event, id: uuid(1, 2), seq: 2, stream: 'alert', timestamp: at('23:59:59.9996') },
      { ...event, id: uuid(1, 3), event_type: 'metric', level: 'debug', timestamp: at('11:00:00') },
      { ...event, id: uuid(1, 4), source: '', message: '', timestamp: '2019-01-01T00:00:00+00:00' },
    ],
  },
  2: {
    alerts: [alert, ended],
    alert_transitions: [
      { alert_id: ALERT_FIRING, at: at('09:00:30'), from_state: 'pending', to_state: 'firing' },
      {
        ...{ alert_id: ALERT_ENDED, at: at('09:30:00'), from_state: 'acknowledged' },
        ...{ to_state: 'resolved', actor: 'ada', comment: 'replaced\nthe "tape"' },
      },
    ],
  },
  3: {
    inventory: [
      {
        ...{ kind: 'drive', id: 'D1', name: 'drive 1', labels: { drive: 'D1' }, virtual: false },
        ...{ first_seen: at('01:00:00'), last_seen: at('09:00:00'), gone_since: at('09:00:30') },
      },
    ],
  },
  4: {
    tasks: [
      { id: uuid(4, 1), kind: 'inventory', created_at: at('09:00:00'), created_by: 'ada' },
      {
        ...{
          id: uuid(4, 2),
          kind: 'clean',
          params: { drive: 'D1' },
          state: 'failed',
          progress: 0.5,
        },
        ...{ resource: 'D1', error: 'no cleaning cartridge', idempotency_key: 'k' },
        ...{ created_at: at('08:00:00'), started_at: at('08:00:01'), finished_at: at('08:01:00') },
      },
    ],
  },
  5: {
    users: [
      {
        ...{ id: USER, username: 'Ada', role: 'admin', password_changed_at: at('01:00:00') },
        ...{ password_hash: '$argon2id$before', created_at: at('00:30:00') },
      },
    ],
    sessions: [
      {
        ...{ id: uuid(5, 2), user_id: USER, token_hash: bytes('a session'), address: '::1' },
        ...{ created_at: at('08:00:00'), last_used_at: at('09:00:00'), expires_at: at('20:00:00') },
      },
    ],
    api_tokens: [
      {
        ...{ id: uuid(5, 3), user_id: USER, name: 'prometheus', role: 'viewer' },
        ...{ token_hash: bytes(OLD_TOKEN), created_at: at('08:00:00') },
      },
    ],
    audit: [
      {
        ...{ at: at('09:30:00'), actor: 'ada', credential: 'session', address: '::1' },
        ...{ action: 'alert.resolve', subject: ALERT_ENDED, before: { a: null }, after: { a: 1 } },
      },
    ],
  },
  6: {
    tape_alert_devices: [
      {
        ...{ kind: 'drive', id: 'D1', place: { name: 'drive 1' }, read_at: at('07:00:00') },
        ...{ clears: true, reading_id: uuid(6, 1), failures: 0 },
      },
    ],
    tape_alert_flags: [
      {
        ...{ key: uuid(6, 2), kind: 'drive', id: 'D1', flag: 20, first_read_at: at('07:00:00') },
        ...{ last_read_at: at('07:00:00'), count: 1, excerpt: '2e 00', standing: 'status' },
      },
    ],
  },
  7: {
    notifications: [
      { ...message, id: uuid(7, 1), attempts: 1, delivered_at: at('09:00:32') },
      {
        ...message,
        id: uuid(7, 2),
        attempts: 3,
        last_error: '503',
        next_attempt_at: at('09:10:00'),
      },
    ],
  },
  8: {
    cartridge_loads: [
      {
        ...{ ...drive, id: uuid(8, 1), loaded_at: at('06:00:00'), unloaded_at: at('07:00:00') },
        ...{ written_bytes: 9007199254740991, tape_alerts: [20, 3], counted: { mounts: 7 } },
      },
    ],
    cartridges: [{ ...drive, key: 'M1', read_at: at('07:00:00'), health: { mounts: 7 } }],
  },
  9: {
    alerts: [
      {
        ...{ ...ended, id: uuid(9, 1), action: 'replace it', part_of: { library: 'L1' } },
        ...{ flapping: true, silenced_by: [uuid(10, 1)], gone_since: at('09:20:00') },
      },
    ],
  },
  10: {
    silences: [
      {
        ...{ id: uuid(10, 1), matchers: [{ name: 'library', value: 'L1' }], maintenance: true },
        ...{ starts_at: at('00:00:00'), comment: 'firmware', author: 'ada' },
        ...{ schedule: { cron: '0 3 * * *', duration_seconds: 3600 }, created_at: at('00:00:00') },
      },
    ],
  },
  11: {
    rules: [
      {
        ...{ id: uuid(11, 1), name: 'Hot', description: 'too hot', action: 'cool it' },
        ...{ query: 'sensor_celsius > 50', threshold_value: 50, for_seconds: 60 },
        ...{ keep_firing_seconds: 0, severity: 'warning', source: 'system', labels: { team: 'x' } },
        ...{ enabled: true, created_at: at('00:00:00'), created_by: 'ada' },
        ...{ updated_at: at('00:00:00'), updated_by: 'ada' },
      },
    ],
  },
  12: {
    alert_notices: [
      {
        ...{ channel: 'webhook', fingerprint: alert.fingerprint, alert_id: ALERT_FIRING },
        ...{ opened_at: at('09:00:31'), told_at: at('09:00:31'), severity: 'critical' },
        flapping: false,
      },
    ],
    notifications: [
      {
        ...{ ...message, id: uuid(12, 1), kind: 'alerts', group_key: 'L1', answer: '200 OK' },
        ...{ attempts: 1, delivered_at: at('09:00:32') },
      },
    ],
    notification_alerts: [
      { notification_id: uuid(12, 1), channel: 'webhook', alert_id: ALERT_FIRING, event: 'fired' },
    ],
    notification_attempts: [
      {
        ...{ notification_id: uuid(12, 1), channel: 'webhook', at: at('09:00:32') },
        ...{ duration_seconds: 0.25, delivered: true, answer: '200 OK' },
      },
    ],
  },
  13: {
    metric_series: [{ name: 'x', labels: { serial: 'A' }, type: 'counter' }],
    metric_times: [{ begins_at_ms: 1792454400000, offsets_ms: [0, 30000] }],
    metric_chunks: [
      { series_id: 1, times_id: 1, begins_at_ms: 1792454400000, numbers: [1.5, 1e300] },
    ],
    metric_samples: [{ at_ms: 1792540800000, value: 0.1, series_id: 1 }],
    metric_beats: [{ at_ms: 1792540800000, samples: 1 }],
  },
  18: {
    metric_five_minutes: [rolledUp],
    metric_hours: [rolledUp],
    metric_rollups_due: [{ begins_at_ms: 1792454400000 }],
  },
  19: {
    consistency_known: [
      {
        ...{ check_name: 'vtl', name: 'ABC001L8', what: 'medium', place: { library: 'L1' } },
        ...{ attributes: { bytes: 1 }, first_seen: at('00:00:00'), changed_at: at('00:00:00') },
      },
    ],
    consistency_ignored: [
      {
        ...{ id: 'x', check_name: 'vtl', sentence: 'it is missing', reason: 'sold' },
        ...{ ignored_by: 'ada', ignored_at: at('00:00:00'), until: at('23:00:00') },
      },
    ],
    catalogue_import: [{ name: 'a.csv', imported_at: at('00:00:00'), imported_by: 'ada' }],
    catalogue_cartridges: [{ barcode: 'ABC001L8', pool: 'full', size_bytes: 12 }],
    consistency_results: [
      {
        ...{ check_name: 'vtl', checked_at: at('00:00:00'), duration_seconds: 0.5, status: 'up' },
        ...{ message: 'all there', missing: 0, orphaned: 1, pending: 0, different: 0, ignored: 0 },
      },
    ],
  },
  20: {
    incidents: [
      {
        ...{ id: uuid(20, 1), title: 'md0', description: 'a disk', severity: 'high' },
        ...{ status: 'investigating', created_by: 'Ada', created_by_id: USER, version: 2 },
        ...{ started_at: at('09:00:00'), created_at: at('09:01:00'), updated_at: at('09:02:00') },
      },
    ],
    incident_alerts: [
      { incident_id: uuid(20, 1), alert_id: ALERT_FIRING, attached_at: at('09:01:00') },
    ],
    incident_entries: [
      {
        ...{ incident_id: uuid(20, 1), at: at('09:02:00'), kind: 'note', actor: 'Ada' },
        ...{ text: 'disk ordered', details: {} },
      },
    ],
  },
  22: {
    task_log: [{ task_id: uuid(4, 2), at: at('08:00:30'), level: 'error', message: 'none there' }],
    tasks_forgotten: [{ state: 'completed', count: 7 }],
  },
  23: {
    users: [
      {
        ...{ id: uuid(23, 1), username: 'jo', role: 'viewer', created_at: at('00:30:00') },
        ...{
          oidc_issuer: 'https://id.example.org',
          oidc_subject: '42',
          disabled_at: at('09:00:00'),
        },
      },
    ],
  },
  ...laterRows,
}
