import { createHash } from 'node:crypto'
import type { TaskKind } from './kind.ts'
import type { Step, TaskParams } from './task.ts'

/** All that a task has to itself while it runs, each once; the one of `resource` comes first. */
export function resourcesOf(kind: TaskKind, params: TaskParams): string[] {
  const first = kind.resource(params)
  return [...new Set([...(first === null ? [] : [first]), ...(kind.resources?.(params) ?? [])])]
}

/** Tells a plan from others, by what is done to what in which order: 16 hexadecimal digits. */
export function hashOfPlan(kind: TaskKind, params: TaskParams, steps: readonly Step[]): string {
  const compared = steps.map((step): unknown => {
    const { name, description, data } = step
    return kind.comparable === undefined ? [name, description, data] : kind.comparable(step)
  })
  const said = [kind.name, params, resourcesOf(kind, params), compared]
  return createHash('sha256')
    .update(JSON.stringify(sorted(said)))
    .digest('hex')
    .slice(0, 16)
}

/** The same, with the members of objects in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part: unknown) => sorted(part))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]))
}
