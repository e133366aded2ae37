import type { CheckName, RawDifference, Side, Thing } from './difference.ts'

/** A thing as the database remembers it. */
export interface KnownThing extends Thing {
  check: CheckName
  /** Who has said that it is so; null when the daemon saw it by itself. */
  adoptedBy: string | null
}

/** What the database is to remember from now on. */
export interface Learned {
  /** New things, and those that have changed. */
  remember: readonly KnownThing[]
  forget: readonly Pick<KnownThing, 'check' | 'name'>[]
}

/** The database as a side: it always answers, or nothing is compared at all. */
export function knownSide(things: readonly KnownThing[]): Side {
  return {
    ...{ role: 'known', source: 'database', state: 'read', reason: null, takenAt: null },
    things: new Map(things.map((thing) => [thing.name, thing])),
  }
}

/**
 * What of these things is new or has changed since it was remembered. Nothing is forgotten by itself: what is gone is
 * missed until somebody says that this is well.
 */
export function learn(
  check: CheckName,
  things: readonly Thing[],
  known: readonly KnownThing[],
): KnownThing[] {
  const before = new Map(known.map((thing) => [thing.name, thing]))
  return things.flatMap(({ name, what, parent, place, shown, attributes }) => {
    const old = before.get(name)
    const thing = { check, name, what, parent, place, shown, attributes }
    if (old !== undefined && isSame(thing, old)) return []
    return [{ ...thing, adoptedBy: old?.adoptedBy ?? null }]
  })
}

/**
 * Things that exist and that another source has as well; where there is no other source, all that exist. Nothing where
 * the other sources could not be read.
 */
export function agreed(sides: readonly Side[]): Thing[] {
  const told = sides.filter(({ role, state }) => role !== 'known' && state !== 'absent')
  const real = told.find(({ role }) => role === 'data') ?? told.find(({ role }) => role === 'live')
  if (real === undefined) return []
  const others = told.filter((side) => side !== real)
  return [...real.things.values()].filter(
    ({ name }) => others.length === 0 || others.some(({ things }) => things.has(name)),
  )
}

/**
 * What adopting the live state makes the database remember: what is there is known, what is gone is not. Differences
 * that the database has no part in change nothing there. Pure.
 */
export function adopt(
  check: CheckName,
  differences: readonly RawDifference[],
  sides: readonly Side[],
  by: string,
): Learned {
  const remember: KnownThing[] = []
  const forget: Pick<KnownThing, 'check' | 'name'>[] = []
  const real = sides.filter(({ role }) => role === 'data' || role === 'live')
  const known = sides.find(({ role }) => role === 'known')
  for (const { kind, thing } of differences) {
    if (kind === 'missing' || kind === 'pending') {
      if (known?.things.has(thing.name) !== true) continue
      forget.push({ check, name: thing.name })
      for (const { name, parent } of known.things.values()) {
        if (parent === thing.name) forget.push({ check, name })
      }
      continue
    }
    const found = real.map(({ things }) => things.get(thing.name)).find((one) => one !== undefined)
    if (found !== undefined) remember.push({ ...found, check, adoptedBy: by })
  }
  return { remember, forget }
}

function isSame(one: Thing, other: Thing): boolean {
  return (
    one.what === other.what &&
    one.parent === other.parent &&
    one.shown === other.shown &&
    sameEntries(one.place, other.place) &&
    sameEntries(one.attributes, other.attributes)
  )
}

function sameEntries(
  one: Readonly<Record<string, string | null>>,
  other: Readonly<Record<string, string | null>>,
): boolean {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => name in other && one[name] === other[name])
  )
}
