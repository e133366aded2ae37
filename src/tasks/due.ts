import type { Queryable } from '../db/database.ts'
import type { Journal } from './journal.ts'
import { taskColumns } from './rows.ts'
import { LATE_MS } from './schedule.ts'
import type { Task } from './task.ts'

const ERROR = 'no daemon carried out tasks when it was to begin: it was not done'
const ADVICE = 'Ask for it again, if it is wanted still.'

/**
 * Sees to tasks that are to begin at a time: those whose time has come wait for their turn from now on; those that no
 * daemon saw to in time fail, and say so.
 */
export async function seeToTimes(
  { journal, database }: { journal: Journal; database: Queryable },
  now: Date,
): Promise<void> {
  const late = new Date(now.getTime() - LATE_MS)
  await noteDue(database, { late, now })
  for (const id of await lateTasks(database, late)) {
    await journal.change(async (transaction) => ({
      ...{ task: await failLate(transaction, id, now), event: 'failed' },
      line: { message: ERROR, level: 'error' },
    }))
  }
}

async function noteDue(
  database: Queryable,
  { late, now }: { late: Date; now: Date },
): Promise<void> {
  await database.query(
    `update tasks set due_seen = true
     where state = 'pending' and run_at > $1 and run_at <= $2 and not due_seen`,
    [late, now],
  )
}

async function lateTasks(database: Queryable, late: Date): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `select id from tasks
     where state = 'pending' and run_at <= $1 and not due_seen
     order by run_at, id`,
    [late],
  )
  return rows.map(({ id }) => id)
}

async function failLate(transaction: Queryable, id: string, now: Date): Promise<Task | null> {
  const [row] = await transaction.query<Task>(
    `update tasks set state = 'failed', error = $3, advice = $4, finished_at = $2
     where id = $1 and state = 'pending' and not due_seen
     returning ${taskColumns}`,
    [id, now, ERROR, ADVICE],
  )
  return row ?? null
}
