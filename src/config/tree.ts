/** A configuration that is not checked yet. */
export type Tree = Record<string, unknown>

/** The value at a path; undefined when there is none. */
export function valueAt(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isTree(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    tree,
  )
}

/** The tree with the value at the path; what is no section on the way there stays, to be complained about. */
export function withValue(tree: Tree, [key, ...rest]: readonly string[], value: unknown): Tree {
  if (key === undefined) return tree
  if (rest.length === 0) return { ...tree, [key]: value }
  const inner = tree[key] ?? {}
  return isTree(inner) ? { ...tree, [key]: withValue(inner, rest, value) } : tree
}

/** Whether it is a mapping: neither null nor a list. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Freezes the value and all that is in it. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
