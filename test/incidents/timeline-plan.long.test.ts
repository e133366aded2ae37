import t from 'tap'
import { saveAlerts } from '../../src/alerts/store.ts'
import { saveIncident } from '../../src/incidents/store.ts'
import { timelinePage, timelineWindow } from '../../src/incidents/timeline.ts'
import { pageText } from '../../src/incidents/timeline-rows.ts'
import { openTestDatabase } from '../support/database.ts'
import { incidentOf } from '../support/incidents.ts'
import { after, alertAt, idOf } from '../support/notices.ts'

const database = await openTestDatabase(t)

/** Thirty days, evenly: of each table as many rows as a busy appliance writes. */
const EVENTS = 400_000
const ROWS = 60_000
const DAYS = '30 days'

t.before(async () => {
  const end = after(86_400)
  await saveAlerts(database, [alertAt('a')])
  await saveIncident(database, incidentOf({ id: idOf('another incident') }))
  const spread = (rows: number) =>
    `$1::timestamptz - random() * interval '${DAYS}' as at from generate_series(1, ${rows}) as n`
  for (const text of [
    `insert into events (seq, stream, event_type, source, message, level, payload, "timestamp")
     select n, 'system', 'log', 'collectors/scst', 'something happened', 'info', '{"event":"x"}', at
     from (select n, ${spread(EVENTS)}) as one`,
    `insert into audit (at, actor, action) select at, 'ada', 'rule.update' from (select ${spread(ROWS)}) as one`,
    `insert into tasks (kind, state, created_at, started_at, finished_at)
     select 'inventory', 'completed', at, at, at + interval '1 minute' from (select ${spread(ROWS)}) as one`,
    `insert into alert_transitions (alert_id, at, to_state)
     select id, at, 'firing' from alerts, (select ${spread(ROWS)}) as one`,
    `insert into cartridge_loads (id, drive, virtual, loaded_at, unloaded_at, tape_alerts)
     select gen_random_uuid(), 'D1', true, at, at + interval '1 hour', '{}' from (select ${spread(ROWS)}) as one`,
    `insert into notifications (id, channel, payload, at, delivered_at)
     select gen_random_uuid(), 'email', '{}', at, at from (select ${spread(ROWS)}) as one`,
    `insert into incident_entries (incident_id, at, kind, text, details)
     select id, at, 'note', 'x', '{}' from incidents, (select ${spread(ROWS)}) as one`,
  ]) {
    await database.transaction(
      (transaction) => transaction.query(text, text.includes('$1') ? [end] : []),
      { statementTimeoutMs: 600_000 },
    )
  }
  await database.query(
    `insert into notification_alerts (notification_id, channel, alert_id, event)
     select id, channel, gen_random_uuid(), 'firing' from notifications`,
  )
  await saveIncident(database, incidentOf())
  await database.query('vacuum analyze')
})

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows'?: number
  Plans?: Node[]
}

/** Every scan of a table in a plan: `Index Scan events`. */
function scansOf(node: Node): string[] {
  const own =
    node['Relation Name'] === undefined ? [] : [`${node['Node Type']} ${node['Relation Name']}`]
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)]
}

const around = { keeping: { archiveAfterDays: 90, eventDays: 30 }, now: after(7200) }
const reader = { seesAll: true, seesAudit: true }

t.test('each page is read by indexes, the first and one in the middle', async (t) => {
  const window = await timelineWindow(database, incidentOf(), reader, around)
  const { incidentId, since, until, eventsKeptSince, alertIds, seesAll, seesAudit } = window
  const values = [incidentId, since, until, eventsKeptSince, alertIds, seesAll, seesAudit]
  for (const after of [
    ['-infinity', -1, ''],
    ['2026-11-20T20:45:00.000000Z', 0, '00000000000000000001'],
  ]) {
    const [row] = await database.query<{ 'QUERY PLAN': { Plan: Node }[] }>(
      `explain (format json) ${pageText}`,
      [...values, ...after, 100, 0],
    )
    const scans = row?.['QUERY PLAN'].flatMap(({ Plan }) => scansOf(Plan)) ?? []
    // One alert is one page of its table.
    const bad = scans.filter((scan) => scan.startsWith('Seq Scan') && scan !== 'Seq Scan alerts')
    t.strictSame(bad, [], scans.join(', '))
    t.ok(scans.some((scan) => /^(?:Index|Bitmap Heap) .*events/.test(scan)))
  }
})

t.test('a day of a busy appliance is paged to its end', async (t) => {
  const day = incidentOf({ startedAt: after(0), resolvedAt: after(12 * 3600) })
  const window = await timelineWindow(database, day, reader, around)
  let cursor: string | null = null
  let count = 0
  let total: number
  do {
    const page: Awaited<ReturnType<typeof timelinePage>> = await timelinePage(database, window, {
      ...{ limit: 1000, offset: 0 },
      ...(cursor === null ? {} : { cursor }),
    })
    count += page.entries.length
    cursor = page.nextCursor
    total = page.total
  } while (cursor !== null)
  t.equal(count, total)
  t.ok(total > 10_000)
})
