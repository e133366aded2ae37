import { Type } from 'typebox'
import { submittedMetrics } from '../../history/store.ts'
import { route } from '../route.ts'
import { oneOf, text } from '../schemas.ts'

/** What can be asked for by name. */
export const metricNames = route({
  method: 'get',
  path: '/api/v1/monitoring/metrics/names',
  guard: 'monitoring:read',
  tag: 'monitoring',
  summary: 'The metrics that have a history',
  description: 'Those of this version, and those that were handed in.',
  answers: {
    200: {
      description: 'By name.',
      schema: Type.Object({
        names: Type.Array(
          Type.Object({ name: text, type: oneOf(['counter', 'gauge', 'histogram']), help: text }),
        ),
      }),
    },
  },
  async handle({ context }) {
    const own = context.metricNames.map(({ name, type, help }) => ({ name, type, help }))
    const known = new Set(own.map(({ name }) => name))
    const submitted = (await submittedMetrics(context.db)).filter(({ name }) => !known.has(name))
    const all = [...own, ...submitted.map((of) => ({ ...of, help: '' }))]
    return { status: 200, json: { names: all.sort((a, b) => (a.name < b.name ? -1 : 1)) } }
  },
})
