import { ParseError } from './collector.ts'
import type { LibraryContents } from './mhvtl.ts'

/** The devices that device.conf defines. */
export interface DeviceConf {
  libraries: readonly ConfiguredLibrary[]
  drives: readonly ConfiguredDrive[]
}

/** A `Library:` section of device.conf. */
export interface ConfiguredLibrary extends ConfiguredDevice {
  /** Null when it is not written: mhvtl then appends the number to its home path. */
  homeDirectory: string | null
}

/** A `Drive:` section of device.conf. */
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
const FIELD = /^([A-Za-z][\w -]*):\s*(.*)$/

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
      record = { number, values: new Map(), place: null }
      ;(kind.toLowerCase() === 'library' ? libraries : drives).push(record)
      continue
    }
    const place = PLACE.exec(line)
    const field = FIELD.exec(line)
    if (record === null || field === null) throw unexpected('device.conf', line)
    if (place) {
      record.place = { library: Number(place[1]), slot: Number(place[2]) }
    } else {
      const [, name = '', value = ''] = field
      if (value !== '') record.values.set(name.toLowerCase(), value)
    }
  }
  if (!versioned) throw new ParseError('device.conf', 'no VERSION line')

  return {
    libraries: libraries.map((fields) => ({
      ...device(fields),
      homeDirectory: fields.values.get('home directory') ?? null,
    })),
    drives: drives.map((fields) => {
      if (fields.place === null) {
        throw new ParseError('device.conf', `drive ${fields.number} without a library`)
      }
      return { ...device(fields), ...fields.place }
    }),
  }
}

interface Fields {
  number: number
  /** Fields that have a value, by name in lower case. */
  values: Map<string, string>
  place: { library: number; slot: number } | null
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
  for (const line of significantLines(text)) {
    const [, , path] = /^MHVTL_HOME_PATH=(["']?)([^"']+)\1$/.exec(line) ?? []
    if (path !== undefined) return path
  }
  return null
}

const ELEMENT = /^(Drive|Picker|MAP|Slot)\s+(\d+):\s*(\S+)?.*$/i

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
    if (!match) throw unexpected('library_contents', line)
    elements += 1
    const [, kind = '', number, tag] = match
    const place = { drive: drives, map: importExport, slot: slots }[kind.toLowerCase()]
    if (!place) continue // a picker holds nothing while the library is down
    if (Object.hasOwn(place, Number(number))) {
      throw new ParseError('library_contents', `${kind} ${number} defined twice`)
    }
    place[Number(number)] = tag ?? null
  }
  if (elements === 0) throw new ParseError('library_contents', 'no elements')
  if (version < 2) for (const number of Object.keys(drives)) drives[Number(number)] = null
  return { slots, importExport, drives }
}

function unexpected(source: string, line: string): ParseError {
  return new ParseError(source, `"${line.slice(0, 80)}"`)
}

function significantLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}
