import { Type } from 'typebox'
import { usersById, whyNotFor } from '../../auth/on-behalf.ts'
import type { Origin, Principal } from '../../auth/principal.ts'
import type { TaskKind } from '../../tasks/kind.ts'
import { isDestructive } from '../../tasks/requests.ts'
import { ScheduleNotFoundError, type TaskSchedule } from '../../tasks/schedule.ts'
import { findSchedule, listSchedules } from '../../tasks/schedule-store.ts'
import type { TaskParams } from '../../tasks/task.ts'
import { timetableFaults } from '../../tasks/timetable.ts'
import { requirePermission } from '../admit.ts'
import { changeNote } from '../consistency/change-note.ts'
import type { ApiContext } from '../context.ts'
import { toJson, type Json } from '../json.ts'
import { ProblemError, type Fault } from '../problem.ts'
import { route } from '../route.ts'
import { data, DEFAULT_LIMIT, flag, id, integer, nullable, page, text, time } from '../schemas.ts'
import { faultsOfTask } from '../task-faults.ts'

const PATH = '/api/v1/tasks/schedules'

const scheduleShape = {
  id: text,
  name: text,
  kind: text,
  params: data,
  priority: integer,
  cron: text,
  time_zone: text,
  catch_up: flag,
  enabled: flag,
  owner: text,
  /** Tells him from others of the same name; null where nobody knows. */
  owner_id: nullable(text),
  /** Why nothing is asked for whenever it is due, as things are: what its owner may; null when he may. */
  blocked_because: nullable(text),
  created_at: time,
  changed_at: time,
  changed_by: text,
  /** Null when there is none, or it is switched off. */
  next_at: nullable(time),
  last_at: nullable(time),
  last_task_id: nullable(text),
  /** How often it was due and not asked for. */
  missed: integer,
  last_missed_at: nullable(time),
  last_missed_because: nullable(text),
}
const schedule = Type.Object(scheduleShape)

const list = route({
  method: 'get',
  path: PATH,
  guard: 'monitoring:read',
  tag: 'tasks',
  summary: 'Tasks that are asked for again and again',
  query: Type.Object({ ...page }),
  answers: {
    200: {
      description: 'By name.',
      schema: Type.Object({ schedules: Type.Array(schedule), total: integer }),
    },
  },
  async handle({ query, context }) {
    const { schedules, total } = await listSchedules(context.db, {
      limit: query.limit ?? DEFAULT_LIMIT,
      offset: query.offset ?? 0,
    })
    return { status: 200, json: { schedules: await schedulesJson(context, schedules), total } }
  },
})

const get = route({
  method: 'get',
  path: `${PATH}/:id`,
  guard: 'monitoring:read',
  tag: 'tasks',
  summary: 'One schedule',
  params: id,
  answers: { 200: { description: 'The schedule.', schema: schedule } },
  problems: ['schedule_not_found'],
  async handle({ params, context }) {
    const found = await findSchedule(context.db, params.id)
    if (found === null) throw new ScheduleNotFoundError(params.id)
    return { status: 200, json: await scheduleJson(context, found) }
  },
})

const given = {
  name: Type.String({ minLength: 1, maxLength: 100 }),
  params: Type.Optional(data),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100, default: 0 })),
  cron: Type.String({ minLength: 9, maxLength: 256 }),
  time_zone: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 64 }))),
  catch_up: Type.Optional(Type.Boolean({ default: false })),
  enabled: Type.Optional(Type.Boolean({ default: true })),
}

const create = route({
  method: 'post',
  path: PATH,
  guard: 'tasks:run',
  tag: 'tasks',
  summary: 'Have the daemon do something again and again',
  description:
    'Whenever `cron` says so (minute, hour, day, month, weekday) in `time_zone`, the appliance’s own if not said. ' +
    'A time that no daemon saw to within ten minutes was missed: it is told and not made up for, except once with ' +
    '`catch_up`. What still goes on is not asked for again. It is done for who made it, and no more when he may not ' +
    'any more (`blocked_because`). What destroys something has no schedule: nobody would look at its plan.',
  body: Type.Object({ ...given, kind: text }),
  answers: { 201: { description: 'The schedule.', schema: schedule } },
  problems: ['schedule_name_taken', 'too_many_schedules'],
  faultsOf({ kind, params, cron, time_zone: timeZone }, { tasks, now }) {
    const faults = faultsOfScheduled(tasks.kinds, kind, params)
    return Promise.resolve([...faults, ...timetableFaultsOf({ cron, timeZone }, now())])
  },
  async handle({ body, principal, origin, context }) {
    const { name, kind, params = {}, priority = 0, cron, time_zone: timeZone } = body
    const made = await context.taskSchedules.create(
      {
        ...{ name, kind, params, priority, cron, timeZone: timeZone ?? machineTimeZone() },
        ...{ catchUp: body.catch_up ?? false, enabled: body.enabled ?? true },
      },
      {
        ...{ user: principal.username, userId: principal.userId },
        note: note(context, principal, origin, 'create'),
      },
    )
    return {
      status: 201,
      json: await scheduleJson(context, made),
      headers: { Location: `${PATH}/${made.id}` },
    }
  },
})

const change = route({
  method: 'patch',
  path: `${PATH}/:id`,
  guard: 'tasks:run',
  tag: 'tasks',
  summary: 'Change a schedule, or switch it off and on',
  description:
    'One’s own; of others it takes `config:write`. What is not said stays. The next time is reckoned from now on.',
  params: id,
  body: Type.Object(
    { ...given, name: Type.Optional(given.name), cron: Type.Optional(given.cron) },
    { minProperties: 1 },
  ),
  answers: { 200: { description: 'The schedule.', schema: schedule } },
  problems: ['schedule_not_found', 'schedule_name_taken'],
  async handle({ params, body, principal, origin, context }) {
    const before = await findSchedule(context.db, params.id)
    if (before === null) throw new ScheduleNotFoundError(params.id)
    const { cron = before.cron, time_zone: zone, catch_up: catchUp, ...said } = body
    const timeZone = zone === null ? machineTimeZone() : (zone ?? before.timeZone)
    const wanted = said.params ?? before.params
    refuse([
      ...faultsOfScheduled(context.tasks.kinds, before.kind, wanted),
      ...timetableFaultsOf({ cron, timeZone }, context.now()),
    ])
    const changed = await context.taskSchedules.change(
      params.id,
      { ...said, cron, timeZone, ...(catchUp === undefined ? {} : { catchUp }) },
      {
        user: principal.username,
        note: note(context, principal, origin, 'change'),
        permit: permitOwner(principal, context),
      },
    )
    return { status: 200, json: await scheduleJson(context, changed) }
  },
})

const remove = route({
  method: 'delete',
  path: `${PATH}/:id`,
  guard: 'tasks:run',
  tag: 'tasks',
  summary: 'Delete a schedule',
  description: 'One’s own; of others it takes `config:write`. Tasks that it has asked for stay.',
  params: id,
  answers: { 204: { description: 'It asks for nothing any more.' } },
  problems: ['schedule_not_found'],
  async handle({ params, principal, origin, context }) {
    await context.taskSchedules.remove(params.id, {
      note: note(context, principal, origin, 'delete'),
      permit: permitOwner(principal, context),
    })
    return { status: 204 }
  },
})

/** Schedules of tasks: list, one, make, change, delete. */
export const taskScheduleRoutes = [list, get, create, change, remove]

function permitOwner(principal: Principal, { observer }: ApiContext) {
  return ({ ownerId }: TaskSchedule) => {
    if (ownerId !== principal.userId) requirePermission(principal, 'config:write', observer)
  }
}

async function schedulesJson({ db }: ApiContext, schedules: readonly TaskSchedule[]) {
  const owners = await usersById(
    db,
    schedules.flatMap(({ ownerId }) => ownerId ?? []),
  )
  return schedules.map((one) => {
    const user = owners.get(one.ownerId ?? '') ?? null
    const because = whyNotFor(user, { name: one.owner, permission: 'tasks:run' })
    return toJson({ ...one, blockedBecause: because })
  })
}

async function scheduleJson(context: ApiContext, one: TaskSchedule): Promise<Json> {
  const [json = null] = await schedulesJson(context, [one])
  return json
}

function note(context: ApiContext, principal: Principal, origin: Origin, verb: string) {
  return changeNote<TaskSchedule>(context, {
    ...{ principal, origin, action: `task_schedule.${verb}` },
    subject: ({ id: one }) => one,
    fieldsOf: ({ name, kind, params, priority, cron, timeZone, ...more }) =>
      toJson({
        ...{ name, kind, params, priority, cron, timeZone, catchUp: more.catchUp },
        ...{ enabled: more.enabled, owner: more.owner, ownerId: more.ownerId },
      }) as Record<string, Json>,
  })
}

function timetableFaultsOf(
  given: { cron?: string | undefined; timeZone?: string | null | undefined },
  now: Date,
): Fault[] {
  if (given.cron === undefined) return []
  const timetable = { cron: given.cron, timeZone: given.timeZone ?? machineTimeZone() }
  return timetableFaults(timetable, now).map(({ path, message }) => ({
    path: `/body${path}`,
    message,
  }))
}

function refuse(errors: readonly Fault[]): void {
  if (errors.length === 0) return
  const said = errors.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new ProblemError('invalid_request', said, { errors })
}

/** By its name. */
function machineTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

function faultsOfScheduled(
  kinds: readonly TaskKind[],
  kind: string | undefined,
  params: TaskParams = {},
): Fault[] {
  const faults = faultsOfTask(kinds, kind, params)
  const found = kinds.find(({ name }) => name === kind)
  if (faults.length === 0 && found !== undefined && isDestructive(found, params)) {
    return [{ path: '/body/kind', message: 'must not be one that destroys something' }]
  }
  return faults
}
