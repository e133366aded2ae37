import { mayBeSame, valueOf, type Reading, type Snapshot } from '../snapshot.ts'
import type { ObjectKind } from './inventory.ts'

/** An object that a snapshot shows. */
export interface Seen {
  kind: ObjectKind
  id: string
  name: string
  labels: Readonly<Record<string, string>>
  /** As far as it is known. */
  partOf: Readonly<Record<string, string>>
  virtual: boolean
}

/** What a snapshot shows of one kind. A kind of which nothing can be said has no sighting. */
export interface Sighting {
  kind: ObjectKind
  seen: readonly Seen[]
  /** Whether an object that is not among `seen` is gone, or may be where nothing could be read. */
  isGone(object: Pick<Seen, 'id' | 'labels'>): boolean
}

/** What is there, of every kind that could be read. Pure. */
export function present(snapshot: Snapshot): Sighting[] {
  return [libraries, drives, arrays, targets, sessions].flatMap((sight) => sight(snapshot) ?? [])
}

function libraries({ readings }: Snapshot): Sighting | null {
  return sighting('library', readings.changers, (changers) =>
    changers.filter(hasSerial).map(({ id, vendor, product, virtual }) => ({
      kind: 'library',
      id,
      name: `${vendor} ${product} (${id})`,
      labels: { library: id },
      partOf: {},
      virtual,
    })),
  )
}

function drives({ readings }: Snapshot): Sighting | null {
  return sighting('drive', readings.tape_drives, (all) =>
    all.filter(hasSerial).map(({ id, vendor, product, library, virtual }) => ({
      kind: 'drive',
      id,
      name: `${vendor} ${product} (${id})`,
      labels: { serial: id },
      partOf: library === null ? {} : { library: library.serial },
      virtual,
    })),
  )
}

/**
 * A device whose serial number is not known goes by its address, which is another's after the next
 * reboot, and by its serial number once that can be had: it cannot be missed under such a name.
 */
function hasSerial({ serial }: { serial: string | null }): boolean {
  return serial !== null
}

function arrays({ readings }: Snapshot): Sighting | null {
  return sighting('array', readings.md_arrays, (all) =>
    all.map(({ id, name, level }) => ({
      kind: 'array',
      id,
      name: `${name} (${level})`,
      labels: { array: name },
      partOf: {},
      virtual: false,
    })),
  )
}

/** Without SCST all targets are gone at once, and one alert says so. */
function targets({ readings }: Snapshot): Sighting | null {
  if (valueOf(readings.scst)?.running === false) return null
  return sighting('target', readings.scst, (scst) =>
    scst.targets.map(({ id, driver, name }) => ({
      kind: 'target',
      id,
      name: `${name} (${driver})`,
      labels: { driver, target: name },
      partOf: {},
      virtual: false,
    })),
  )
}

/**
 * A session is an initiator at a target, however many connections it has there. One that went with
 * its target, or because that was disabled, is not lost: the target has an alert of its own.
 */
function sessions({ readings }: Snapshot): Sighting | null {
  const scst = valueOf(readings.scst)
  if (scst?.running !== true) return null
  const served = new Set(
    scst.targets
      .filter(({ enabled }) => enabled !== false)
      .map(({ driver, name }) => `${driver}/${name}`),
  )
  const read = sighting('session', readings.scst_sessions, (all) =>
    all.sessions.map(({ driver, target, initiator }) => ({
      kind: 'session',
      id: `${driver}/${target}/${initiator}`,
      name: `${initiator} with ${target}`,
      labels: { driver, target, initiator },
      partOf: {},
      virtual: false,
    })),
  )
  if (read === null) return null
  const isGone: Sighting['isGone'] = (object) => {
    const { driver = '', target = '' } = object.labels
    return served.has(`${driver}/${target}`) && read.isGone(object)
  }
  return { ...read, isGone }
}

/** An absent subject is a sighting of nothing; one that could not be read is none. */
function sighting<T>(
  kind: ObjectKind,
  reading: Reading<T> | undefined,
  seenIn: (value: T) => Seen[],
): Sighting | null {
  if (reading === undefined || reading.state === 'failed') return null
  if (reading.state === 'absent') return { kind, seen: [], isGone: () => true }
  const { value, coverage, problems } = reading
  return {
    kind,
    seen: distinct(seenIn(value)),
    isGone: ({ labels }) =>
      coverage === 'all' ||
      (coverage === 'some' && !problems.some((one) => mayBeSame(one.labels, labels))),
  }
}

function distinct(seen: readonly Seen[]): Seen[] {
  return [...new Map(seen.map((object) => [object.id, object])).values()]
}
