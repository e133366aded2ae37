import type { Attribute } from '../config.ts'
import { step, type Phase, type ScstStep } from './step.ts'

/** Attributes as they are wanted, and as they are. */
export interface AttributePair {
  wanted: readonly Attribute[]
  running: readonly Attribute[]
}

/** What is set in another way: by making it, or by commands of its own. */
const NOT_SET = new Set(['enabled', 'HW_TARGET', 'pr_file_name'])

/** Sets the attributes of a place that are not as they are wanted; those of which there can be several are not among them. */
export function attributeSteps(
  path: string,
  phase: Phase,
  what: string,
  { wanted, running }: AttributePair,
  except: readonly string[] = [],
): ScstStep[] {
  return differing({ wanted, running })
    .filter(({ name }) => !NOT_SET.has(name) && !except.includes(name))
    .map(({ name, value }) =>
      step({
        // A line end by itself takes away what was set.
        ...{ phase, path: `${path}/${name}`, text: value === '' ? '\n' : value, shown: value },
        words: `Set ${name} of ${what} to ${value === '' ? 'nothing' : value}.`,
      }),
    )
}

/** Attributes that are wanted otherwise than they are; the last one of a name holds. */
export function differing({ wanted, running }: AttributePair): { name: string; value: string }[] {
  const last = new Map(wanted.map(({ name, value }) => [name, value]))
  const is = new Map(running.map(({ name, value }) => [name, value]))
  return [...last].flatMap(([name, value]) => {
    if (typeof value !== 'string') return []
    const has = is.get(name)
    return typeof has === 'string' && same(value, has) ? [] : [{ name, value }]
  })
}

/** Numbers may be written in several ways, 4096 as 0x1000. */
export function same(wanted: string, running: string): boolean {
  const isNumber = /^(0x[\da-f]+|\d+)$/i.test(wanted) && /^\d+$/.test(running)
  return wanted === running || (isNumber && Number(wanted) === Number(running))
}
