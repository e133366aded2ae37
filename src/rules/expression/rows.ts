import type { Labels } from '../../history/metrics.ts'
import { mayBeSame } from '../../snapshot.ts'
import { either, unknownNumber, type Bounds } from './bounds.ts'

/** What is known of one place. */
export interface Row {
  readonly labels: Labels
  readonly value: Bounds
  /** The rows it was made of, of the left and of the right operand, for whoever wants to know why. */
  readonly left: Row | null
  readonly right: Row | null
}

/** Places that may be there and could not be read: all whose labels do not contradict these. */
export interface Gap {
  readonly labels: Labels
  /** What is known of their values, if they are there. */
  readonly value: Bounds
}

/** What an expression says of all places. */
export interface Rows {
  readonly rows: readonly Row[]
  readonly gaps: readonly Gap[]
}

/** More places than this come of joining what has nothing in common. */
export const MAX_ROWS = 10_000

/** An expression yields more places than are dealt with; the alerts of the rule stay as they are. */
export class TooManyPlacesError extends Error {
  readonly code = 'ERR_TOO_MANY_PLACES'

  constructor() {
    super(`query: more than ${MAX_ROWS} places: join on labels that both sides have`)
    this.name = 'TooManyPlacesError'
  }
}

/** Nothing is known of any place. */
export const nothingKnown: Rows = { rows: [], gaps: [unknownGap({})] }

/** Of places that could not be read no number is known. */
export function unknownGap(labels: Labels): Gap {
  return { labels, value: unknownNumber }
}

/** A row that is made of none. */
export function leaf(labels: Labels, value: Bounds): Row {
  return { labels, value, left: null, right: null }
}

/** The rows with other values. */
export function mapRows({ rows, gaps }: Rows, change: (value: Bounds) => Bounds): Rows {
  return {
    rows: rows.map((row) => {
      return { labels: row.labels, value: change(row.value), left: row, right: null }
    }),
    gaps: gaps.map(({ labels, value }) => ({ labels, value: change(value) })),
  }
}

/** Of two places of which each belongs to the other, the labels of both. */
function merged(one: Labels, other: Labels): Labels {
  let more = false
  for (const name in other) more ||= !(name in one)
  return more ? { ...one, ...other } : one
}

/** Joins what both sides have: a place that only one side has comes to nothing. */
export function joinShared(left: Rows, right: Rows, combine: Combine): Rows {
  return {
    rows: joined(left, right, combine).rows,
    gaps: [
      ...sharedGaps(left.gaps, right, combine),
      ...sharedGaps(right.gaps, left, (other, gap) => combine(gap, other)),
    ],
  }
}

/** `or`: a place that only one side has is as that side says. */
export function joinEither(left: Rows, right: Rows): Rows {
  const { rows, matchedLeft, matchedRight } = joined(left, right, either)
  const alone = (own: Rows, matched: ReadonlySet<Row>, other: Rows, isLeft: boolean): Row[] =>
    own.rows
      .filter((row) => !matched.has(row))
      .map((row) => {
        const value = maybeEither(row, other.gaps)
        const [ofLeft, ofRight] = isLeft ? [row, null] : [null, row]
        return { labels: row.labels, value, left: ofLeft, right: ofRight }
      })
  const open = (gaps: readonly Gap[], other: Rows): Gap[] =>
    gaps.map((gap) => ({
      labels: gap.labels,
      value: maybeEither(gap, [...other.rows, ...other.gaps]),
    }))
  return {
    rows: [
      ...rows,
      ...alone(left, matchedLeft, right, true),
      ...alone(right, matchedRight, left, false),
    ],
    gaps: [...open(left.gaps, right), ...open(right.gaps, left)],
  }
}

type Combine = (left: Bounds, right: Bounds) => Bounds

/** What either side says, where the other side may have the place or not. */
function maybeEither({ labels, value }: Gap, others: readonly Gap[]): Bounds {
  const partners = others.filter((other) => mayBeSame(other.labels, labels))
  return {
    low: value.low,
    high: Math.max(value.high, ...partners.map((other) => other.value.high)),
  }
}

/** The pairs of rows whose labels do not contradict each other. */
function joined(
  left: Rows,
  right: Rows,
  combine: Combine,
): { rows: Row[]; matchedLeft: Set<Row>; matchedRight: Set<Row> } {
  const rows: Row[] = []
  const matchedLeft = new Set<Row>()
  const matchedRight = new Set<Row>()
  const ofRight = byShape(right.rows)
  for (const ours of byShape(left.rows)) {
    for (const theirs of ofRight) {
      const common = ours.names.filter((name) => theirs.names.includes(name))
      const index = indexOf(theirs.rows, common)
      for (const one of ours.rows) {
        for (const other of index.get(keyOf(one.labels, common)) ?? []) {
          if (rows.length >= MAX_ROWS) throw new TooManyPlacesError()
          matchedLeft.add(one)
          matchedRight.add(other)
          rows.push({
            labels: merged(one.labels, other.labels),
            value: combine(one.value, other.value),
            left: one,
            right: other,
          })
        }
      }
    }
  }
  return { rows, matchedLeft, matchedRight }
}

/** Rows that have labels of the same names, and these names. */
interface Shape {
  names: readonly string[]
  rows: Row[]
}

/** Most often all rows are of one shape: those of one metric. */
function byShape(rows: readonly Row[]): Shape[] {
  const shapes: Shape[] = []
  for (const row of rows) {
    const names = namesOf(row.labels)
    const shape = shapes.find((each) => each.names === names)
    if (shape === undefined) shapes.push({ names, rows: [row] })
    else shape.rows.push(row)
  }
  return shapes
}

const namesOfLabels = new WeakMap<Labels, readonly string[]>()
const knownNames = new Map<string, readonly string[]>()

/** The names of labels, in order: the same array for the same names, of which there are as many as kinds of places. */
function namesOf(labels: Labels): readonly string[] {
  const found = namesOfLabels.get(labels)
  if (found !== undefined) return found
  const sorted = Object.keys(labels).sort()
  const key = JSON.stringify(sorted)
  const names = knownNames.get(key) ?? sorted
  knownNames.set(key, names)
  namesOfLabels.set(labels, names)
  return names
}

function indexOf(rows: readonly Row[], names: readonly string[]): Map<string, Row[]> {
  const index = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row.labels, names)
    const found = index.get(key)
    if (found === undefined) index.set(key, [row])
    else found.push(row)
  }
  return index
}

/** The values of some labels: different ones give a different text, whatever is in them. */
export function keyOf(labels: Labels, names: readonly string[]): string {
  let key = ''
  for (const name of names) {
    const value = labels[name] ?? ''
    key += `${value.length}:${value}`
  }
  return key
}

/** Places that may be there, where the other side has them or may have them. */
function sharedGaps(gaps: readonly Gap[], other: Rows, combine: Combine): Gap[] {
  return gaps.flatMap((gap) => {
    const pairs = [...other.rows, ...other.gaps]
      .filter(({ labels }) => mayBeSame(gap.labels, labels))
      .map(({ labels, value }) => ({ labels, value: combine(gap.value, value) }))
    const [first] = pairs
    if (first === undefined) return []
    // Most often nothing is known of any of them.
    const alike = pairs.every(({ value }) => isSame(value, first.value))
    if (alike) return [{ labels: gap.labels, value: first.value }]
    return pairs.map(({ labels, value }) => ({ labels: merged(gap.labels, labels), value }))
  })
}

function isSame(one: Bounds, other: Bounds): boolean {
  return one.low === other.low && one.high === other.high
}

/** Groups rows by some of their labels and makes one row of each group. */
export function groupRows(
  { rows, gaps }: Rows,
  by: readonly string[],
  aggregate: (values: readonly Bounds[], unread: readonly Bounds[]) => Bounds,
): Rows {
  const groups = new Map<string, { labels: Labels; values: Bounds[] }>()
  for (const { labels, value } of rows) {
    const key = keyOf(labels, by)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { labels: only(labels, by), values: [value] })
    else group.values.push(value)
  }
  const openings = gaps.map(({ labels, value }) => ({ labels: only(labels, by, false), value }))
  return {
    rows: [...groups.values()].map(({ labels, values }) => {
      const unread = openings.filter((opening) => mayBeSame(opening.labels, labels))
      return leaf(
        labels,
        aggregate(
          values,
          unread.map(({ value }) => value),
        ),
      )
    }),
    // A group that is known to be there is open already.
    gaps: openings
      .filter(
        (opening) =>
          !by.every((name) => name in opening.labels) || !groups.has(keyOf(opening.labels, by)),
      )
      .map(({ labels }) => unknownGap(labels)),
  }
}

function only(labels: Labels, names: readonly string[], whole = true): Labels {
  const kept: Record<string, string> = {}
  for (const name of names) {
    const value = labels[name]
    if (value !== undefined || whole) kept[name] = value ?? ''
  }
  return kept
}

/** Of a place that is there: its number is not known. */
export function unknownRow(labels: Labels): Row {
  return leaf(labels, unknownNumber)
}
