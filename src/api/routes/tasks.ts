import { Type } from 'typebox'
import { listTasks } from '../../tasks/list.ts'
import { isDestructive } from '../../tasks/requests.ts'
import type { TaskPlan } from '../../tasks/requests.ts'
import { taskStates } from '../../tasks/task.ts'
import { requirePermission } from '../admit.ts'
import { appliance, refuseTold } from '../fleet/asked.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import {
  data,
  DEFAULT_LIMIT,
  flag,
  futureDateOf,
  id,
  integer,
  nullable,
  oneOf,
  page,
  text,
  time,
} from '../schemas.ts'
import { faultsOfTask } from '../task-faults.ts'
import { auditTask, taskDetail, taskJson, taskShape, taskStep } from '../task-parts.ts'

const list = route({
  method: 'get',
  path: '/api/v1/tasks',
  guard: 'monitoring:read',
  tag: 'tasks',
  summary: 'What the daemon was asked to do to the machine',
  description:
    'Of a fleet its own. What an appliance told of its tasks is in its events: ' +
    '`GET /api/v1/monitoring/events?source=tasks&appliance=NAME`.',
  query: Type.Object({
    state: Type.Optional(oneOf(taskStates)),
    kind: Type.Optional(text),
    appliance,
    ...page,
  }),
  answers: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({ tasks: Type.Array(Type.Object(taskShape)), total: integer }),
    },
  },
  problems: ['appliance_only', 'appliance_not_found'],
  async handle({ query: { appliance: whose, ...query }, context }) {
    refuseTold(context.fleet, whose, 'tasks')
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
  summary: 'One task, with the last 1,000 lines of its log',
  params: id,
  answers: { 200: { description: 'The task.', schema: Type.Object(taskDetail) } },
  problems: ['task_not_found'],
  async handle({ params, context }) {
    return { status: 200, json: await taskJson(context, params.id) }
  },
})

const create = route({
  method: 'post',
  path: '/api/v1/tasks',
  guard: 'tasks:run',
  tag: 'tasks',
  summary: 'Have the daemon do something',
  description:
    'Which kinds there are, and what they take, `GET /api/v1/tasks/kinds` says. A kind that destroys something takes ' +
    '`tasks:run-destructive`, and the `confirmation` that a dry run of the same by the same user has answered: it is ' +
    'good once, for ten minutes and for that plan. A resource has one task at a time; of those that wait the one with the highest `priority` comes first. ' +
    'With `dry_run` the steps are answered and nothing is done; `plan_hash` tells their plan from others. ' +
    'With `run_at` it waits until then; when no daemon sees to it within ten minutes it fails and is not done late. ' +
    'With an `idempotency_key` that was used for the same, the task that there is is answered with 200.',
  body: Type.Object({
    kind: text,
    params: Type.Optional(data),
    dry_run: Type.Optional(Type.Boolean({ default: false })),
    idempotency_key: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 200 }))),
    priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100, default: 0 })),
    confirmation: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 200 }))),
    run_at: Type.Optional(nullable(time)),
  }),
  answers: {
    200: {
      description: 'The task that was asked for before, or what it would do.',
      schema: Type.Union([
        Type.Object(taskDetail),
        Type.Object({
          dry_run: flag,
          kind: text,
          params: data,
          resource: nullable(text),
          resources: Type.Array(text),
          steps: Type.Array(Type.Object(taskStep)),
          plan_hash: text,
          destructive: flag,
          confirmation: nullable(text),
          confirmation_expires_at: nullable(time),
        }),
      ]),
    },
    201: { description: 'The task, which waits for its turn.', schema: Type.Object(taskDetail) },
  },
  problems: [
    ...['permission_missing', 'task_not_possible', 'idempotency_key_used'],
    ...['confirmation_needed', 'plan_changed'],
  ] as const,
  faultsOf({ kind, params }, { tasks }) {
    return Promise.resolve(faultsOfTask(tasks.kinds, kind, params))
  },
  async handle({ body, principal, origin, context }) {
    const { kind, params = {}, priority, confirmation, idempotency_key: idempotencyKey } = body
    const runAt =
      body.run_at == null ? null : futureDateOf(body.run_at, '/body/run_at', context.now())
    const draft = { kind, params, priority, confirmation, idempotencyKey, runAt }
    const found = context.tasks.kinds.find(({ name }) => name === kind)
    const destructive = found !== undefined && isDestructive(found, params)
    if (destructive) {
      requirePermission(principal, 'tasks:run-destructive', context.observer)
    }
    if (body.dry_run === true) {
      const plan = await context.tasks.plan(draft, { user: principal.username })
      return { status: 200, json: { dry_run: true, kind, params, destructive, ...planJson(plan) } }
    }
    const { task: made, created } = await context.tasks.submit(draft, {
      user: principal.username,
      note: (transaction, one) =>
        auditTask(transaction, context, { principal, origin, action: 'task.create', task: one }),
    })
    return {
      status: created ? 201 : 200,
      json: await taskJson(context, made.id),
      headers: { Location: `/api/v1/tasks/${made.id}` },
    }
  },
})

const cancel = route({
  method: 'post',
  path: '/api/v1/tasks/:id/cancel',
  guard: 'tasks:run',
  tag: 'tasks',
  summary: 'End a task before it is done',
  description:
    'One that waits is cancelled at once. One that runs is when its step can be ended, or is over; if that was the ' +
    'last one, it is completed.',
  params: id,
  answers: { 200: { description: 'The task.', schema: Type.Object(taskDetail) } },
  problems: ['task_not_found', 'task_ended'],
  async handle({ params, principal, origin, context }) {
    await context.tasks.cancel(params.id, {
      user: principal.username,
      note: (transaction, one) =>
        auditTask(transaction, context, { principal, origin, action: 'task.cancel', task: one }),
    })
    return { status: 200, json: await taskJson(context, params.id) }
  },
})

function planJson({ resource, resources, steps, hash, confirmation }: TaskPlan) {
  return {
    ...{ resource, resources, steps, plan_hash: hash },
    confirmation: confirmation?.token ?? null,
    confirmation_expires_at: confirmation?.expiresAt.toISOString() ?? null,
  }
}

/** Tasks: list, one, have one done, end one. */
export const taskRoutes = [list, get, create, cancel]
