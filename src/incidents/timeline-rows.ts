import type { Queryable } from '../db/database.ts'

/** What of a time is wanted for whom. */
export interface TimelineWindow {
  incidentId: string
  /** Both included. What became of the incident itself is told whenever it was. */
  since: Date
  until: Date
  /** Of what happened before, events may be gone: none are told. */
  eventsKeptSince: Date
  /** The alerts of the incident, whose notifications are told. */
  alertIds: readonly string[]
  /** May know of other incidents, and of what was done to accounts. */
  seesAll: boolean
  /** May read the audit trail: what it was before and after, and where it was done from. */
  seesAudit: boolean
}

/** Where a row is in the order: by time, then by what it is, then by its key. */
export interface TimelinePosition {
  /** To the microsecond, as PostgreSQL writes it. */
  at: string
  rank: number
  key: string
}

/** What a row tells of. */
export type TimelineRowKind =
  | ('event' | 'load' | 'unload' | 'task_begin' | 'task_end')
  | ('audit' | 'alert' | 'entry' | 'notification')

/** Something that happened, as it is stored. */
export interface TimelineRow extends TimelinePosition {
  kind: TimelineRowKind
  time: Date
  /** Columns of where it is stored. */
  facts: Readonly<Record<string, unknown>>
}

/** Where rows of a kind come from. */
interface Branch {
  kind: TimelineRowKind
  /** When it happened. */
  at: string
  /** What tells it from others of the same time, in the order in which they were stored. */
  key: string
  from: string
  where: string
  /** Names and values. */
  facts: string
}

/** Parameters of every statement below, in their order. */
const [INCIDENT, SINCE, UNTIL, KEPT, ALERTS, SEES_ALL, SEES_AUDIT] = [
  ...['$1::uuid', '$2::timestamptz', '$3::timestamptz', '$4::timestamptz', '$5::uuid[]'],
  ...['$6::boolean', '$7::boolean'],
]
/** A page begins after this position. */
const [AFTER_AT, AFTER_RANK, AFTER_KEY] = ['$8::timestamptz', '$9::integer', '$10::text']
/** More is not told of an event or a change. */
const MOST_BYTES = 8192
const MOST_LETTERS = 2000

const bounded = (column: string) =>
  `case when pg_column_size(${column}) <= ${MOST_BYTES} then ${column} end`

/**
 * Where what is told comes from. Each branch is read by an index on its time. The same is not told twice: of alerts
 * and tasks their own tables tell, not the events about them; of people the audit trail, not the events about it;
 * of incidents their history, and of others the events.
 */
const branches: readonly Branch[] = [
  {
    ...{ kind: 'event', at: '"timestamp"', from: 'events' },
    key: `coalesce(lpad(seq::text, 20, '0'), 'x' || id::text)`,
    where: `"timestamp" >= ${KEPT} and level <> 'debug' and appliance is null
      and (stream is null or stream not in ('alert', 'task', 'metrics'))
      and not (stream is not null and source = 'audit')
      and not (stream is not null and source = 'incidents'
               and (not ${SEES_ALL} or payload->>'id' is not distinct from ${INCIDENT}::text))`,
    facts: `'id', id, 'stream', stream, 'event_type', event_type, 'source', source, 'level', level,
      'message', left(message, ${MOST_LETTERS}), 'tags', ${bounded('tags')},
      'payload', ${bounded('payload')}`,
  },
  {
    // While they are kept, events tell of them.
    ...{ kind: 'load', at: 'loaded_at', from: 'cartridge_loads', key: 'id::text' },
    where: `loaded_at < ${KEPT}`,
    facts: `'id', id, 'drive', drive, 'serial', serial, 'volume_tag', volume_tag, 'library', library`,
  },
  {
    ...{ kind: 'unload', at: 'unloaded_at', from: 'cartridge_loads', key: 'id::text' },
    where: `unloaded_at < ${KEPT}`,
    facts: `'id', id, 'drive', drive, 'serial', serial, 'volume_tag', volume_tag, 'library', library`,
  },
  {
    ...{ kind: 'task_begin', at: 'started_at', from: 'tasks', key: 'id::text', where: 'true' },
    facts: `'id', id, 'kind', kind, 'resource', resource, 'created_by', created_by`,
  },
  {
    ...{ kind: 'task_end', at: 'finished_at', from: 'tasks', key: 'id::text', where: 'true' },
    facts: `'id', id, 'kind', kind, 'resource', resource, 'created_by', created_by, 'state', state,
      'error', left(error, ${MOST_LETTERS})`,
  },
  {
    ...{ kind: 'audit', at: 'at', from: 'audit', key: `lpad(id::text, 20, '0')` },
    where: `action not in ('alert.acknowledge', 'alert.resolve') and action not like 'incident.%'
      and (${SEES_ALL} or action !~ '^(user|token|session)\\.')`,
    facts: `'id', id, 'actor', actor, 'action', action, 'subject', subject,
      'address', case when ${SEES_AUDIT} then address end,
      'credential', case when ${SEES_AUDIT} then credential end,
      'before', case when ${SEES_AUDIT} then ${bounded('before')} end,
      'after', case when ${SEES_AUDIT} then ${bounded('after')} end`,
  },
  {
    ...{ kind: 'alert', at: 'step.at', key: `lpad(step.id::text, 20, '0')`, where: 'true' },
    from: 'alert_transitions as step join alerts on alerts.id = step.alert_id',
    facts: `'id', alerts.id, 'rule', rule, 'title', title, 'severity', severity, 'source', source,
      'resource', resource, 'labels', labels, 'part_of', part_of, 'message', left(message, ${MOST_LETTERS}),
      'from', from_state, 'to', to_state, 'actor', actor, 'comment', left(comment, ${MOST_LETTERS}),
      'attached', alerts.id = any (${ALERTS})`,
  },
  {
    ...{ kind: 'entry', at: 'at', from: 'incident_entries', key: `lpad(id::text, 20, '0')` },
    where: `incident_id = ${INCIDENT}`,
    facts: `'id', id, 'kind', kind, 'actor', actor, 'text', text, 'details', details`,
  },
  {
    kind: 'notification',
    at: 'coalesce(delivered_at, given_up_at)',
    key: `channel || ' ' || id`,
    from: 'notifications',
    where: `(channel, id) in (
      select channel, notification_id from notification_alerts where alert_id = any (${ALERTS}))`,
    facts: `'id', id, 'channel', channel, 'kind', kind, 'attempts', attempts,
      'given_up', given_up_at is not null, 'last_error', left(last_error, ${MOST_LETTERS}),
      'alerts', (select count(distinct told.alert_id) from notification_alerts as told
                 where told.channel = notifications.channel and told.notification_id = notifications.id)`,
  },
]

/** Within the window; of the incident itself whatever there is. */
function boundsOf({ kind, at }: Branch): string {
  return kind === 'entry' ? 'true' : `${at} >= ${SINCE} and ${at} <= ${UNTIL}`
}

const pages = branches.map((branch, rank) => {
  const { kind, at, key, from, where, facts } = branch
  const order = `(${at}, ${rank}, (${key}) collate "C")`
  return `(select ${at} as at, ${rank} as rank, (${key}) collate "C" as key, '${kind}' as kind,
           jsonb_build_object(${facts}) as facts
    from ${from}
    where ${boundsOf(branch)} and ${at} >= ${AFTER_AT}
      and ${order} > (${AFTER_AT}, ${AFTER_RANK}, ${AFTER_KEY} collate "C") and ${where}
    order by ${at}, (${key}) collate "C"
    limit $11::bigint + $12::bigint)`
})

/** The statement of timelinePage. */
export const pageText = `
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, at as time, rank, key,
         kind, facts
  from (${pages.join('\n  union all\n  ')}) as told
  order by told.at, rank, key collate "C"
  limit $11::bigint offset $12::bigint`

/** The rows after a position, or from the begin, in their order. */
export async function timelineRows(
  database: Queryable,
  window: TimelineWindow,
  page: { after: TimelinePosition | null; limit: number; offset: number },
): Promise<TimelineRow[]> {
  const { after, limit, offset } = page
  return database.query<TimelineRow>(pageText, [
    ...valuesOf(window),
    ...[after?.at ?? '-infinity', after?.rank ?? -1, after?.key ?? '', limit, offset],
  ])
}

const counts = branches.map(
  (branch) => `(select count(*) from ${branch.from} where ${boundsOf(branch)} and ${branch.where})`,
)

/** How many rows there are. */
export async function countTimelineRows(
  database: Queryable,
  window: TimelineWindow,
): Promise<number> {
  // The page alone asks whether its reader may read the audit trail.
  const [row] = await database.query<{ total: number }>(
    `select ${counts.join('\n + ')} + case when ${SEES_AUDIT} then 0 else 0 end as total`,
    valuesOf(window),
  )
  return row?.total ?? 0
}

function valuesOf(window: TimelineWindow): unknown[] {
  const { incidentId, since, until, eventsKeptSince, alertIds, seesAll, seesAudit } = window
  return [incidentId, since, until, eventsKeptSince, alertIds, seesAll, seesAudit]
}
