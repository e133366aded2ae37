import { stateOf, type Reading, type Snapshot, type Subjects } from '../snapshot.ts'

/** A metric family that is computed from a snapshot whenever somebody asks. */
export interface Family {
  /** Full name with unit, `_total` for counters. */
  name: string
  help: string
  type: 'gauge' | 'counter'
  /** What it counts: all that its samples are made of, so that those of one reading are the same list each time. */
  subject: keyof Subjects
  samplesOf: (snapshot: Snapshot) => readonly Sample[]
  /** The labels of what is there and whose value is not known; nothing of it is exported. */
  unknownOf: (snapshot: Snapshot) => readonly Labels[]
}

type Labels = Readonly<Record<string, string>>

/** One value of a family. */
export interface Sample {
  labels: Labels
  value: number
}

/** Families about the same things: which they are, and what identifies one. */
export interface FamilyGroup<Subject extends keyof Subjects, Item> {
  subject: Subject
  /** What the names begin with, e.g. `storwarden_tape_drive`. */
  prefix: string
  items(value: Subjects[Subject]): readonly Item[]
  labels(item: Item): Labels
  /** Whether the families tell that there is no answer: then they are exported also where nothing of the subject answered. */
  readonly tellsOfSilence?: boolean
}

/** What a column has of an item that has no such number now, as the speed of a resync that is over: that is known. */
export const NONE = Symbol('none')

/** One family of a group: type, help, and its value; null where it is unknown, and then not exported. */
export type Column<Item> = readonly [
  type: Family['type'],
  help: string,
  value: (item: Item) => number | boolean | null | undefined | typeof NONE,
]

/**
 * The families of a group, by what their names end with. A subject that could
 * not be read has no samples: an old value exported again would look alive.
 */
export function familiesOf<Subject extends keyof Subjects, Item>(
  group: FamilyGroup<Subject, Item>,
  columns: Readonly<Record<string, Column<Item>>>,
): Family[] {
  const placesOf = placesIn(group)
  return Object.entries(columns).map(([suffix, [type, help, valueOf]]) => {
    const samplesOf = onceFor(placesOf, (places) => {
      const samples: Sample[] = []
      for (const { item, labels } of places) {
        const value = valueOf(item)
        if (value === null || value === undefined || value === NONE) continue
        samples.push({ labels, value: Number(value) })
      }
      return samples
    })
    return {
      name: `${group.prefix}_${suffix}`,
      type,
      help,
      subject: group.subject,
      samplesOf: ({ readings }) => samplesOf(readings[group.subject]),
      unknownOf: ({ readings }) =>
        placesOf(readings[group.subject])
          .filter(({ item }) => (valueOf(item) ?? null) === null)
          .map(({ labels }) => labels),
    }
  })
}

/** An item and what it is told by. */
interface Place<Item> {
  item: Item
  labels: Labels
}

type AnyReading = Reading<unknown> | undefined

/**
 * What a group is about in a reading. Labels that say what they said in the reading before are the same object:
 * whoever has made something of them need not do it again.
 */
function placesIn<Subject extends keyof Subjects, Item>(
  group: FamilyGroup<Subject, Item>,
): (reading: AnyReading) => readonly Place<Item>[] {
  let before: readonly Labels[] = []
  const itemsOf = (reading: AnyReading): readonly Item[] => {
    if (reading?.state !== 'read') return []
    if (stateOf(reading) === 'failed' && group.tellsOfSilence !== true) return []
    return group.items(reading.value as Subjects[Subject])
  }
  return onceFor(itemsOf, (items) => {
    const places = items.map((item, index) => {
      const labels = group.labels(item)
      const known = before[index]
      return { item, labels: known !== undefined && isSame(known, labels) ? known : labels }
    })
    before = places.map(({ labels }) => labels)
    return places
  })
}

/** Makes something of what is in a reading, once: readings do not change. */
function onceFor<Part, Made>(
  partOf: (reading: AnyReading) => readonly Part[],
  make: (parts: readonly Part[]) => readonly Made[],
): (reading: AnyReading) => readonly Made[] {
  const made = new WeakMap<object, readonly Made[]>()
  return (reading) => {
    if (reading === undefined) return NOTHING
    const known = made.get(reading) ?? make(partOf(reading))
    made.set(reading, known)
    return known
  }
}

const NOTHING: readonly never[] = []

function isSame(one: Labels, other: Labels): boolean {
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  )
}
