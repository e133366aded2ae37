import { ParseError } from './collector.ts'
import type { LibraryContents } from './mhvtl.ts'

/** The devices that device.conf defines. */
export interface DeviceConf {
  libraries: readonly ConfiguredLibrary[]
  drives: readonly ConfiguredDrive[]
}

export interface ConfiguredLibrary extends ConfiguredDevice {
  /** Null when it is not written: mhvtl then appends the number to its home path. */
  homeDirectory: string | null
}

export interface ConfiguredDrive extends ConfiguredDevice {
  library: number
  slot: number
}

interface ConfiguredDevice {
  number: number
  vendor: string
  product: string
  /** Empty when it is not written. */
  serial: string
}

const RECORD = /^(Library|Drive):\s*(\d+)\s+CHANNEL:\s*\d+\s+TARGET:\s*\d+\s+LUN:\s*\d+$/i
const PLACE = /^Library ID:\s*(\d+)\s+Slot:\s*(\d+)$/i
const FIELD = /^([A-Za-z][A-Za-z ]*?):\s*(.*)$/

/**
 * Parses mhvtl's device.conf (device.conf(5)). Comments, blank lines, CRLF line ends and fields that are not needed
 * here are passed over; a file without a VERSION line, numbers used twice, fields outside a record and drives
 * without a library are refused.
 */
export function parseDeviceConf(text: string): DeviceConf {
  const libraries: Fields[] = []
  const drives: Fields[] = []
  const numbers = new Set<number>()
  let record: Fields | null = null
  let versioned = false

  for (const line of significantLines(text)) {
    if (/^VERSION:\s*\d+$/i.test(line)) {
      versioned = true
      continue
    }
    const [, kind, digits] = RECORD.exec(line) ?? []
    if (kind !== undefined) {
      const number = Number(digits)
      if (numbers.has(number)) throw new ParseError('device.conf', `device ${number} defined twice`)
      numbers.add(number)
      record = { number, values: new Map() }
      ;(kind.toLowerCase() === 'library' ? libraries : drives).push(record)
      continue
    }
    const place = PLACE.exec(line)
    const field = FIELD.exec(line)
    if (record === null || field === null) throw new ParseError('device.conf', `"${line}"`)
    if (place) {
      record.values.set('library', place[1] ?? '').set('slot', place[2] ?? '')
    } else {
      record.values.set((field[1] ?? '').toLowerCase(), field[2] ?? '')
    }
  }
  if (!versioned) throw new ParseError('device.conf', 'no VERSION line')

  return {
    libraries: libraries.map((fields) => ({
      ...device(fields),
      homeDirectory: fields.values.get('home directory') || null,
    })),
    drives: drives.map((fields) => {
      const [library, slot] = [fields.values.get('library'), fields.values.get('slot')]
      if (library === undefined || slot === undefined) {
        throw new ParseError('device.conf', `drive ${fields.number} without a library`)
      }
      return { ...device(fields), library: Number(library), slot: Number(slot) }
    }),
  }
}

interface Fields {
  number: number
  values: Map<string, string>
}

function device({ number, values }: Fields): ConfiguredDevice {
  return {
    number,
    vendor: values.get('vendor identification') ?? '',
    product: values.get('product identification') ?? '',
    serial: values.get('unit serial number') ?? '',
  }
}

/** The path below which mhvtl keeps media of libraries without a home directory; null when mhvtl.conf does not say. */
export function parseHomePath(text: string): string | null {
  const line = significantLines(text).find((each) => each.startsWith('MHVTL_HOME_PATH='))
  return (
    line
      ?.slice('MHVTL_HOME_PATH='.length)
      .replace(/^(["'])(.*)\1$/, '$2')
      .trim() || null
  )
}

const ELEMENT = /^(Drive|Picker|MAP|Slot)\s+(\d+):\s*(\S*).*$/i

/**
 * Parses library_contents.N (library_contents(5)). What stands behind a drive is a volume tag from version 2 on,
 * the serial number of the drive before. A line that is nothing known and an element that is defined twice are refused.
 */
export function parseLibraryContents(text: string): LibraryContents {
  const slots: Record<number, string | null> = {}
  const importExport: Record<number, string | null> = {}
  const drives: Record<number, string | null> = {}
  let version = 0
  let elements = 0

  for (const line of significantLines(text)) {
    const digits = /^VERSION:\s*(\d+)$/i.exec(line)?.[1]
    if (digits !== undefined) {
      version = Number(digits)
      continue
    }
    const match = ELEMENT.exec(line)
    if (!match) throw new ParseError('library_contents', `"${line}"`)
    elements += 1
    const [, kind = '', number, tag] = match
    const place = { drive: drives, map: importExport, slot: slots }[kind.toLowerCase()]
    if (!place) continue // a picker holds nothing while the library is down
    if (Object.hasOwn(place, Number(number))) {
      throw new ParseError('library_contents', `${kind} ${number} defined twice`)
    }
    place[Number(number)] = tag || null
  }
  if (elements === 0) throw new ParseError('library_contents', 'no elements')
  if (version < 2) for (const number of Object.keys(drives)) drives[Number(number)] = null
  return { slots, importExport, drives }
}

function significantLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}
