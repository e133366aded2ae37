/** Something that is listed by time, the newest first. */
interface Listed {
  id: string
  timestamp: string
}

/** What is shown of a list that grows at its head. */
export interface Tail<Item extends Listed> {
  /** The newest first. */
  shown: readonly Item[]
  /** Came since, and is not shown yet. */
  waiting: readonly Item[]
  /** More came at once than was read: between what waits and what is shown something is missing. */
  broken: boolean
  /** Where what is older begins; null when there is none. */
  older: string | null
}

/** One page of a list, from its head. */
export interface Page<Item> {
  items: readonly Item[]
  next: string | null
}

/** The tail after the first page was read anew. What is new waits. */
export function withHead<Item extends Listed>(
  tail: Tail<Item> | null,
  { items, next }: Page<Item>,
): Tail<Item> {
  if (tail === null) return { shown: items, waiting: [], broken: false, older: next }
  const known = new Set([...tail.shown, ...tail.waiting].map(({ id }) => id))
  const isNew = items.filter(({ id }) => !known.has(id))
  if (isNew.length === 0) return tail
  const isTorn = isNew.length === items.length && next !== null && known.size > 0
  if (isTorn) return { ...tail, waiting: items, broken: true }
  return { ...tail, waiting: [...isNew, ...tail.waiting] }
}

/** The tail with what waited shown. Where something is missing it begins anew: `older` is where it then goes on. */
export function released<Item extends Listed>(tail: Tail<Item>, older: string | null): Tail<Item> {
  if (tail.waiting.length === 0) return tail
  if (tail.broken) return { shown: tail.waiting, waiting: [], broken: false, older }
  return { ...tail, shown: byTime([...tail.waiting, ...tail.shown]), waiting: [] }
}

/** What is written down late stands where it happened. */
function byTime<Item extends Listed>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((one, other) => +new Date(other.timestamp) - +new Date(one.timestamp))
}

/** The tail with an older page at its end. */
export function withOlder<Item extends Listed>(
  tail: Tail<Item>,
  { items, next }: Page<Item>,
): Tail<Item> {
  const known = new Set(tail.shown.map(({ id }) => id))
  const further = items.filter(({ id }) => !known.has(id))
  return { ...tail, shown: [...tail.shown, ...further], older: next }
}
