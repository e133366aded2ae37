import type { Changer } from '../collectors/changers.ts'
import type { DriveHealth } from '../collectors/drive-health.ts'
import type { Mhvtl, VirtualLibrary } from '../collectors/mhvtl.ts'
import { errorOf, type Reading, type Snapshot } from '../snapshot.ts'
import { compare } from './compare.ts'
import type { CheckName, RawDifference, Side, Thing } from './difference.ts'
import { agreed, knownSide, type KnownThing } from './known.ts'
import { librarySides, saidPlace, wasExported, type LibraryReading } from './library.ts'
import type { Sample } from './outcome.ts'
import { scstSides } from './scst.ts'
import { vtlSides, type ConfiguredContents } from './vtl.ts'
import type { MediaFiles } from './media.ts'

/** What one comparison has found, and what there is to learn from it. */
export interface Compared {
  check: CheckName
  sides: readonly Side[]
  differences: readonly RawDifference[]
  /** Things of which nobody doubts that they are there. */
  sound: readonly Thing[]
}

/** What the checks need besides the snapshot. */
export interface CheckInput {
  readings: Snapshot['readings']
  known: readonly KnownThing[]
  media: MediaFiles
  contents: ReadonlyMap<string, ConfiguredContents>
  catalogue: LibraryReading['catalogue']
}

/** The checks, each of them pure. */
export const comparisons: Readonly<Record<CheckName, (input: CheckInput) => Compared>> = {
  vtl: compareVtl,
  scst: compareScstSides,
  library: compareLibraries,
}

function compareVtl({ readings, known, media, contents }: CheckInput): Compared {
  const reading = readings.mhvtl
  if (reading?.state !== 'read') return nothing('vtl', reading, 'data', 'mhvtl')
  const mhvtl = reading.value
  const sides: Side[] = []
  const differences: RawDifference[] = []
  const sound: Thing[] = []
  for (const library of mhvtl.libraries) {
    const errors = errorsOf(reading, library)
    const path = `library_contents.${library.number}`
    const told = vtlSides({
      library,
      diskError: errors.find((error) => !error.includes(path)) ?? null,
      diskTakenAt: reading.takenAt,
      configured: contents.get(library.id) ?? {
        path,
        contents: library.contents,
        error: errors.find((error) => error.includes(path)) ?? null,
      },
      ...changerOf(library, mhvtl, readings.changers),
      files: media.get(library.id) ?? new Map<string, readonly string[]>(),
    })
    const remembered = known.filter(({ place }) => place.library === library.id)
    const emptied = new Set((library.mediaOnDisk ?? []).map((tag) => `${library.id}/${tag}`))
    for (const one of compare([...told, knownSide(remembered)])) {
      const isEmptied = one.kind === 'missing' && emptied.has(one.thing.name)
      differences.push(isEmptied ? { ...one, note: 'its directory has no data file' } : one)
    }
    sound.push(...agreed(told))
    sides.push(...told)
  }
  return { check: 'vtl', sides, differences, sound }
}

function errorsOf(reading: Reading<Mhvtl>, { id }: VirtualLibrary): string[] {
  if (reading.state !== 'read') return []
  return reading.problems.filter(({ labels }) => labels.library === id).map(({ error }) => error)
}

function changerOf(
  { id }: VirtualLibrary,
  { moduleLoaded }: Mhvtl,
  reading: Reading<readonly Changer[]> | undefined,
): { changer: Changer | null; liveError: string | null } {
  if (!moduleLoaded) return { changer: null, liveError: 'mhvtl is not running' }
  if (reading === undefined) return { changer: null, liveError: 'not read yet' }
  if (reading.state === 'failed') return { changer: null, liveError: reading.error }
  const all = reading.state === 'read' ? reading.value : []
  const changer = all.find((one) => one.id === id)
  if (changer === undefined) return { changer: null, liveError: 'there is no such library' }
  const { state, error } = changer
  return { changer, liveError: `it is ${state}${error === null ? '' : ` (${error})`}` }
}

function compareScstSides({ readings, known }: CheckInput): Compared {
  const reading = readings.scst
  if (reading?.state !== 'read') return nothing('scst', reading, 'live', 'SCST')
  const { value: scst, problems, takenAt } = reading
  const sides = scstSides({ scst, problems, takenAt })
  const differences = compare([...sides, knownSide(known)])
  return { check: 'scst', sides, differences, sound: agreed(sides) }
}

function compareLibraries({ readings, known, catalogue }: CheckInput): Compared {
  const reading = readings.changers
  const all = reading?.state === 'read' ? reading.value : []
  const absent = reading?.state === 'absent' && known.length === 0
  if (absent && catalogue === null) return nothing('library', reading, 'live', 'libraries')
  const error =
    reading === undefined ? 'not read yet' : reading.state === 'failed' ? reading.error : null
  const sides = librarySides({ changers: all, error, known, catalogue })
  const rows = new Map((catalogue?.rows ?? []).map((row) => [row.barcode, row]))
  const ids = all.map(({ id }) => id)
  const remembered = new Map(known.map((thing) => [thing.name, thing]))
  const differences = compare([...sides, knownSide(known)]).flatMap((difference) => {
    const { kind, thing } = difference
    const row = rows.get(thing.name)
    const said = row === undefined ? null : saidPlace(row, ids)
    const last = remembered.get(thing.name)
    if (kind === 'missing') {
      // Taken out by hand, or known to be in a vault: nothing is lost.
      const isOut = said === 'elsewhere' || (said === null && last && wasExported(last))
      return isOut ? [] : [difference]
    }
    if (kind !== 'pending') return [difference]
    if (said === 'elsewhere') return []
    return [said === 'library' ? { ...difference, kind: 'missing' as const } : difference]
  })
  const [live] = sides
  return { check: 'library', sides, differences, sound: [...(live?.things.values() ?? [])] }
}

/** There is nothing to compare, or nothing of it could be read. */
function nothing(
  check: CheckName,
  reading: Reading<unknown> | undefined,
  role: Side['role'],
  what: string,
): Compared {
  const isAbsent = reading?.state === 'absent'
  const reason = isAbsent
    ? `there is no ${what}`
    : ((reading && errorOf(reading)) ?? 'not read yet')
  const state = isAbsent ? 'absent' : 'unread'
  const side = { role, source: what, state, reason, takenAt: null, things: new Map() } as const
  return { check, sides: [side], differences: [], sound: [] }
}

/**
 * Cartridges in drives: whether the memory of each says the barcode that the library read. Some applications write it
 * without the letters of the medium type at its end.
 */
export function driveSamples(drives: readonly DriveHealth[]): Sample[] {
  return drives.flatMap(({ volumeTag, library, cartridge }): Sample[] => {
    if (volumeTag === null || cartridge === null) return []
    const sample = {
      ...{ check: 'library' as const, barcode: volumeTag, library: library?.serial ?? null },
    }
    const { barcode } = cartridge
    if (barcode === null || barcode === '') {
      return [{ ...sample, result: 'not_verified', reason: 'its memory has no barcode' }]
    }
    if (volumeTag.startsWith(barcode) || barcode.startsWith(volumeTag)) {
      return [{ ...sample, result: 'verified', reason: null }]
    }
    return [{ ...sample, result: 'mismatch', reason: `its memory has the barcode "${barcode}"` }]
  })
}

/** Samples that do not fit, as differences of the sides they were taken from. */
export function mismatches(samples: readonly Sample[], takenAt: Date): RawDifference[] {
  return samples
    .filter(({ result }) => result === 'mismatch')
    .map(({ check, barcode, library, reason }): RawDifference => {
      const place = { ...(library === null ? {} : { library }), barcode }
      const name = check === 'vtl' ? `${library ?? ''}/${barcode}` : barcode
      const what = check === 'vtl' ? 'medium' : 'cartridge'
      return {
        kind: 'different',
        thing: { name, what, parent: null, place, shown: null, attributes: {} },
        attribute: 'memory',
        values: [
          {
            ...{ role: 'live', source: 'barcode', state: 'present', value: barcode, takenAt: null },
          },
          { role: 'data', source: 'cartridge memory', state: 'present', value: reason, takenAt },
        ],
      }
    })
}
