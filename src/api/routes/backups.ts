import { Type } from 'typebox'
import { listDrills } from '../../backups/drill-store.ts'
import { listBackups } from '../../backups/store.ts'
import { toJson } from '../json.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { DEFAULT_LIMIT, integer, nullable, number, oneOf, page, text, time } from '../schemas.ts'
import { auditTask, taskDetail, taskJson } from '../task-parts.ts'

const backup = {
  id: text,
  state: oneOf(['completed', 'failed']),
  created_by: text,
  started_at: time,
  finished_at: time,
  path: nullable(text),
  size_bytes: nullable(integer),
  sha256: nullable(text),
  schema: nullable(integer),
  version: nullable(text),
  table_count: nullable(integer),
  row_count: nullable(integer),
  error: nullable(text),
  verified_at: nullable(time),
  verify_seconds: nullable(number),
  verify_error: nullable(text),
  deleted_at: nullable(time),
}

const drill = {
  id: text,
  path: text,
  created_by: text,
  started_at: time,
  /** How long it took to restore and to compare it. */
  seconds: number,
  backup_created_at: nullable(time),
  host: nullable(text),
  schema: nullable(integer),
  version: nullable(text),
  table_count: nullable(integer),
  row_count: nullable(integer),
  error: nullable(text),
}

const list = route({
  method: 'get',
  path: '/api/v1/backups',
  guard: 'monitoring:read',
  tag: 'backups',
  summary: 'Backups of the database that were made, or were not',
  query: Type.Object({ ...page }),
  answers: {
    200: {
      description:
        'Newest first. `verified_at` is when it was restored into a database of its own and was the same; ' +
        '`sha256` is that of its manifest.',
      schema: Type.Object({ backups: Type.Array(Type.Object(backup)), total: integer }),
    },
  },
  async handle({ query, context }) {
    const { backups, total } = await listBackups(context.db, {
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    return { status: 200, json: { backups: backups.map(toJson), total } }
  },
})

const drills = route({
  method: 'get',
  path: '/api/v1/backups/drills',
  guard: 'monitoring:read',
  tag: 'backups',
  summary: 'Backups that were restored to see that they can be',
  description:
    'Each backup that is verified, and what `storwarden restore --drill` was asked for: into a database that is gone ' +
    'afterwards, with the checksum of every table compared.',
  query: Type.Object({ ...page }),
  answers: {
    200: {
      description:
        'Newest first. `table_count` and `row_count` are what was restored and was the same, null with an `error`.',
      schema: Type.Object({ drills: Type.Array(Type.Object(drill)), total: integer }),
    },
  },
  async handle({ query, context }) {
    const found = await listDrills(context.db, {
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    return { status: 200, json: { drills: found.drills.map(toJson), total: found.total } }
  },
})

const create = route({
  method: 'post',
  path: '/api/v1/backups',
  guard: 'tasks:run',
  tag: 'backups',
  summary: 'Have a backup made',
  description:
    'The same as a task of the kind `backup`, which is answered: `/api/v1/tasks/:id` tells how far it is.',
  body: Type.Object({ verify: Type.Optional(Type.Boolean()) }),
  answers: { 201: { description: 'The task.', schema: Type.Object(taskDetail) } },
  problems: ['task_not_possible'],
  async handle({ body, principal, origin, context }) {
    if (!context.tasks.kinds.some(({ name }) => name === 'backup')) {
      throw new ProblemError('task_not_possible', 'this daemon makes no backups')
    }
    const params = body.verify === undefined ? {} : { verify: body.verify }
    const { task } = await context.tasks.submit(
      { kind: 'backup', params },
      {
        user: principal.username,
        note: (transaction, one) =>
          auditTask(transaction, context, { principal, origin, action: 'task.create', task: one }),
      },
    )
    return {
      status: 201,
      json: await taskJson(context, task.id),
      headers: { Location: `/api/v1/tasks/${task.id}` },
    }
  },
})

/** Backups: list, those that were restored for a look, have one made. */
export const backupRoutes = [list, drills, create]
