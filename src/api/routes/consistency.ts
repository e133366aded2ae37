import { Type } from 'typebox'
import { checkNames, differenceKinds } from '../../consistency/difference.ts'
import { strategies, type Strategy } from '../../consistency/reconciliation.ts'
import { pastResults } from '../../consistency/store.ts'
import type { Origin, Principal } from '../../auth/principal.ts'
import {
  consistencyJson,
  consistencyShape,
  differenceJson,
  differenceShape,
  reconciliationJson,
  reconciliationShape,
  resultShape,
  statuses,
} from '../consistency/shapes.ts'
import { changeNote } from '../consistency/change-note.ts'
import type { ApiContext } from '../context.ts'
import { requirePermission } from '../admit.ts'
import { auditTask, taskDetail, taskJson } from '../task-parts.ts'
import { route } from '../route.ts'
import {
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

const BASE = '/api/v1/monitoring/consistency'

const list = route({
  method: 'get',
  path: BASE,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'What is there against what ought to be: the last comparisons and their differences',
  query: Type.Object({
    check: Type.Optional(oneOf(checkNames)),
    kind: Type.Optional(oneOf(differenceKinds)),
    ignored: Type.Optional(flag),
    q: Type.Optional(text),
    ...page,
  }),
  answers: {
    200: {
      description:
        'The checks, and those differences that are asked for. `pending`: configured and not live yet; `orphaned`: ' +
        'there and not configured; `missing`: was there, and its data are gone; `different`: on both sides, with ' +
        'other attributes. A check is `unknown` when a side could not be read and nothing is known to be missing.',
      schema: consistencyShape,
    },
  },
  handle({ query, context }) {
    const { checks } = context.consistency.state()
    const filter = { ...query, limit: query.limit ?? DEFAULT_LIMIT, offset: query.offset ?? 0 }
    return { status: 200, json: consistencyJson(checks, filter, context.now()) }
  },
})

const checksGiven = Type.Optional(
  Type.Array(oneOf(checkNames), { minItems: 1, maxItems: checkNames.length, uniqueItems: true }),
)

const check = route({
  method: 'post',
  path: `${BASE}/check`,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Compare now, and do something about the differences',
  description:
    'Answers when it is done; a request while one runs joins it. The strategy is `report_only` if not said; what ' +
    'would change the machine is refused.',
  body: Type.Object({ checks: checksGiven, strategy: Type.Optional(oneOf(strategies)) }),
  answers: { 200: { description: 'What was found.', schema: consistencyShape } },
  problems: ['not_carried_out'],
  async handle({ body, principal, origin, context }) {
    const { checks = checkNames, strategy = 'report_only' } = body
    const request = { strategy, checks, dryRun: false }
    await reconciled(context, principal, origin, request)
    const all = context.consistency.state().checks
    const outcomes = all.filter((one) => checks.includes(one.check))
    const filter = { limit: DEFAULT_LIMIT, offset: 0 }
    return { status: 200, json: consistencyJson(outcomes, filter, context.now()) }
  },
})

const reconcile = route({
  method: 'post',
  path: `${BASE}/reconcile`,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Do something about the differences, or say what would be done',
  description:
    '`adopt_live` makes the database remember what is there, and shows what files would say; `restore_config` is the ' +
    'plan of what would be done on the machine, in order; without `dry_run` a task carries out what of it is written ' +
    'to SCST, with the `plan` that was answered before and the permission `tasks:run-destructive`; `re_inventory` ' +
    'has everything read anew. Ignored differences are left alone. Nothing is changed with `dry_run`, which is so ' +
    'if not said otherwise.',
  body: Type.Object({
    strategy: oneOf(strategies),
    checks: checksGiven,
    dry_run: Type.Optional(Type.Boolean({ default: true })),
    plan: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{16}$', description: 'For `restore_config`: which plan.' }),
    ),
    allow_disruptive: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'For `restore_config`: initiators may lose what they may be using.',
      }),
    ),
  }),
  answers: {
    200: { description: 'What was done, or would be.', schema: reconciliationShape },
    202: {
      description: 'For `restore_config`: the task that does it.',
      schema: Type.Object(taskDetail),
    },
  },
  problems: ['permission_missing', 'task_not_possible'],
  faultsOf({ strategy, dry_run: dryRun, plan }) {
    const isMissing = strategy === 'restore_config' && dryRun === false && plan === undefined
    const message = 'must be the plan that was answered with dry_run'
    return Promise.resolve(isMissing ? [{ path: '/body/plan', message }] : [])
  },
  async handle({ body, principal, origin, context }) {
    const { strategy, checks = checkNames, dry_run: dryRun = true } = body
    if (strategy === 'restore_config' && !dryRun) {
      const { plan, allow_disruptive = false } = body
      const params = { checks, plan, allow_disruptive }
      const draft = { kind: 'consistency_restore_config', params }
      requirePermission(principal, 'tasks:run-destructive', context.observer)
      // What cannot be done is told at once, and decided once more when its turn comes.
      await context.tasks.plan(draft)
      const { task } = await context.tasks.submit(draft, {
        user: principal.username,
        note: (transaction, made) =>
          auditTask(transaction, context, { principal, origin, action: 'task.create', task: made }),
      })
      return {
        status: 202,
        json: await taskJson(context, task.id),
        headers: { Location: `/api/v1/tasks/${task.id}` },
      }
    }
    const request = { strategy, checks, dryRun }
    const done = await reconciled(context, principal, origin, request)
    return { status: 200, json: reconciliationJson(done) }
  },
})

function reconciled(
  context: ApiContext,
  principal: Principal,
  origin: Origin,
  request: { strategy: Strategy; checks: readonly (typeof checkNames)[number][]; dryRun: boolean },
) {
  return context.consistency.reconcile(
    { ...request, by: principal.username },
    changeNote(context, {
      ...{ principal, origin, action: `consistency.${request.strategy}` },
      subject: () => request.checks.join(', '),
      fieldsOf: ({ strategy, remembered, forgotten }) => ({ strategy, remembered, forgotten }),
    }),
  )
}

const history = route({
  method: 'get',
  path: `${BASE}/history`,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'How checks ended in the last 30 days',
  query: Type.Object({
    check: Type.Optional(oneOf(checkNames)),
    status: Type.Optional(oneOf(statuses)),
    ...page,
  }),
  answers: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({ results: Type.Array(resultShape), total: integer }),
    },
  },
  async handle({ query, context }) {
    const { results, total } = await pastResults(context.db, {
      ...query,
      ...{ limit: query.limit ?? DEFAULT_LIMIT, offset: query.offset ?? 0 },
    })
    const json = results.map(({ checkedAt, durationSeconds, ...result }) => ({
      ...result,
      ...{ checked_at: checkedAt.toISOString(), duration_seconds: durationSeconds },
    }))
    return { status: 200, json: { results: json, total } }
  },
})

const get = route({
  method: 'get',
  path: `${BASE}/differences/:id`,
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'One difference',
  params: id,
  answers: { 200: { description: 'As it was found last.', schema: differenceShape } },
  problems: ['difference_not_found'],
  handle({ params, context }) {
    const difference = context.consistency.difference(params.id)
    return { status: 200, json: differenceJson(difference, context.now()) }
  },
})

const ignore = route({
  method: 'post',
  path: `${BASE}/differences/:id/ignore`,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Leave a difference alone',
  description:
    'It is shown and counts for nothing, until a time or for ever, also when it goes and comes back.',
  params: id,
  body: Type.Object({
    reason: Type.String({ minLength: 1, maxLength: 4096 }),
    until: Type.Optional(nullable(time)),
  }),
  answers: { 200: { description: 'The difference.', schema: differenceShape } },
  problems: ['difference_not_found'],
  async handle({ params, body, principal, origin, context }) {
    const { reason, until } = body
    const end = until == null ? null : futureDateOf(until, '/body/until', context.now())
    const { consistency } = context
    const found = consistency.difference(params.id)
    const given = { reason, until: end, by: principal.username }
    const after = await consistency.ignore(
      params.id,
      given,
      ignoredNote(context, principal, origin),
    )
    return { status: 200, json: differenceJson({ ...found, ignored: after }, context.now()) }
  },
})

const heed = route({
  method: 'delete',
  path: `${BASE}/differences/:id/ignore`,
  guard: 'monitoring:write',
  tag: 'monitoring',
  summary: 'Count a difference again',
  params: id,
  answers: { 204: { description: 'It counts again.' } },
  problems: ['difference_not_found'],
  async handle({ params, principal, origin, context }) {
    await context.consistency.heed(params.id, ignoredNote(context, principal, origin))
    return { status: 204 }
  },
})

function ignoredNote(context: ApiContext, principal: Principal, origin: Origin) {
  return changeNote<{ id: string; sentence: string; reason: string; until: Date | null }>(context, {
    ...{ principal, origin, action: 'consistency.ignore' },
    subject: ({ id: difference }) => difference,
    fieldsOf: ({ sentence, reason, until }) => ({
      ...{ sentence, reason, until: until?.toISOString() ?? null },
    }),
  })
}

/** What is compared, what was found, and what is done about it. */
export const consistencyRoutes = [list, check, reconcile, history, get, ignore, heed]
