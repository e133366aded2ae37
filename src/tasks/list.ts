import type { Queryable } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'

/** The state of a task; the last three are final. */
export type TaskState = 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'

/** Something the daemon was asked to do to the machine. */
export interface Task {
  id: string
  kind: string
  params: Readonly<Record<string, unknown>>
  state: TaskState
  /** 0..1 */
  progress: number
  /** What it has to itself while it runs; null when it needs nothing. */
  resource: string | null
  error: string | null
  createdBy: string | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

const columns = `id, kind, params, state, progress, resource, error, created_by as "createdBy",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"`

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
    `select ${columns} from tasks where ${where} order by created_at desc, id desc limit $3 offset $4`,
    [...values, filter.limit, filter.offset],
  )
  return { tasks, total: count?.total ?? 0 }
}

/** One task; null when there is none with the id. */
export async function getTask(database: Queryable, id: string): Promise<Task | null> {
  if (!isUuid(id)) return null
  const [task] = await database.query<Task>(`select ${columns} from tasks where id = $1`, [id])
  return task ?? null
}
