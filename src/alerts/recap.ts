import type { Queryable } from '../db/database.ts'
import type { Alert } from './alert.ts'
import { alertColumns } from './rows.ts'

/** Some alerts, and how many there are of them. */
export interface Recap {
  alerts: Alert[]
  total: number
}

/** What fires, the gravest first and of the same severity the newest; what is inhibited is left out. */
export async function firingNow(database: Queryable, limit: number): Promise<Recap> {
  const rows = await database.query<Alert & { total: number }>(
    `select ${alertColumns}, count(*) over () as total
     from alerts
     where state = 'firing' and inhibited_by is null
     order by array_position(array['critical', 'warning', 'info'], severity), started_at desc, id
     limit $1`,
    [limit],
  )
  return recapOf(rows)
}

/** What ended after `since`, and by `until`: the latest first. */
export async function resolvedBetween(
  database: Queryable,
  { since, until, limit }: { since: Date; until: Date; limit: number },
): Promise<Recap> {
  const rows = await database.query<Alert & { total: number }>(
    `select ${alertColumns}, count(*) over () as total
     from alerts
     where state = 'resolved' and fired_at is not null and resolved_at > $1 and resolved_at <= $2
     order by resolved_at desc, id
     limit $3`,
    [since, until, limit],
  )
  return recapOf(rows)
}

function recapOf(rows: readonly (Alert & { total: number })[]): Recap {
  return { alerts: [...rows], total: rows[0]?.total ?? 0 }
}
