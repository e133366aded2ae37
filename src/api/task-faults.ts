import type { TaskKind } from '../tasks/kind.ts'
import type { Fault } from './problem.ts'
import { faultsBySchema } from './validate.ts'

/** What of a task its schema cannot say: that there is such a kind, and what that takes. */
export function faultsOfTask(
  kinds: readonly TaskKind[],
  kind?: string,
  params: unknown = {},
): Fault[] {
  if (kind === undefined) return []
  const found = kinds.find(({ name }) => name === kind)
  if (found !== undefined) return faultsBySchema(found.schema, params, '/body/params')
  const names = kinds.map(({ name }) => name).join(', ')
  return [{ path: '/body/kind', message: `must be one of ${names}` }]
}
