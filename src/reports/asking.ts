import type { Database } from '../db/database.ts'
import { Journal } from '../tasks/journal.ts'
import { WEEKLY_REPORT } from '../tasks/kinds/weekly-report.ts'
import { getTask } from '../tasks/list.ts'
import { submitTask } from '../tasks/requests.ts'
import type { Task } from '../tasks/task.ts'

/** What is asked for, by whom. */
export interface AskedReport {
  /** Of how many days; as usual if not said. */
  days?: number | undefined
  /** Who asks with the same gets the task that there is; null: another one each time. */
  key: string | null
  user: string
}

/**
 * Asks on the database for a report to be sent: the daemon that works on it does, at the latest when it is started.
 * Rejects as the database does.
 */
export async function askForReport(
  database: Database,
  { days, key, user }: AskedReport,
  { now, newId }: { now: () => Date; newId: () => string },
): Promise<{ task: Task; created: boolean }> {
  const journal = new Journal({
    ...{ database, now, onEvents: () => undefined, redact: (text: string) => text },
  })
  const draft = {
    ...{ id: newId(), kind: WEEKLY_REPORT, params: days === undefined ? {} : { days } },
    ...{ resources: ['weekly report'], priority: 0, idempotencyKey: key },
    ...{ createdBy: user, createdAt: now() },
  }
  return await submitTask({ journal, database }, draft, undefined)
}

/** A task as it is now; null when it is not kept any more. */
export async function askedTask(database: Database, { id }: Task): Promise<Task | null> {
  return await getTask(database, id)
}
