import { Type } from 'typebox'
import { getTask, listTasks } from '../../tasks/list.ts'
import { toJson } from '../json.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import {
  data,
  DEFAULT_LIMIT,
  id,
  integer,
  nullable,
  number,
  oneOf,
  page,
  text,
  time,
} from '../schemas.ts'

const state = oneOf(['pending', 'running', 'completed', 'failed', 'cancelled'])

const task = {
  id: text,
  kind: text,
  params: data,
  state,
  progress: number,
  resource: nullable(text),
  error: nullable(text),
  created_by: nullable(text),
  created_at: time,
  started_at: nullable(time),
  finished_at: nullable(time),
}

const list = route({
  method: 'get',
  path: '/api/v1/tasks',
  guard: 'monitoring:read',
  tag: 'tasks',
  summary: 'What the daemon was asked to do to the machine',
  query: Type.Object({ state: Type.Optional(state), kind: Type.Optional(text), ...page }),
  answers: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({ tasks: Type.Array(Type.Object(task)), total: integer }),
    },
  },
  async handle({ query, context }) {
    const { tasks, total } = await listTasks(context.db, {
      ...query,
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    return { status: 200, json: { tasks: tasks.map(toJson), total } }
  },
})

const get = route({
  method: 'get',
  path: '/api/v1/tasks/:id',
  guard: 'monitoring:read',
  tag: 'tasks',
  summary: 'One task',
  params: id,
  answers: {
    200: {
      description: 'The task.',
      schema: Type.Object({ ...task, log: Type.Array(data) }),
    },
  },
  problems: ['task_not_found'],
  async handle({ params, context }) {
    const found = await getTask(context.db, params.id)
    if (found === null) throw new ProblemError('task_not_found', `task ${params.id}: not found`)
    // Tasks write no log in this version.
    return { status: 200, json: { ...(toJson(found) as object), log: [] } }
  },
})

/** Tasks: list, one. */
export const taskRoutes = [list, get]
