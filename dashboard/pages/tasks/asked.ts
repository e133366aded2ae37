import { linkTo } from '../../shell/place.ts'
import type { Filled } from './fields.ts'

/** What an address has filled in of the form of a task. */
export interface Asked {
  kind: string | null
  params: Filled
}

/** Begins the names of parameters, which else would be those of filters. */
const PARAM = 'param.'

/** Reads `start=KIND`, and `param.NAME=VALUE` of what is filled in. */
export function askedOf(query: Readonly<Record<string, string>>): Asked {
  const params = Object.entries(query).flatMap(([name, value]) =>
    name.startsWith(PARAM) ? [[name.slice(PARAM.length), value] as const] : [],
  )
  return { kind: query.start ?? null, params: Object.fromEntries(params) }
}

/** The address of the form of a kind of task, with what is known filled in. */
export function linkToForm(kind: string, params: Filled = {}): string {
  const filled = Object.entries(params).map(([name, value]) => [`${PARAM}${name}`, value] as const)
  return linkTo('tasks', [], { start: kind, ...Object.fromEntries(filled) })
}

/** The same address without what asks for a form. */
export function withoutForm(
  query: Readonly<Record<string, string>>,
): Readonly<Record<string, undefined>> {
  const asked = Object.keys(query).filter((name) => name === 'start' || name.startsWith(PARAM))
  return Object.fromEntries(asked.map((name) => [name, undefined]))
}
