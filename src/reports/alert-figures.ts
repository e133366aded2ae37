import { firingNow } from '../alerts/recap.ts'
import type { Queryable } from '../db/database.ts'
import type { Severity } from '../rules/rule.ts'
import type { AlertFigures, Period } from './facts.ts'
import { MOST_ROWS } from './words.ts'

/** Rules and places that are named. */
const NOISY = 5

type Counts = Record<Severity, number>

/** A transition by which an alert begins to fire: not one by which an acknowledgement ends. */
const BEGINS = `transition.to_state = 'firing' and transition.from_state is distinct from 'acknowledged'
  and transition.actor is null
  and transition.at > $1 and transition.at <= $2`

/** Alerts of the period. Rejects as the database does. */
export async function alertFigures(
  database: Queryable,
  period: Period,
  { flappingCount }: { flappingCount: number },
): Promise<AlertFigures> {
  const { alerts: firing } = await firingNow(database, MOST_ROWS)
  return {
    firing,
    firingCounts: await firingCounts(database),
    raised: await raisedCounts(database, period),
    ended: await endedCount(database, period),
    ...(await acknowledgements(database, period)),
    noisyRules: await noisyRules(database, period),
    noisyPlaces: await noisyPlaces(database, period),
    flapping: await flapping(database, period, flappingCount),
  }
}

async function firingCounts(database: Queryable): Promise<Counts> {
  return countsOf(
    await database.query<{ severity: Severity; count: number }>(
      `select severity, count(*) as count
       from alerts where state = 'firing' and inhibited_by is null group by severity`,
    ),
  )
}

async function raisedCounts(database: Queryable, { since, until }: Period): Promise<Counts> {
  return countsOf(
    await database.query<{ severity: Severity; count: number }>(
      `select severity, count(*) as count
       from alert_transitions as transition join alerts on alerts.id = alert_id
       where ${BEGINS} group by severity`,
      [since, until],
    ),
  )
}

function countsOf(rows: readonly { severity: Severity; count: number }[]): Counts {
  const of = (severity: Severity) => rows.find((row) => row.severity === severity)?.count ?? 0
  return { critical: of('critical'), warning: of('warning'), info: of('info') }
}

async function endedCount(database: Queryable, { since, until }: Period): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from alerts
     where state = 'resolved' and fired_at is not null and resolved_at > $1 and resolved_at <= $2`,
    [since, until],
  )
  return row?.count ?? 0
}

async function acknowledgements(database: Queryable, { since, until }: Period) {
  const [row] = await database.query<
    Pick<AlertFigures, 'fired' | 'acknowledged' | 'medianSeconds'>
  >(
    `select count(*) as fired, count(seen.at) as acknowledged,
            percentile_cont(0.5) within group (order by extract(epoch from seen.at - fired_at))
              ::double precision as "medianSeconds"
     from alerts, lateral (
       select min(at) as at from alert_transitions
       where alert_id = alerts.id and to_state = 'acknowledged'
     ) as seen
     where fired_at > $1 and fired_at <= $2`,
    [since, until],
  )
  return row ?? { fired: 0, acknowledged: 0, medianSeconds: null }
}

/** Those that were raised more than once. */
async function noisyRules(database: Queryable, { since, until }: Period) {
  return await database.query<{ title: string; count: number }>(
    `select max(title) as title, count(*) as count
     from alert_transitions as transition join alerts on alerts.id = alert_id
     where ${BEGINS} group by rule having count(*) > 1
     order by count desc, title limit $3`,
    [since, until, NOISY],
  )
}

async function noisyPlaces(database: Queryable, { since, until }: Period) {
  return await database.query<{ resource: string; count: number }>(
    `select resource, count(*) as count
     from alert_transitions as transition join alerts on alerts.id = alert_id
     where ${BEGINS} group by resource having count(*) > 1
     order by count desc, resource limit $3`,
    [since, until, NOISY],
  )
}

async function flapping(database: Queryable, { since, until }: Period, least: number) {
  return await database.query<{ title: string; resource: string; count: number }>(
    `select max(title) as title, max(resource) as resource, count(*) as count
     from alert_transitions as transition join alerts on alerts.id = alert_id
     where ${BEGINS} group by fingerprint having count(*) >= $3 or bool_or(flapping and state <> 'resolved')
     order by count desc, title, resource limit $4`,
    [since, until, least, NOISY],
  )
}
