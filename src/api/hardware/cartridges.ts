import type { KnownCartridge } from '../../cartridges/known.ts'
import type { CartridgeHealth } from '../../collectors/drive-health.ts'
import type { Changer, Element } from '../../collectors/changers.ts'
import { valueOf, type Snapshot } from '../../snapshot.ts'
import { followedErrors, type ErrorsFollow } from './errors-follow.ts'
import type { Item } from './listing.ts'

/** A cartridge, where its library says it is. */
export interface Cartridge {
  /** The volume tag where it tells the cartridge from all others, else library, place and number. */
  id: string
  /** Null when it is unlabelled or its label was not read. */
  volumeTag: string | null
  library: string
  virtual: boolean
  place: Element['type']
  /** Number of the element, as mtx counts. */
  number: number
  /** Serial number of the drive it is in; null when it is in none or the library does not tell. */
  driveSerial: string | null
  /** Where it is in one line, for people. */
  placeText: string
  /** As a drive told of it last, and when; null when none did. */
  health: (CartridgeHealth & { readAt: Date; drive: string }) | null
  errorsFollow: ErrorsFollow | null
}

/** The cartridges of all libraries. One in a library that does not answer is where it was seen last. */
export function cartridgesOf(changers: readonly Changer[], { readings }: Snapshot): Item[] {
  const known = valueOf(readings.cartridges)?.known ?? []
  const follow = followedErrors('cartridge', readings)
  const full = changers.flatMap((changer) =>
    (changer.inventory?.elements ?? [])
      .filter((element) => element.full)
      .map((element) => ({ changer, element })),
  )
  const counts = new Map<string, number>()
  for (const { element } of full) {
    if (element.volumeTag === null) continue
    counts.set(element.volumeTag, (counts.get(element.volumeTag) ?? 0) + 1)
  }
  return full.map(({ changer, element }) => {
    const { volumeTag, type: place, number } = element
    const unique = volumeTag !== null && counts.get(volumeTag) === 1
    const health = healthIn(
      volumeTag === null ? null : knownAs(known, volumeTag, changer.id, unique),
    )
    const object: Cartridge = {
      id: unique ? volumeTag : `${changer.id}/${place}/${number}`,
      volumeTag,
      library: changer.id,
      virtual: changer.virtual,
      place,
      number,
      driveSerial: element.driveSerial,
      placeText: placeText(changer, element),
      health,
      errorsFollow: follow([health?.serial ?? null, `${changer.id}/${volumeTag ?? ''}`]),
    }
    return {
      id: object.id,
      object,
      labels: { library: changer.id },
      error: changer.error,
      readAt: changer.inventory?.takenAt ?? null,
    }
  })
}

const NOUNS = { 'data-transfer': 'drive', storage: 'slot', 'import-export': 'import/export slot' }

/** `slot 12 of library X holds ABC123L8`. */
function placeText({ id }: Changer, { type, number, volumeTag }: Element): string {
  return `${NOUNS[type]} ${number} of library ${id} holds ${volumeTag ?? 'a cartridge without barcode'}`
}

/**
 * What is known of the cartridge with the barcode, wherever it was when a drive told of it; where two have the
 * barcode it has to have been in the same library.
 */
export function knownAs(
  known: readonly KnownCartridge[],
  volumeTag: string,
  library: string,
  unique: boolean,
): KnownCartridge | null {
  const named = known.filter((one) => one.volumeTag === volumeTag)
  const here = latest(named.filter((one) => one.library === library))
  return here ?? (unique && named.length === 1 ? (named[0] ?? null) : null)
}

function latest(known: readonly KnownCartridge[]): KnownCartridge | null {
  return known.reduce<KnownCartridge | null>(
    (last, one) => (last === null || one.readAt > last.readAt ? one : last),
    null,
  )
}

function healthIn(known: KnownCartridge | null): Cartridge['health'] {
  return known && { ...known.health, readAt: known.readAt, drive: known.drive }
}
