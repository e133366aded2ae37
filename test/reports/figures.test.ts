import { randomUUID } from 'node:crypto'
import t from 'tap'
import { appendTransitions, saveAlerts } from '../../src/alerts/store.ts'
import { alertFigures } from '../../src/reports/alert-figures.ts'
import { availabilityFigures } from '../../src/reports/availability-figures.ts'
import {
  backupFigures,
  databaseGrowth,
  incidentFigures,
  inventoryChanges,
  messageFigures,
  taskFigures,
} from '../../src/reports/figures.ts'
import { loadFigures } from '../../src/reports/tape-figures.ts'
import { openTestDatabase } from '../support/database.ts'
import { forgetHistory, seriesFrom, storeSeries } from '../support/history.ts'
import { alertAt } from '../support/notices.ts'
import { HOUR_MS, hoursAgo, MONDAY, WEEK_MS } from '../support/weekly-facts.ts'

const database = await openTestDatabase(t)
const week = { since: new Date(MONDAY.getTime() - WEEK_MS), until: MONDAY }

t.test('alerts of the week are counted by how often they began to fire', async (t) => {
  const drive = alertAt('drive', {
    ...{ rule: 'TapeDriveUnreachable', title: 'Tape drive does not answer', severity: 'critical' },
    ...{ startedAt: hoursAgo(50), firedAt: hoursAgo(50) },
  })
  const ended = alertAt('disk', {
    ...{ state: 'resolved', startedAt: hoursAgo(90), firedAt: hoursAgo(90) },
    ...{ resolvedAt: hoursAgo(80), resolution: 'auto' },
  })
  const before = alertAt('old', { startedAt: hoursAgo(400), firedAt: hoursAgo(400) })
  const inhibited = alertAt('part', {
    ...{ inhibitedBy: drive.id, startedAt: hoursAgo(200), firedAt: hoursAgo(200) },
  })
  const pending = alertAt('new', { state: 'pending', startedAt: hoursAgo(1), firedAt: null })
  await saveAlerts(database, [drive, ended, before, inhibited, pending])
  const by = { by: null, comment: null }
  const fires = (alertId: string, hours: number) => ({
    ...{ alertId, at: hoursAgo(hours), from: 'pending' as const, to: 'firing' as const, ...by },
  })
  await appendTransitions(database, [
    ...[60, 58, 55, 50].map((hours) => fires(drive.id, hours)),
    { ...fires(drive.id, 48), from: 'firing', to: 'acknowledged', by: 'ada' },
    // That an acknowledgement ends is no news of the drive.
    { ...fires(drive.id, 40), from: 'acknowledged' },
    fires(ended.id, 90),
    fires(before.id, 400),
  ])
  const { firing, ...figures } = await alertFigures(database, week, { flappingCount: 4 })
  t.strictSame(
    firing.map(({ resource }) => resource),
    ['drive', 'old'],
  )
  t.strictSame(figures, {
    firingCounts: { critical: 1, warning: 1, info: 0 },
    raised: { critical: 4, warning: 1, info: 0 },
    ...{ ended: 1, fired: 2, acknowledged: 1, medianSeconds: 7200 },
    noisyRules: [{ title: 'Tape drive does not answer', count: 4 }],
    noisyPlaces: [{ resource: 'drive', count: 4 }],
    flapping: [{ title: 'Tape drive does not answer', resource: 'drive', count: 4 }],
  })
})

t.test('what is not known is neither up nor down', async (t) => {
  await forgetHistory(database)
  t.teardown(() => database.query('truncate inventory'))
  await database.query(
    `insert into inventory (kind, id, name, labels, part_of, virtual, first_seen, last_seen, gone_since)
     values ('library', 'L1', 'STK L700 (L1)', '{}', '{}', false, $1, $2, null),
            ('drive', 'D1', 'LTO (D1)', '{}', '{}', false, $3, $2, null),
            ('drive', 'D2', 'LTO (D2)', '{}', '{}', true, $1, $4, $4),
            ('drive', 'D3', 'LTO (D3)', '{}', '{}', true, $1, $5, $5),
            ('session', 'S1', 'a session', '{}', '{}', false, $1, $2, null)`,
    [hoursAgo(900), MONDAY, hoursAgo(48), hoursAgo(12), hoursAgo(300)],
  )
  const steps = (hours: number, value: number) => Array.from({ length: hours * 12 }, () => value)
  const from = (hours: number) => MONDAY.getTime() - hours * HOUR_MS
  await storeSeries(database, 'storwarden_library_online', [
    // Two days nobody looked; then it was away for six hours, and once more for an hour.
    seriesFrom(
      { library: 'L1' },
      from(120),
      [...steps(60, 1), ...steps(6, 0), ...steps(30, 1), ...steps(1, 0), ...steps(23, 1)],
      300_000,
    ),
  ])
  await storeSeries(database, 'storwarden_tape_drive_reachable', [
    // It had another node after a restart.
    seriesFrom({ serial: 'D1', device: 'st0' }, from(48), steps(24, 1), 300_000),
    seriesFrom({ serial: 'D1', device: 'st1' }, from(24), steps(24, 1), 300_000),
  ])
  const hours = (count: number) => count * HOUR_MS
  const none = { knownMs: 0, downMs: 0, outages: 0, longestMs: 0 }
  t.strictSame(await availabilityFigures(database, week), [
    {
      ...{ kind: 'drive', name: 'LTO (D1)', virtual: false, goneSince: null },
      ...{ totalMs: hours(48), knownMs: hours(48), downMs: 0, outages: 0, longestMs: 0 },
    },
    {
      ...{ kind: 'drive', name: 'LTO (D2)', virtual: true, goneSince: hoursAgo(12) },
      ...{ totalMs: WEEK_MS - hours(12), ...none },
    },
    {
      ...{ kind: 'library', name: 'STK L700 (L1)', virtual: false, goneSince: null },
      ...{ totalMs: WEEK_MS, knownMs: hours(120), downMs: hours(7), outages: 2 },
      longestMs: hours(6),
    },
  ])
})

t.test(
  'loads are told by drive, and cartridges with errors by what is known of them',
  async (t) => {
    const load = (drive: string, given: object) => ({
      ...{ id: randomUUID(), drive, serial: null, volume_tag: null, library: 'L1', virtual: false },
      ...{
        loaded_at: hoursAgo(10),
        unloaded_at: hoursAgo(9),
        written_bytes: null,
        read_bytes: null,
      },
      ...{ unrecovered_write_errors: null, unrecovered_read_errors: null, tape_alerts: '{}' },
      ...given,
    })
    const rows = [
      load('D1', {
        volume_tag: 'A1',
        serial: 'S1',
        written_bytes: 5,
        unrecovered_write_errors: 2,
        unrecovered_read_errors: 0,
      }),
      load('D1', {
        volume_tag: 'A2',
        written_bytes: 7,
        unrecovered_write_errors: 0,
        unrecovered_read_errors: 0,
      }),
      load('D2', { volume_tag: 'A1', serial: 'S1', tape_alerts: '{6}' }),
      // It began before, and is in the drive still.
      load('D3', {
        volume_tag: 'A3',
        loaded_at: hoursAgo(300),
        unloaded_at: null,
        unrecovered_read_errors: 1,
      }),
      load('D3', {
        volume_tag: 'A4',
        loaded_at: hoursAgo(300),
        unloaded_at: hoursAgo(290),
        unrecovered_read_errors: 9,
      }),
    ]
    await database.query(
      `insert into cartridge_loads (
       id, drive, serial, volume_tag, library, virtual, loaded_at, unloaded_at, written_bytes, read_bytes,
       unrecovered_write_errors, unrecovered_read_errors, tape_alerts)
     select id, drive, serial, volume_tag, library, virtual, loaded_at, unloaded_at, written_bytes, read_bytes,
            unrecovered_write_errors, unrecovered_read_errors, tape_alerts::smallint[]
     from jsonb_to_recordset($1) as load (
       id uuid, drive text, serial text, volume_tag text, library text, virtual boolean, loaded_at timestamptz,
       unloaded_at timestamptz, written_bytes bigint, read_bytes bigint, unrecovered_write_errors bigint,
       unrecovered_read_errors bigint, tape_alerts text)`,
      [JSON.stringify(rows)],
    )
    t.strictSame(await loadFigures(database, week), {
      drives: [
        { drive: 'D1', virtual: false, loads: 2, writtenBytes: 12, readBytes: null, errors: 2 },
        {
          drive: 'D2',
          virtual: false,
          loads: 1,
          writtenBytes: null,
          readBytes: null,
          errors: null,
        },
      ],
      cartridges: [
        {
          ...{ name: 'A1', library: 'L1', drives: ['D1', 'D2'], loads: 2 },
          ...{ unrecoveredWriteErrors: 2, unrecoveredReadErrors: 0 },
        },
        {
          ...{ name: 'A3', library: 'L1', drives: ['D3'], loads: 1 },
          ...{ unrecoveredWriteErrors: 0, unrecoveredReadErrors: 1 },
        },
      ],
      cartridgesTotal: 2,
    })
  },
)

t.test('incidents, tasks and messages of the week, and what is left of those before', async (t) => {
  await database.query(
    `insert into incidents (id, title, description, severity, status, created_by, started_at, created_at,
                            updated_at, resolved_at, version)
     select gen_random_uuid(), title, '', 'high', status, 'ada', at, at, at, resolved_at, 1
     from (values ('old', 'open', $1::timestamptz, null::timestamptz), ('new', 'investigating', $2, null),
                  ('done', 'resolved', $2, $2)) as given (title, status, at, resolved_at)`,
    [hoursAgo(400), hoursAgo(20)],
  )
  t.match(await incidentFigures(database, week), {
    ...{ opened: 2, resolved: 1, activeTotal: 2 },
    active: [
      {
        title: 'old',
        severity: 'high',
        status: 'open',
        assignedTo: null,
        startedAt: hoursAgo(400),
      },
      { title: 'new' },
    ],
  })
  await database.query(
    `insert into tasks (kind, state, error, finished_at)
     values ('backup', 'failed', 'no space', $1), ('backup', 'completed', null, $1),
            ('backup', 'failed', 'long ago', $2), ('backup', 'pending', null, null)`,
    [hoursAgo(5), hoursAgo(500)],
  )
  t.strictSame(await taskFigures(database, week), {
    ...{ completed: 1, cancelled: 0, failed: 1 },
    failures: [{ kind: 'backup', finishedAt: hoursAgo(5), error: 'no space' }],
  })
  await database.query(
    `insert into notifications (id, channel, kind, payload, at, next_attempt_at, given_up_at, delivered_at)
     select gen_random_uuid(), channel, 'test', '{}', at, next, given_up, delivered
     from (values ('email', $1::timestamptz, $2::timestamptz, null::timestamptz, null::timestamptz),
                  ('email', $2, $2, null, null), ('webhook', $1, null, $1, null),
                  ('slack', $1, null, null, $1)) as given (channel, at, next, given_up, delivered)`,
    [hoursAgo(5), hoursAgo(0)],
  )
  t.strictSame(await messageFigures(database, week), [
    { channel: 'email', givenUp: 0, waiting: 1 },
    { channel: 'webhook', givenUp: 1, waiting: 0 },
  ])
})

t.test('what was there from the start is not new', async (t) => {
  await database.query(
    `insert into inventory (kind, id, name, labels, part_of, virtual, first_seen, last_seen, gone_since)
     select 'drive', name, name, '{}', '{}', false, first_seen, $1, gone_since
     from (values ('first', $2::timestamptz, null::timestamptz), ('another', $3, null), ('lost', $2, $4))
       as given (name, first_seen, gone_since)`,
    [MONDAY, hoursAgo(100), hoursAgo(50), hoursAgo(2)],
  )
  t.strictSame(await inventoryChanges(database, week), [
    { kind: 'drive', name: 'lost', virtual: false, change: 'gone', at: hoursAgo(2) },
    { kind: 'drive', name: 'another', virtual: false, change: 'new', at: hoursAgo(50) },
  ])
})

t.test('how the database grows is known when its size was noted twice', async (t) => {
  await forgetHistory(database)
  t.equal(await databaseGrowth(database, week), null)
  const beginMs = MONDAY.getTime() - 100 * HOUR_MS
  await storeSeries(database, 'storwarden_database_size_bytes', [
    seriesFrom({}, beginMs, [1000, 1500, 1400], HOUR_MS),
  ])
  t.strictSame(await databaseGrowth(database, week), { bytes: 400, since: new Date(beginMs) })
})

t.test('when a backup was last restored is in the audit trail', async (t) => {
  t.match(await backupFigures(database, week, 24), { restoredAt: null, verified: null, at: MONDAY })
  await database.query(
    `insert into audit (at, actor, action) values ($1, 'root', 'database.restore')`,
    [hoursAgo(700)],
  )
  t.match(await backupFigures(database, week, 24), { restoredAt: hoursAgo(700), overdueHours: 24 })
})
