import type { Changer, Element } from '../collectors/changers.ts'
import { askedText, partOfLibrary, sourceOf } from './changers.ts'
import type { Finding, Rule } from './rule.ts'
import { countText, deviceText, listText } from './words.ts'

/**
 * Elements of the libraries that answer. What one that does not answer held when it
 * last did is no news, and its alerts stay because its place could not be read.
 */
function elementsOf(changer: Changer): readonly Element[] {
  return changer.state === 'online' ? (changer.inventory?.elements ?? []) : []
}

function placeText({ type, number, volumeTag }: Element): string {
  return `${volumeTag ?? 'a cartridge without label'} in ${type} element ${number}`
}

/** A quarter of an hour leaves an operator time to empty the station by hand. */
export const importExportFull: Rule<'changers'> = {
  alert: 'ChangerImportExportFull',
  name: 'Import/export station full',
  subject: 'changers',
  severity: 'warning',
  source: 'tape',
  forSeconds: 15 * 60,
  description:
    'Every import/export element holds a cartridge, so none can be exported or imported.',
  action:
    'Take the cartridges out, or have the backup software move them to storage elements, so that it knows of it.',
  inhibits: 'ChangerImportExportOccupied',

  check(changers) {
    const findings: Finding[] = []
    for (const changer of changers) {
      const station = elementsOf(changer).filter(({ type }) => type === 'import-export')
      if (station.length === 0 || station.some(({ full }) => !full)) continue
      findings.push({
        labels: { library: changer.id },
        message:
          `The import/export station of ${deviceText(changer)} is full: ` +
          `${station.length === 1 ? 'its only element holds a cartridge' : `all ${station.length} elements hold cartridges`}.`,
        evidence: {
          element_count: station.length,
          volume_tags: tagsOf(station),
          source: askedText(changer),
        },
        source: sourceOf(changer),
      })
    }
    return findings
  },
}

/** A cartridge in the station waits for somebody: to take it to the vault, or to take it in. */
export const importExportOccupied: Rule<'changers'> = {
  alert: 'ChangerImportExportOccupied',
  name: 'Cartridges in the import/export station',
  subject: 'changers',
  severity: 'info',
  source: 'tape',
  forSeconds: 0,
  description: 'A cartridge there waits for somebody: to take it to the vault, or to take it in.',
  action:
    'Take exported cartridges out, and have the backup software move imported ones to storage elements.',

  check(changers) {
    const findings: Finding[] = []
    for (const changer of changers) {
      const station = elementsOf(changer).filter(({ type }) => type === 'import-export')
      const full = station.filter((element) => element.full)
      if (full.length === 0) continue
      findings.push({
        labels: { library: changer.id },
        message: `The import/export station of ${deviceText(changer)} holds ${listText(full.map(placeText))}.`,
        evidence: {
          element_count: station.length,
          full_element_count: full.length,
          volume_tags: tagsOf(full),
          source: askedText(changer),
        },
        source: sourceOf(changer),
      })
    }
    return findings
  },
}

/** A loaded cartridge has nowhere to go back to when its slot was given to another. */
export const noEmptySlot: Rule<'changers'> = {
  alert: 'ChangerNoEmptySlot',
  name: 'No empty slot in the library',
  subject: 'changers',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'Every storage element is full: nothing can be imported, and a loaded cartridge may have no place to go back to.',
  action: 'Export cartridges that are not needed in the library.',

  check(changers) {
    const findings: Finding[] = []
    for (const changer of changers) {
      const elements = elementsOf(changer)
      const slots = elements.filter(({ type }) => type === 'storage')
      if (slots.length === 0 || slots.some(({ full }) => !full)) continue
      const loaded = elements.filter(({ type, full }) => type === 'data-transfer' && full)
      findings.push({
        labels: { library: changer.id },
        message:
          `${deviceText(changer)} has no empty slot: ` +
          `${slots.length} of ${slots.length} are full, and ${countText(loaded.length, 'cartridge')} ` +
          `${loaded.length === 1 ? 'is' : 'are'} in its drives.`,
        evidence: {
          slot_count: slots.length,
          loaded_drive_count: loaded.length,
          source: askedText(changer),
        },
        source: sourceOf(changer),
      })
    }
    return findings
  },
}

/**
 * Backup software knows a cartridge by its volume tag alone, so the second of a pair is
 * mounted, and overwritten, in place of the first. A virtual copy of a real cartridge
 * under the same tag is common practice and no such pair.
 */
export const volumeTagDuplicated: Rule<'changers'> = {
  alert: 'ChangerVolumeTagDuplicated',
  name: 'Volume tag carried by two cartridges',
  subject: 'changers',
  severity: 'critical',
  source: 'tape',
  forSeconds: 0,
  description:
    'Backup software knows a cartridge by its volume tag alone: it would take one for the other and overwrite it.',
  action:
    'Before the next backup find out which of them the backup software means, and take the other out of the library. ' +
    'Give it another label before it comes back.',

  check(changers) {
    const findings = new Map<string, Finding>()
    for (const virtual of [false, true]) {
      const same = changers.filter((changer) => changer.virtual === virtual)
      for (const [volumeTag, { places, libraries }] of placesOfDuplicates(same)) {
        const [library] = libraries
        if (findings.has(volumeTag)) continue
        findings.set(volumeTag, {
          labels: { volume_tag: volumeTag },
          partOf: partOfLibrary(libraries.size === 1 ? library : null),
          message: `${volumeTag} is in ${places.join(' and in ')}.`,
          evidence: { places, source: 'READ ELEMENT STATUS of these libraries' },
          source: sourceOf({ virtual }),
        })
      }
    }
    return [...findings.values()]
  },
}

interface Places {
  /** In words. */
  places: string[]
  /** Their ids. */
  libraries: Set<string>
}

/** The places of volume tags that are in two places or more: of the thousands of others no words are made. */
function placesOfDuplicates(changers: readonly Changer[]): Map<string, Places> {
  const first = new Map<string, Element>()
  const duplicates = new Map<string, Places>()
  const add = (volumeTag: string, { type, number }: Element, changer: Changer) => {
    const known = duplicates.get(volumeTag) ?? { places: [], libraries: new Set() }
    known.places.push(`${type} element ${number} of ${deviceText(changer)}`)
    known.libraries.add(changer.id)
    duplicates.set(volumeTag, known)
  }
  for (const changer of changers) {
    for (const element of elementsOf(changer)) {
      const { volumeTag } = element
      if (volumeTag === null) continue
      const other = first.get(volumeTag)
      if (other === undefined) {
        first.set(volumeTag, element)
        continue
      }
      if (!duplicates.has(volumeTag)) {
        const its = changers.find((one) => elementsOf(one).includes(other))
        add(volumeTag, other, its ?? changer)
      }
      add(volumeTag, element, changer)
    }
  }
  // In the order in which they were seen first.
  const tags = duplicates.size > 1 ? first.keys() : duplicates.keys()
  return new Map(
    [...tags].flatMap((tag) => {
      const known = duplicates.get(tag)
      return known === undefined ? [] : [[tag, known]]
    }),
  )
}

/** Additional sense 83h/00h: the label was not scanned or has none, which the library works with. */
const HARMLESS = [0x8300]

/** One alert a library: a broken gripper makes every element abnormal at once. */
export const elementException: Rule<'changers'> = {
  alert: 'ChangerElementException',
  name: 'Library elements abnormal',
  subject: 'changers',
  severity: 'warning',
  source: 'tape',
  forSeconds: 0,
  description:
    'The library reports an exception (SMC-3) of these elements: a cartridge may be stuck, or the element is out of ' +
    'use.',
  action:
    'Look the additional sense code up in the manual of the library, and inspect the elements when no job uses the ' +
    'library: an open door stops its robot.',

  check(changers) {
    const findings: Finding[] = []
    for (const changer of changers) {
      const abnormal = elementsOf(changer).flatMap(({ type, number, exception }) =>
        exception === null || HARMLESS.includes(exception)
          ? []
          : [`${type} element ${number} (${senseText(exception)})`],
      )
      if (abnormal.length === 0) continue
      findings.push({
        labels: { library: changer.id },
        message: `${deviceText(changer)} reports ${countText(abnormal.length, 'abnormal element')}: ${listText(abnormal)}.`,
        evidence: { elements: abnormal, source: askedText(changer) },
        source: sourceOf(changer),
      })
    }
    return findings
  },
}

/** `3Bh/0Dh`, of an additional sense code and its qualifier. */
function senseText(code: number): string {
  const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0')
  return `${hex(code >> 8)}h/${hex(code & 0xff)}h`
}

function tagsOf(elements: readonly Element[]): (string | null)[] {
  return elements.map(({ volumeTag }) => volumeTag)
}
