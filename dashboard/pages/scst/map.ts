import { grouped } from '../../ui/grouped.ts'
import type { Device, Session, Target } from '../../wire/types.ts'
import { isPattern, lunSets, type LunSet } from './access.ts'

/** The columns of the map, from who asks to what is served. */
export type Column = 'initiators' | 'sets' | 'devices'

/** A box of the map. */
export interface MapNode {
  id: string
  column: Column
  /** What it is called; of things that are drawn as one those that it stands for. */
  names: readonly string[]
  /** Of a LUN set. */
  set: LunSet | null
  /** Of an initiator: none of its names is logged in, or it is a pattern. */
  idle: boolean
  /** Top of the box. */
  y: number
}

/** A line between two boxes. */
export interface MapEdge {
  from: string
  to: string
  /** LUNs that it stands for; empty between an initiator and a LUN set. */
  luns: readonly number[]
  /** Of an initiator: sessions that it stands for. */
  sessions: number
}

/** A target around its LUN sets. */
export interface MapTarget {
  target: Target
  y: number
  height: number
}

/** What is drawn, in pixels. */
export interface ScstMap {
  targets: readonly MapTarget[]
  nodes: readonly MapNode[]
  edges: readonly MapEdge[]
  height: number
}

/** Height of a line of the map. */
export const ROW = 30
/** Height of a box. */
export const BOX = 24
const TARGET_HEAD = 28
const TARGET_GAP = 14

/** A column of more boxes draws what is alike as one. */
const MOST = 36
/** As many have to be alike. */
const ALIKE = 3

interface End {
  name: string
  /** By LUN set. */
  edges: Map<string, { luns: number[]; sessions: number }>
  idle: boolean
}

/**
 * Initiators, LUN sets in their targets, and devices. Where there are many of them, initiators with access to the
 * same, and devices that are mapped in the same LUN sets, are one box, but for those in `unfolded`.
 */
export function mapOf(
  targets: readonly Target[],
  sessions: readonly Session[],
  devices: readonly Device[],
  unfolded: ReadonlySet<string> = new Set(),
): ScstMap {
  const sets = lunSets(targets, sessions)
  const placed = placedSets(targets, sets)
  const heights = new Map(placed.nodes.map(({ id, y }) => [id, y]))
  const columns = [
    boxes('initiators', initiatorEnds(sets), heights, unfolded),
    boxes('devices', deviceEnds(sets, devices), heights, unfolded),
  ]
  const nodes = [...placed.nodes, ...columns.flatMap((column) => column.nodes)]
  const bottom = Math.max(placed.height, ...nodes.map(({ y }) => y + ROW))
  return {
    targets: placed.targets,
    nodes,
    edges: columns.flatMap(({ edges }) => edges),
    height: bottom,
  }
}

function placedSets(targets: readonly Target[], sets: readonly LunSet[]) {
  const byTarget = grouped(sets, ({ target }) => target.id)
  const nodes: MapNode[] = []
  const around: MapTarget[] = []
  let y = 0
  for (const target of targets) {
    const own = byTarget.get(target.id) ?? []
    const height = TARGET_HEAD + Math.max(own.length, 0) * ROW + 4
    around.push({ target, y, height })
    own.forEach((set, index) => {
      nodes.push({
        ...{ id: set.id, column: 'sets', set, idle: false },
        ...{ names: [set.group ?? ''], y: y + TARGET_HEAD + index * ROW },
      })
    })
    y += height + TARGET_GAP
  }
  return { nodes, targets: around, height: y }
}

function initiatorEnds(sets: readonly LunSet[]): End[] {
  const ends = new Map<string, End>()
  for (const { id, initiators } of sets) {
    for (const { initiator, sessions } of initiators) {
      const end: End = ends.get(initiator) ?? { name: initiator, edges: new Map(), idle: true }
      end.edges.set(id, { luns: [], sessions: sessions.length })
      end.idle &&= sessions.length === 0
      ends.set(initiator, end)
    }
  }
  return [...ends.values()]
}

function deviceEnds(sets: readonly LunSet[], devices: readonly Device[]): End[] {
  const names = devices.filter(({ handler }) => handler !== null).map(({ name }) => name)
  const ends = new Map<string, End>(
    names.map((name) => [name, { name, edges: new Map(), idle: false }]),
  )
  for (const { id, luns } of sets) {
    for (const { lun, device } of luns) {
      if (device === null) continue
      const end: End = ends.get(device) ?? { name: device, edges: new Map(), idle: false }
      const edge = end.edges.get(id)
      if (edge === undefined) end.edges.set(id, { luns: [lun], sessions: 0 })
      else edge.luns.push(lun)
      ends.set(device, end)
    }
  }
  return [...ends.values()]
}

/** The boxes of a column, as high as the LUN sets that they are joined to: lines are short, and few of them cross. */
function boxes(
  column: 'initiators' | 'devices',
  ends: readonly End[],
  heights: ReadonlyMap<string, number>,
  unfolded: ReadonlySet<string>,
) {
  const classes = grouped(ends, likeness)
  const all = [...classes].flatMap(([likeness, alike]) => {
    const id = `${column} ${likeness}`
    const fold = ends.length > MOST && alike.length >= ALIKE && !unfolded.has(id)
    return fold
      ? [{ id, alike }]
      : alike.map((end) => ({ id: idOf(column, end.name), alike: [end] }))
  })
  const place = ({ alike: [first] }: { alike: readonly End[] }): number => {
    const own = [...(first?.edges.keys() ?? [])].map((set) => heights.get(set) ?? 0)
    if (own.length === 0) return Infinity
    return own.reduce((sum, y) => sum + y, 0) / own.length
  }
  const inOrder = all
    .map((box) => ({ ...box, place: place(box) }))
    .sort((one, other) => (one.place === other.place ? 0 : one.place - other.place))
  let next = 0
  const nodes = inOrder.map(({ id, alike, place: wanted }): MapNode => {
    const y = Number.isFinite(wanted) ? Math.max(next, wanted) : next
    next = y + ROW
    const names = alike.map(({ name }) => name).sort(inNumbers)
    const idle = alike.every((end) => end.idle)
    return { id, column, names, set: null, idle, y }
  })
  return { nodes, edges: inOrder.flatMap(({ id, alike }) => edgesOf(column, id, alike)) }
}

function inNumbers(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

/** The box of an initiator or a device that is drawn for itself. */
export function idOf(column: 'initiators' | 'devices', name: string): string {
  return `${column} one ${name}`
}

/** Joined to the same LUN sets; who is logged in is another than who is not, and a pattern is nobody. */
function likeness({ name, edges, idle }: End): string {
  return [isPattern(name) ? 'pattern' : idle ? 'idle' : '', ...[...edges.keys()].sort()].join(' ')
}

function edgesOf(
  column: 'initiators' | 'devices',
  id: string,
  alike: readonly End[],
): readonly MapEdge[] {
  const sets = alike[0]?.edges.keys() ?? []
  return [...sets].map((set) => {
    const edges = alike.flatMap((end) => end.edges.get(set) ?? [])
    return {
      ...(column === 'initiators' ? { from: id, to: set } : { from: set, to: id }),
      luns: edges.flatMap(({ luns }) => luns).sort((one, other) => one - other),
      sessions: edges.reduce((sum, { sessions }) => sum + sessions, 0),
    }
  })
}

/** What is on the way through a box. */
export interface Paths {
  nodes: ReadonlySet<string>
  edges: ReadonlySet<MapEdge>
}

/** The boxes and lines on the paths through a box or a target: what an initiator reaches, and who reaches a device. */
export function pathsThrough({ nodes, edges }: ScstMap, id: string): Paths {
  const column = nodes.find((node) => node.id === id)?.column
  const sets = nodes.filter(({ set }) => set?.id === id || set?.target.id === id)
  const centre = new Set([id, ...sets.map((node) => node.id)])
  const own = edges.filter(({ from, to }) => centre.has(from) || centre.has(to))
  // Over a LUN set the way goes on to the other side only: who else is at the same set is not on it.
  const [through, next] =
    column === 'initiators'
      ? [new Set(own.map(({ to }) => to)), ({ from }: MapEdge) => from]
      : [new Set(own.map(({ from }) => from)), ({ to }: MapEdge) => to]
  const onward = column === 'sets' || column === undefined ? [] : edges
  const on = new Set([...own, ...onward.filter((edge) => through.has(next(edge)))])
  return {
    nodes: new Set([...centre, ...[...on].flatMap(({ from, to }) => [from, to])]),
    edges: on,
  }
}

/** Numbers as spans, e.g. `0-3, 7`. */
export function spansOf(numbers: readonly number[]): string {
  const spans: [number, number][] = []
  for (const number of [...new Set(numbers)].sort((one, other) => one - other)) {
    const last = spans.at(-1)
    if (last?.[1] === number - 1) last[1] = number
    else spans.push([number, number])
  }
  return spans.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}
