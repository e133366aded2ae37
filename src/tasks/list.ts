import type { Queryable } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'
import { taskColumns } from './rows.ts'
import type { StoredLine, Task, TaskState } from './task.ts'

/** Newest first, and how many there are without limit and offset. */
export async function listTasks(
  database: Queryable,
  filter: {
    state?: TaskState | undefined
    kind?: string | undefined
    limit: number
    offset: number
  },
): Promise<{ tasks: Task[]; total: number }> {
  const where = '($1::text is null or state = $1) and ($2::text is null or kind = $2)'
  const values = [filter.state ?? null, filter.kind ?? null]
  const [count] = await database.query<{ total: number }>(
    `select count(*) as total from tasks where ${where}`,
    values,
  )
  const tasks = await database.query<Task>(
    `select ${taskColumns} from tasks where ${where} order by created_at desc, id desc limit $3 offset $4`,
    [...values, filter.limit, filter.offset],
  )
  return { tasks, total: count?.total ?? 0 }
}

/** One task; null when there is none with the id. */
export async function getTask(database: Queryable, id: string): Promise<Task | null> {
  if (!isUuid(id)) return null
  const [task] = await database.query<Task>(`select ${taskColumns} from tasks where id = $1`, [id])
  return task ?? null
}

/** Lines of a log that are shown at most: the last ones. */
const MOST_LINES = 1000

/** What a task did, the oldest line first; of many the last 1,000. */
export async function taskLog(database: Queryable, id: string): Promise<StoredLine[]> {
  const lines = await database.query<StoredLine>(
    'select id, at, level, message from task_log where task_id = $1 order by id desc limit $2',
    [id, MOST_LINES],
  )
  return lines.reverse()
}
