import { Type } from 'typebox'
import { may } from '../../auth/permissions.ts'
import { reportMarkdown } from '../../reports/markdown.ts'
import { MOST_REPORT_DAYS, REPORT_DAYS, WEEKLY_REPORT } from '../../tasks/kinds/weekly-report.ts'
import { ProblemError } from '../problem.ts'
import { route } from '../route.ts'
import { oneOf } from '../schemas.ts'
import { auditTask, taskDetail, taskJson } from '../task-parts.ts'

const WEEKLY = '/api/v1/monitoring/reports/weekly'

const days = Type.Integer({ minimum: 1, maximum: MOST_REPORT_DAYS, default: REPORT_DAYS })

const weekly = route({
  method: 'get',
  path: WEEKLY,
  guard: 'stats:read',
  tag: 'reports',
  summary: 'How the appliance was in the last days',
  description:
    'Markdown, or with `format=json` the same as JSON, which has the Markdown in it, too: alerts, availability, what ' +
    'will be full, tape, SCST, tasks, backups, storwarden itself, and what could not be read. Whose secrets are old ' +
    'is told to those who may manage users.',
  query: Type.Object({
    days: Type.Optional(days),
    format: Type.Optional(oneOf(['markdown', 'json'])),
  }),
  answers: { 200: { description: 'The report.', contentType: 'text/markdown' } },
  async handle({ query, principal, context }) {
    const named = may(principal.role, 'users:manage')
    const report = await context.reports.write({ days: query.days ?? REPORT_DAYS, named })
    const markdown = reportMarkdown(report)
    if (query.format === 'json') return { status: 200, json: { ...report, markdown } }
    return {
      status: 200,
      text: { contentType: 'text/markdown; charset=utf-8', body: markdown },
    }
  },
})

const send = route({
  method: 'post',
  path: `${WEEKLY}/send`,
  guard: 'tasks:run',
  tag: 'reports',
  summary: 'Have the report of the last days sent',
  description:
    `The same as a task of the kind \`${WEEKLY_REPORT}\`, which is answered: \`/api/v1/tasks/:id\` tells whether it ` +
    'was put up for sending, `/api/v1/monitoring/notifications` what became of it.',
  body: Type.Object({
    channels: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
      }),
    ),
    days: Type.Optional(days),
    once: Type.Optional(
      Type.Boolean({
        description:
          'Not when that of this week was sent with it, or by the schedule: then that task is answered.',
      }),
    ),
  }),
  answers: {
    200: { description: 'The task that there is.', schema: Type.Object(taskDetail) },
    201: { description: 'The task.', schema: Type.Object(taskDetail) },
  },
  problems: ['task_not_possible', 'idempotency_key_used'],
  async handle({ body, principal, origin, context }) {
    const takers = context.reports.takers()
    const unable = (body.channels ?? []).find((name) => !takers.includes(name))
    if (unable !== undefined || takers.length === 0) {
      const why =
        unable === undefined
          ? 'no channel is set up that takes reports'
          : `the channel ${unable} is not set up, or takes no reports`
      throw new ProblemError('task_not_possible', why)
    }
    const { once = false, ...params } = body
    const idempotencyKey = once ? context.reports.weekKey() : null
    const { task, created } = await context.tasks.submit(
      { kind: WEEKLY_REPORT, params, idempotencyKey },
      {
        user: principal.username,
        note: (transaction, one) =>
          auditTask(transaction, context, { principal, origin, action: 'task.create', task: one }),
      },
    )
    return {
      status: created ? 201 : 200,
      json: await taskJson(context, task.id),
      headers: { Location: `/api/v1/tasks/${task.id}` },
    }
  },
})

/** The weekly report: read it, have it sent. */
export const reportRoutes = [weekly, send]
