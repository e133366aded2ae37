import { stateOf, type Snapshot, type Subjects } from '../snapshot.ts'

/** A metric family that is computed from a snapshot whenever somebody asks. */
export interface Family {
  /** Full name with unit, `_total` for counters. */
  name: string
  help: string
  type: 'gauge' | 'counter'
  /** What it counts. */
  subject: keyof Subjects
  samplesOf: (snapshot: Snapshot) => Sample[]
  /** The labels of what is there and whose value is not known; nothing of it is exported. */
  unknownOf: (snapshot: Snapshot) => Sample['labels'][]
}

/** One value of a family. */
export interface Sample {
  labels: Readonly<Record<string, string>>
  value: number
}

/** Families about the same things: which they are, and what identifies one. */
export interface FamilyGroup<Subject extends keyof Subjects, Item> {
  subject: Subject
  /** What the names begin with, e.g. `storwarden_tape_drive`. */
  prefix: string
  items(value: Subjects[Subject]): readonly Item[]
  labels(item: Item): Readonly<Record<string, string>>
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
  const itemsOf = ({ readings }: Snapshot) => {
    const reading = readings[group.subject]
    if (reading?.state !== 'read') return []
    if (stateOf(reading) === 'failed' && group.tellsOfSilence !== true) return []
    return group.items(reading.value)
  }
  return Object.entries(columns).map(([suffix, [type, help, valueOf]]) => ({
    name: `${group.prefix}_${suffix}`,
    type,
    help,
    subject: group.subject,
    samplesOf(snapshot) {
      const samples: Sample[] = []
      for (const item of itemsOf(snapshot)) {
        const value = valueOf(item)
        if (value === null || value === undefined || value === NONE) continue
        samples.push({ labels: group.labels(item), value: Number(value) })
      }
      return samples
    },
    unknownOf: (snapshot) =>
      itemsOf(snapshot)
        .filter((item) => (valueOf(item) ?? null) === null)
        .map((item) => group.labels(item)),
  }))
}
