import { grouped } from '../../ui/grouped.ts'
import type { Device, Session, Target } from '../../wire/types.ts'
import { lunSets, type Access, type Lun, type LunSet } from './access.ts'

/** What a node of the tree stands for. */
export type Subject =
  | { kind: 'target'; target: Target }
  | { kind: 'set'; set: LunSet }
  | { kind: 'lun'; lun: Lun; device: Device | null }
  | { kind: 'initiator'; access: Access }
  | { kind: 'session'; session: Session }

/** A node of the tree, with what is below it. */
export interface TreeNode {
  id: string
  subject: Subject
  /** What it is found by, in small letters. */
  words: string
  children: readonly TreeNode[]
}

/** A line of the tree. */
export interface TreeLine {
  node: TreeNode
  /** From 1. */
  level: number
  /** Null where there is nothing below it. */
  open: boolean | null
  /** Which one of how many on its level, from 1. */
  position: number
  of: number
}

/** Targets, below each its LUN sets, below each of these LUNs and initiators, below these the sessions. */
export function treeOf(
  targets: readonly Target[],
  sessions: readonly Session[],
  devices: readonly Device[],
): readonly TreeNode[] {
  const byName = new Map(devices.map((device) => [device.name, device]))
  const sets = grouped(lunSets(targets, sessions), ({ target }) => target.id)
  return targets.map((target) => ({
    id: target.id,
    subject: { kind: 'target', target },
    words: lower(target.name, target.driver, target.comment),
    children: (sets.get(target.id) ?? []).map((set) => setNode(set, byName)),
  }))
}

function setNode(set: LunSet, devices: ReadonlyMap<string, Device>): TreeNode {
  return {
    id: set.id,
    subject: { kind: 'set', set },
    words: lower(set.group),
    children: [
      ...set.luns.map((lun) => lunNode(set, lun, devices)),
      ...set.initiators.map((access) => initiatorNode(set, access)),
    ],
  }
}

function lunNode(set: LunSet, lun: Lun, devices: ReadonlyMap<string, Device>): TreeNode {
  const device = devices.get(lun.device ?? '') ?? null
  return {
    id: `${set.id}/LUN ${lun.lun}`,
    subject: { kind: 'lun', lun, device },
    words: lower(`LUN ${lun.lun}`, lun.device, device?.handler, device?.filename, device?.usn),
    children: [],
  }
}

function initiatorNode(set: LunSet, access: Access): TreeNode {
  return {
    id: `${set.id}/initiator ${access.initiator}`,
    subject: { kind: 'initiator', access },
    words: lower(access.initiator),
    children: access.sessions.map((session) => ({
      id: session.id,
      subject: { kind: 'session', session },
      words: lower(session.session, ...session.connections.map(({ ip }) => ip)),
      children: [],
    })),
  }
}

function lower(...words: readonly (string | null | undefined)[]): string {
  return words.filter(Boolean).join(' ').toLowerCase()
}

/** With as many nodes the tree begins with the targets alone. */
const FEW = 60

/** Which nodes are open when nobody has opened or closed any: all but the initiators where there are few. */
export function openAtFirst(nodes: readonly TreeNode[]): ReadonlySet<string> {
  const openable = (node: TreeNode): readonly string[] =>
    node.children.length === 0 || node.subject.kind === 'initiator'
      ? []
      : [node.id, ...node.children.flatMap(openable)]
  return nodeCount(nodes) > FEW ? new Set() : new Set(nodes.flatMap(openable))
}

function nodeCount(nodes: readonly TreeNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + nodeCount(children), 0)
}

/** All nodes that have something below them. */
export function allOpen(nodes: readonly TreeNode[]): ReadonlySet<string> {
  const openable = ({ id, children }: TreeNode): readonly string[] =>
    children.length === 0 ? [] : [id, ...children.flatMap(openable)]
  return new Set(nodes.flatMap(openable))
}

/**
 * What has all words that are searched for, on the way to it, in itself or below it; with all that is below it where
 * it has them without that. `found` are those that lead to something found below them.
 */
export function searched(
  nodes: readonly TreeNode[],
  search: string,
): { nodes: readonly TreeNode[]; found: ReadonlySet<string> } {
  const terms = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = new Set<string>()
  const within = (node: TreeNode, missing: readonly string[]): TreeNode | null => {
    const left = missing.filter((term) => !node.words.includes(term))
    if (left.length === 0) return node
    const children = node.children.flatMap((child) => within(child, left) ?? [])
    if (children.length === 0) return null
    found.add(node.id)
    return { ...node, children }
  }
  if (terms.length === 0) return { nodes, found }
  return { nodes: nodes.flatMap((node) => within(node, terms) ?? []), found }
}

/** The lines that are to be seen. */
export function linesOf(
  nodes: readonly TreeNode[],
  open: ReadonlySet<string>,
  level = 1,
): readonly TreeLine[] {
  return nodes.flatMap((node, index) => {
    const isOpen = node.children.length === 0 ? null : open.has(node.id)
    const line = { node, level, open: isOpen, position: index + 1, of: nodes.length }
    return isOpen === true ? [line, ...linesOf(node.children, open, level + 1)] : [line]
  })
}

/** Where a key leads to in the tree, and whether it opens or closes the node it is at. */
export type Step = { to: number } | { open: boolean } | null

/** What a key does, as the authoring practices of ARIA have it for trees. */
export function stepOf(key: string, lines: readonly TreeLine[], at: number): Step {
  const line = lines[at]
  if (line === undefined) return lines.length === 0 ? null : { to: 0 }
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return { to: Math.min(lines.length - 1, at + 1) }
    case 'ArrowUp':
    case 'k':
      return { to: Math.max(0, at - 1) }
    case 'Home':
      return { to: 0 }
    case 'End':
      return { to: lines.length - 1 }
    case 'ArrowRight':
      if (line.open === false) return { open: true }
      return line.open === true ? { to: at + 1 } : null
    case 'ArrowLeft':
      return line.open === true ? { open: false } : parentOf(lines, at)
    default:
      return null
  }
}

function parentOf(lines: readonly TreeLine[], at: number): Step {
  const level = lines[at]?.level ?? 1
  const to = lines.findLastIndex((line, index) => index < at && line.level < level)
  return to < 0 ? null : { to }
}
