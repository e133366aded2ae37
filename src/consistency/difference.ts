/** What is compared. */
export const checkNames = ['vtl', 'scst', 'library'] as const
export type CheckName = (typeof checkNames)[number]

/**
 * How sides disagree. `pending`: configured and not live yet; `orphaned`: there and not configured; `missing`: it was
 * there, or is said to be, and its data are gone; `different`: there on both sides, with other attributes.
 */
export const differenceKinds = ['missing', 'orphaned', 'pending', 'different'] as const
export type DifferenceKind = (typeof differenceKinds)[number]

/**
 * What a side knows. `data`: what exists, e.g. media on disk; `live`: what is served now; `configured`: what ought to
 * be; `known`: what the database remembers. Where no side is `data`, what is live is all that exists.
 */
export type Role = 'data' | 'live' | 'configured' | 'known'

/** Where something is, in the words of the standards: library, slot, barcode; target, group, lun, initiator, device. */
export type Place = Readonly<Record<string, string>>

/** A value of an attribute; null is unknown, and differs from nothing. */
export type Value = string | null

/** Something with a name that sides may have or not. */
export interface Thing {
  /** The same on every side; no other thing of the check has it. */
  name: string
  /** Kind of thing, e.g. `medium`, `lun`. */
  what: string
  /** Name of the thing it is part of: when that is missing as a whole, its parts are not told one by one. */
  parent: string | null
  place: Place
  /** What is shown of it where the others do not have it, e.g. the device behind a LUN. */
  shown: Value
  attributes: Readonly<Record<string, Value>>
}

/** What one source says. `absent`: there is no such source on this appliance. */
export interface Side {
  role: Role
  /** In words, e.g. `/etc/scst.conf`. */
  source: string
  state: 'read' | 'unread' | 'absent'
  /** Why it was not read, or not all of it, or why there is none; null when all was read. */
  reason: string | null
  /** When it was read; null when it was not, or nobody knows. */
  takenAt: Date | null
  things: ReadonlyMap<string, Thing>
  /** Whether the side can say nothing of this thing: its place could not be read. */
  blind?: (thing: Thing) => boolean
}

/** What one side has to say of a difference. */
export interface SideValue {
  role: Role
  source: string
  state: 'present' | 'absent' | 'unknown'
  value: Value
  takenAt: Date | null
}

/** Where sides disagree, before anybody has put it into words. */
export interface RawDifference {
  kind: DifferenceKind
  thing: Thing
  /** The attribute that is different; null for the other kinds. */
  attribute: string | null
  values: readonly SideValue[]
  /** What else is to be said of it. */
  note?: string
}

/** What can be done about a difference. */
export const remedies = ['adopt_live', 'restore_config', 'ignore'] as const
export type Remedy = (typeof remedies)[number]

/** That somebody has said to leave a difference alone. */
export interface Ignored {
  by: string
  at: Date
  reason: string
  /** Null for ever. */
  until: Date | null
}

/** Where sides disagree, for an operator. */
export interface Difference {
  /** The same as long as the difference is there. */
  id: string
  check: CheckName
  kind: DifferenceKind
  what: string
  name: string
  place: Place
  attribute: string | null
  values: readonly SideValue[]
  /** What is wrong, in a sentence. */
  sentence: string
  /** What to do about it. */
  action: string
  remedies: readonly Remedy[]
  /** The built-in alert that tells of it already; null when none does. */
  toldBy: string | null
  ignored: Ignored | null
}

/** How grave a difference is, for who counts them. */
export function severityOf(kind: DifferenceKind): 'info' | 'warning' | 'critical' {
  if (kind === 'missing') return 'critical'
  return kind === 'pending' ? 'info' : 'warning'
}
