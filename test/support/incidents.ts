import { saveAlerts } from '../../src/alerts/store.ts'
import type { Database } from '../../src/db/database.ts'
import { jsonb } from '../../src/db/json.ts'
import type { Incident } from '../../src/incidents/incident.ts'
import { saveIncident } from '../../src/incidents/store.ts'
import { alertAt, after, idOf } from './notices.ts'
import { seeded } from './storm.ts'

/** An incident that began at 21:00 and was resolved an hour later. */
export const incidentOf = (given: Partial<Incident> = {}): Incident => ({
  ...{ id: idOf('incident'), title: 'Backups fail', description: '', severity: 'high' },
  ...{ status: 'resolved', rootCause: null, createdBy: 'ada', createdById: null },
  ...{ assignedTo: null, assignedToId: null, place: null, startedAt: after(0) },
  ...{ createdAt: after(60), updatedAt: after(60), resolvedAt: after(3600), closedAt: null },
  ...{ calmSince: null, version: 1 },
  ...given,
})

/** A row of any of the tables that a timeline is made of. */
export interface Told {
  table: string
  id: string
  at: Date
  columns: Readonly<Record<string, unknown>>
}

const PLACES = 12

/**
 * Fills the tables that a timeline is made of with `count` rows each, from two hours before an incident to two hours
 * after it began, many of them at the same moment; with every kind of row that is not to be told. Returns them.
 */
export async function fillTables(
  database: Database,
  { seed, count, incident }: { seed: number; count: number; incident: Incident },
): Promise<{ rows: Told[]; attached: string[] }> {
  const random = seeded(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
  const rows: Told[] = []
  // A moment in 40 s, so that many rows have the same.
  const moment = () => after(-7200 + 40 * below(360))
  const uuid = (name: string) => idOf(`${seed} ${name}`)
  const numbers = Array.from({ length: count }, (_, number) => number)
  const add = (table: string, id: string, at: Date, columns: Told['columns'] = {}) => {
    rows.push({ table, id, at, columns })
  }

  const alerts = Array.from({ length: PLACES }, (_, index) =>
    alertAt(`place ${index}`, { id: uuid(`alert ${index}`), fingerprint: `${seed} ${index}` }),
  )
  await saveAlerts(database, alerts)
  const attached = alerts.slice(0, 5).map(({ id }) => id)
  const detached = alerts.slice(5, 7).map(({ id }) => id)
  await saveIncident(database, incident)
  await database.query(
    `insert into incident_alerts (incident_id, alert_id, attached_at, detached_at)
     select $1::uuid, id, $4::timestamptz, null::timestamptz from unnest($2::uuid[]) as a (id)
     union all
     select $1, id, $4, $4 from unnest($3::uuid[]) as d (id)`,
    [incident.id, attached, detached, after(60)],
  )
  for (const number of numbers) {
    const stream = pick(['system', 'scst', 'tape', 'alert', 'task', 'metrics', null] as const)
    const source = pick(['collectors/scst', 'audit', 'incidents', 'backup'])
    const level = pick(['debug', 'info', 'warning', 'critical'])
    const payload = { event: 'x', id: pick([incident.id, uuid('another incident'), null]) }
    add('events', uuid(`event ${number}`), moment(), {
      ...{ seq: stream === null ? null : seed * 1_000_000 + number + 1, stream, source },
      ...{ level, message: `event ${number}`, payload },
    })
    const started = moment()
    const finished = pick([null, new Date(started.getTime() + below(5000) * 1000)])
    add('tasks', uuid(`task ${number}`), started, {
      ...{ kind: 'inventory', finished, state: finished === null ? 'running' : 'completed' },
    })
    const loaded = moment()
    const unloaded = pick([null, new Date(loaded.getTime() + below(90) * 40_000)])
    add('cartridge_loads', uuid(`load ${number}`), loaded, { unloaded })
    add('audit', `${seed * 1_000_000 + number + 1}`, moment(), {
      actor: pick(['ada', 'ben']),
      action: pick([
        'rule.create',
        'alert.resolve',
        'incident.note',
        'user.create',
        'session.create',
      ]),
      subject: pick([null, incident.id, 'x']),
    })
    add('alert_transitions', `${seed * 1_000_000 + number + 1}`, moment(), {
      alert: pick(alerts).id,
    })
    add('incident_entries', `${seed * 1_000_000 + number + 1}`, moment(), {
      incident: pick([incident.id, uuid('another incident')]),
    })
    add('notifications', uuid(`notification ${number}`), moment(), {
      ...{ outcome: pick(['delivered', 'given up', 'waiting']) },
      // One that tells of two alerts is told once.
      alerts: [...new Set([pick(alerts).id, pick(alerts).id])],
    })
  }
  await saveIncident(database, incidentOf({ id: uuid('another incident') }))
  for (const [table, insert] of Object.entries(inserts)) {
    const given = rows
      .filter((row) => row.table === table)
      .map(({ id, at, columns }) => ({ id, at, ...columns }))
    for (const text of insert) await database.query(text, [jsonb(given)])
  }
  return { rows, attached }
}

const given = 'jsonb_to_recordset($1) as row'
const inserts: Readonly<Record<string, readonly string[]>> = {
  events: [
    `insert into events (id, seq, stream, event_type, source, message, level, payload, "timestamp")
     select id, seq, stream, 'log', source, message, level, payload, at
     from ${given} (id uuid, seq bigint, stream text, source text, message text, level text,
                    payload jsonb, at timestamptz)`,
  ],
  tasks: [
    `insert into tasks (id, kind, state, created_at, started_at, finished_at)
     select id, kind, state, at, at, finished
     from ${given} (id uuid, kind text, state text, at timestamptz, finished timestamptz)`,
  ],
  cartridge_loads: [
    `insert into cartridge_loads (id, drive, virtual, loaded_at, unloaded_at, tape_alerts)
     select id, 'D1', true, at, unloaded, '{}'
     from ${given} (id uuid, at timestamptz, unloaded timestamptz)`,
  ],
  audit: [
    `insert into audit (id, at, actor, action, subject, address)
     overriding system value
     select id, at, actor, action, subject, '192.0.2.1'
     from ${given} (id bigint, at timestamptz, actor text, action text, subject text)`,
  ],
  alert_transitions: [
    `insert into alert_transitions (id, alert_id, at, to_state)
     overriding system value
     select id, alert, at, 'firing' from ${given} (id bigint, alert uuid, at timestamptz)`,
  ],
  incident_entries: [
    `insert into incident_entries (id, incident_id, at, kind, text, details)
     overriding system value
     select id, incident, at, 'note', 'note', '{}'
     from ${given} (id bigint, incident uuid, at timestamptz)`,
  ],
  notifications: [
    `insert into notifications (id, channel, payload, at, next_attempt_at, delivered_at, given_up_at)
     select id, 'email', '{}', at, case outcome when 'waiting' then at end,
            case outcome when 'delivered' then at end, case outcome when 'given up' then at end
     from ${given} (id uuid, at timestamptz, outcome text)`,
    `insert into notification_alerts (notification_id, channel, alert_id, event)
     select id, 'email', alert::uuid, 'firing'
     from ${given} (id uuid, alerts jsonb), jsonb_array_elements_text(alerts) as alert`,
  ],
}
