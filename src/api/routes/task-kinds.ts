import { Type } from 'typebox'
import { needsConfirmation } from '../../tasks/requests.ts'
import { route } from '../route.ts'
import { data, flag, integer, nullable, number, oneOf, text } from '../schemas.ts'

const kindShape = {
  kind: text,
  summary: text,
  /** JSON schema of the parameters. */
  params_schema: data,
  destructive: flag,
  /** What who asks for it needs. */
  permission: oneOf(['tasks:run', 'tasks:run-destructive']),
  /** Whether the confirmation of a dry run is needed, whatever the parameters are: `force` can need it, too. */
  needs_confirmation: flag,
  /** Whether it can be asked for by a schedule. */
  schedulable: flag,
  /** Whether a step that was under way at a crash is carried out once more. */
  repeatable: flag,
  timeout_seconds: number,
  /** What is tried again by itself after a failure; null: nothing. */
  retry: nullable(Type.Object({ times: integer, after_seconds: number })),
}

const list = route({
  method: 'get',
  path: '/api/v1/tasks/kinds',
  guard: 'monitoring:read',
  tag: 'tasks',
  summary: 'What the daemon can be asked for',
  answers: {
    200: {
      description: 'By name, each with the JSON schema of its parameters.',
      schema: Type.Object({ kinds: Type.Array(Type.Object(kindShape)) }),
    },
  },
  handle({ context }) {
    const kinds = context.tasks.kinds.map((kind) => ({
      ...{ kind: kind.name, summary: kind.summary, params_schema: kind.schema },
      destructive: kind.destructive,
      permission: kind.destructive ? 'tasks:run-destructive' : 'tasks:run',
      ...{ needs_confirmation: needsConfirmation(kind, {}), schedulable: !kind.destructive },
      ...{ repeatable: kind.repeatable, timeout_seconds: kind.timeoutSeconds },
      retry:
        kind.retry === undefined
          ? null
          : { times: kind.retry.times, after_seconds: kind.retry.afterSeconds },
    }))
    kinds.sort((one, other) => (one.kind < other.kind ? -1 : 1))
    return { status: 200, json: { kinds } }
  },
})

/** The kinds of tasks. */
export const taskKindRoutes = [list]
