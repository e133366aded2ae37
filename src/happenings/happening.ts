import type { NewEvent } from '../events/event.ts'

/** Something that happened on the appliance, as two readings of a subject tell it. */
export interface Happening {
  type: NewEvent['type']
  /** What happened, in a word of the stream: `cartridge_moved`, `session_closed` … */
  event: string
  level: 'info' | 'warning' | 'error'
  /** A sentence for people. */
  message: string
  /** Labels as alerts of the place have them, and what happened to it; names in snake_case. */
  data: Readonly<Record<string, unknown>>
  /** It is concluded from what only one of the readings lists, so it is not certain where one has gaps. */
  fromList: boolean
}

/**
 * Those that are only in one of two lists, and pairs of those in both, by a key. Where several have the same
 * key they are taken for the same in their order: of two that are alike it matters how many there are.
 */
export function matched<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): { gone: T[]; come: T[]; both: [T, T][] } {
  const known = new Map<string, T[]>()
  for (const item of before) {
    const alike = known.get(keyOf(item))
    if (alike) alike.push(item)
    else known.set(keyOf(item), [item])
  }
  const come: T[] = []
  const both: [T, T][] = []
  for (const item of after) {
    const earlier = known.get(keyOf(item))?.shift()
    if (earlier === undefined) come.push(item)
    else both.push([earlier, item])
  }
  return { gone: [...known.values()].flat(), come, both }
}
