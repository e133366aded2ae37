import type { DifferenceKind, RawDifference, Role, Side, SideValue, Thing } from './difference.ts'

/** Whether a side has the thing; null where it cannot say. */
type Presence = boolean | null

/**
 * Compares what up to four sides say, at most one of each role, and names every difference once, in the order of
 * names. A side that is absent or unread, and one that is blind to a place, says nothing: what cannot be known is no
 * difference. The attributes of what the database knows follow what the others agree on, so they differ from nothing;
 * they are shown. Pure.
 */
export function compare(sides: readonly Side[]): RawDifference[] {
  const asked = sides.filter(({ state }) => state !== 'absent')
  const things = new Map<string, Thing>()
  for (const { things: some } of asked) {
    for (const [name, thing] of some) if (!things.has(name)) things.set(name, thing)
  }
  const kinds = new Map<string, DifferenceKind>()
  const found: RawDifference[] = []
  const byRole = new Map(asked.map((side) => [side.role, side]))
  for (const [name, thing] of things) {
    const kind = presenceKind(byRole, thing)
    if (kind === null) found.push(...attributeDifferences(asked, thing))
    else {
      kinds.set(name, kind)
      found.push({ kind, thing, attribute: null, values: valuesOf(asked, thing, shownOn) })
    }
  }
  // Only what is told is put in order: there may be tens of thousands of things, and few differences.
  return found
    .filter(({ kind, thing }) => !isToldByParent(kind, thing, things, kinds))
    .sort((one, other) => byName(one.thing.name, other.thing.name))
}

/** A part is told by what it is part of, when both are gone, or both are there and not configured. */
function isToldByParent(
  kind: DifferenceKind,
  thing: Thing,
  things: ReadonlyMap<string, Thing>,
  kinds: ReadonlyMap<string, DifferenceKind>,
): boolean {
  if (kind === 'different') return false
  for (let name = thing.parent; name !== null; name = things.get(name)?.parent ?? null) {
    if (kinds.get(name) === kind) return true
  }
  return false
}

/** How the sides disagree on whether there is such a thing; null when they do not, or nobody can tell. */
function presenceKind(sides: ReadonlyMap<Role, Side>, thing: Thing): DifferenceKind | null {
  const on = (role: Role): Presence => {
    const side = sides.get(role)
    return side === undefined ? null : presence(side, thing)
  }
  const hasData = sides.has('data')
  const live = on('live')
  const exists = hasData ? on('data') : live
  const configured = on('configured')
  const known = on('known')
  // It was there, or is served now: what it held cannot be had any more.
  if (exists === false && (known === true || (hasData && live === true))) return 'missing'
  if (configured === true && (exists === false || live === false)) return 'pending'
  if (configured === false && (exists === true || live === true)) return 'orphaned'
  return null
}

function presence(side: Side, thing: Thing): Presence {
  if (side.state !== 'read') return null
  if (side.things.has(thing.name)) return true
  return side.blind?.(thing) === true ? null : false
}

function attributeDifferences(sides: readonly Side[], thing: Thing): RawDifference[] {
  const found: RawDifference[] = []
  const told = new Map<string, string>()
  const differing = new Set<string>()
  for (const { role, state, things } of sides) {
    if (role === 'known' || state !== 'read') continue
    const attributes = things.get(thing.name)?.attributes ?? {}
    for (const attribute in attributes) {
      const value = attributes[attribute] ?? null
      if (value === null) continue
      const other = told.get(attribute)
      if (other === undefined) told.set(attribute, value)
      else if (other !== value) differing.add(attribute)
    }
  }
  for (const attribute of [...differing].sort(byName)) {
    const attributeOn = (side: Side) => side.things.get(thing.name)?.attributes[attribute] ?? null
    const values = valuesOf(sides, thing, attributeOn)
    found.push({ kind: 'different', thing, attribute, values })
  }
  return found
}

function shownOn({ things }: Side, { name }: Thing) {
  return things.get(name)?.shown ?? null
}

function valuesOf(
  sides: readonly Side[],
  thing: Thing,
  valueOn: (side: Side, thing: Thing) => string | null,
): SideValue[] {
  return sides.map((side) => {
    const { role, source, takenAt } = side
    const there = presence(side, thing)
    const state = there === null ? 'unknown' : there ? 'present' : 'absent'
    return { role, source, state, value: there === true ? valueOn(side, thing) : null, takenAt }
  })
}

const collator = new Intl.Collator('en', { numeric: true })

/** Slot 10 comes after slot 9; names that the collator takes for equal have an order all the same. */
function byName(one: string, other: string): number {
  return collator.compare(one, other) || (one < other ? -1 : one > other ? 1 : 0)
}
