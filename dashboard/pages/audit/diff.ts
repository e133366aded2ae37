/** One thing that is another after a change. */
export interface Difference {
  /** Names from the outside in, with dots between. */
  path: string
  kind: 'added' | 'removed' | 'changed'
  before: string | null
  after: string | null
}

type Data = Readonly<Record<string, unknown>>

/** What a change changed; what stayed as it was is left out. */
export function diffOf(before: Data | null, after: Data | null): Difference[] {
  return differences(before ?? {}, after ?? {}, '')
}

function differences(before: Data, after: Data, path: string): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) =>
    difference(before, after, name, path === '' ? name : `${path}.${name}`),
  )
}

function difference(before: Data, after: Data, name: string, path: string): Difference[] {
  const [was, is] = [before[name], after[name]]
  if (isData(was) && isData(is)) return differences(was, is, path)
  if (!(name in before)) {
    // What is new and empty says nothing.
    if (is === null) return []
    return isData(is)
      ? differences({}, is, path)
      : [{ path, kind: 'added', before: null, after: textOf(is) }]
  }
  if (!(name in after)) {
    return isData(was)
      ? differences(was, {}, path)
      : [{ path, kind: 'removed', before: textOf(was), after: null }]
  }
  const [one, other] = [textOf(was), textOf(is)]
  return one === other ? [] : [{ path, kind: 'changed', before: one, after: other }]
}

function isData(value: unknown): value is Data {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0
  )
}

/** Times are shown to the second in UTC, lists with commas. */
function textOf(value: unknown): string {
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) {
    return value.join(', ')
  }
  if (typeof value !== 'string' || value === '') return JSON.stringify(value)
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)
    ? `${value.slice(0, 10)} ${value.slice(11, 19)} UTC`
    : value
}
