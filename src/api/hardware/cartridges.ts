import type { Changer, Element } from '../../collectors/changers.ts'
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
}

/** The cartridges of all libraries. One in a library that does not answer is where it was seen last. */
export function cartridgesOf(changers: readonly Changer[]): Item[] {
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
    const object: Cartridge = {
      id: unique ? volumeTag : `${changer.id}/${place}/${number}`,
      volumeTag,
      library: changer.id,
      virtual: changer.virtual,
      place,
      number,
      driveSerial: element.driveSerial,
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
