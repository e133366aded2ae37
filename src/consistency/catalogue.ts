import { readCsv, separators, type CsvFault, type CsvRecord, type Separator } from './csv.ts'

/** A cartridge as the backup application has it in its catalogue; null is what the list does not say. */
export interface CatalogueRow {
  barcode: string
  pool: string | null
  status: string | null
  location: string | null
  sizeBytes: number | null
}

/** The list cannot be taken for a catalogue; names every fault with its line, and nothing was imported. */
export class CatalogueError extends Error {
  readonly code = 'ERR_CATALOGUE'
  readonly faults: readonly CsvFault[]

  constructor(faults: readonly CsvFault[]) {
    const told = faults.slice(0, 3).map(({ line, message }) => `line ${line}: ${message}`)
    const more = faults.length - told.length
    super(`catalogue: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`)
    this.name = 'CatalogueError'
    this.faults = faults
  }
}

/** Cartridges that a list may have at most. */
export const MAX_ROWS = 100_000
const MAX_FAULTS = 100
const MAX_LENGTH = 256

/** What columns are called: by us, Bareos and Bacula, Veeam, NetBackup; small letters and digits only, the best first. */
const COLUMNS = {
  barcode: ['barcode', 'volumetag', 'volumename', 'volume', 'mediaid', 'medialabel', 'name'],
  pool: ['pool', 'mediapool', 'volumepool', 'poolname'],
  status: ['status', 'volstatus', 'volumestatus', 'mediastatus', 'state'],
  location: ['location', 'inchanger', 'robot', 'vault'],
  size: ['size', 'sizebytes', 'volbytes', 'capacity', 'bytes'],
} as const
type Column = keyof typeof COLUMNS

/**
 * Reads the list of cartridges that a backup application exports as CSV: a header, `,`, `;` or tabulators between
 * fields, quoted fields, a byte order mark and Excel's `sep=` line. Of the columns `barcode` has to be there; `pool`,
 * `status`, `location` and `size` may, also by the names other applications give them; the rest is passed over.
 * Throws CatalogueError.
 */
export function parseCatalogue(text: string): CatalogueRow[] {
  if (text.includes('\ufffd') || text.includes('\0')) {
    throw new CatalogueError([{ line: 1, message: 'the text is not UTF-8, or not text at all' }])
  }
  const { body, separator, firstLine } = begin(text)
  const { records, fault } = readCsv(body, separator, firstLine)
  const [header, ...rest] = records
  if (header === undefined) {
    throw new CatalogueError([fault ?? { line: 1, message: 'the header is missing' }])
  }
  const columns = columnsOf(header)
  if (rest.length > MAX_ROWS) {
    const line = rest[MAX_ROWS]?.line ?? 1
    throw new CatalogueError([{ line, message: `more than ${MAX_ROWS} cartridges` }])
  }
  const faults: CsvFault[] = fault === null ? [] : [fault]
  const seen = new Map<string, number>()
  const rows: CatalogueRow[] = []
  for (const record of rest) {
    const row = rowOf(record, header.fields.length, columns, seen)
    if ('message' in row) faults.push(row)
    else rows.push(row)
  }
  if (faults.length > 0) {
    const inOrder = faults.sort((one, other) => one.line - other.line)
    throw new CatalogueError(inOrder.slice(0, MAX_FAULTS))
  }
  return rows
}

/** What comes before the header, and what stands between fields. */
function begin(text: string): { body: string; separator: Separator; firstLine: number } {
  const body = text.replace(/^\ufeff/, '')
  const said = /^sep=([,;\t])\r?\n/i.exec(body)
  if (said) {
    return { body: body.slice(said[0].length), separator: said[1] as Separator, firstLine: 2 }
  }
  const header = /^[^\r\n]*/.exec(body)?.[0] ?? ''
  const fields = (separator: Separator) => header.split(separator).length
  const separator = separators.reduce((best, one) => (fields(one) > fields(best) ? one : best))
  return { body, separator, firstLine: 1 }
}

/** Which field is which column, and what the one of the location was called. */
interface Columns {
  at: ReadonlyMap<Column, number>
  locationAlias: string
}

function columnsOf({ line, fields }: CsvRecord): Columns {
  let locationAlias = ''
  const names = fields.map((field) => field.toLowerCase().replace(/[^a-z0-9]/g, ''))
  const columns = new Map<Column, number>()
  for (const [column, aliases] of Object.entries(COLUMNS) as [Column, readonly string[]][]) {
    const alias = aliases.find((one) => names.includes(one))
    if (alias === undefined) continue
    const index = names.indexOf(alias)
    if (names.includes(alias, index + 1)) {
      throw new CatalogueError([{ line, message: `two columns are called ${fields[index] ?? ''}` }])
    }
    columns.set(column, index)
    if (column === 'location') locationAlias = alias
  }
  if (columns.has('barcode')) return { at: columns, locationAlias }
  throw new CatalogueError([{ line, message: 'the header has no column barcode' }])
}

function rowOf(
  { line, fields }: CsvRecord,
  width: number,
  columns: Columns,
  seen: Map<string, number>,
): CatalogueRow | CsvFault {
  if (fields.length !== width) {
    return { line, message: `${fields.length} fields, and the header has ${width}` }
  }
  const of = (column: Column): string | null => {
    const index = columns.at.get(column)
    const value = index === undefined ? '' : (fields[index] ?? '').trim()
    return value === '' ? null : value
  }
  const barcode = of('barcode')
  if (barcode === null) return { line, message: 'the barcode is empty' }
  const long = [barcode, of('pool'), of('status'), of('location')].find(
    (value) => value !== null && (value.length > MAX_LENGTH || hasControls(value)),
  )
  if (long !== undefined) {
    return { line, message: `a field is longer than ${MAX_LENGTH} letters, or not of one line` }
  }
  const before = seen.get(barcode)
  if (before !== undefined) {
    return { line, message: `the barcode ${barcode} is in line ${before} as well` }
  }
  seen.set(barcode, line)
  const size = of('size')
  const sizeBytes = size === null ? null : parseSize(size)
  if (size !== null && sizeBytes === null) return { line, message: `size: "${size}" is no size` }
  const location = locationText(of('location'), columns.locationAlias)
  return { barcode, pool: of('pool'), status: of('status'), location, sizeBytes }
}

/** Bareos and Bacula say 0 or 1, NetBackup the number of a robot or nothing: in words of their own they can be told apart. */
function locationText(said: string | null, alias: string): string | null {
  if (alias === 'inchanger') {
    return /^(1|yes|true)$/i.test(said ?? '') ? 'in the changer' : 'not in the changer'
  }
  if (alias !== 'robot') return said
  return /^\d+$/.test(said ?? '') ? `robot ${said ?? ''}` : 'not in a robot'
}

function hasControls(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text)
}

const UNITS = ['', 'k', 'm', 'g', 't', 'p'] as const

/** `1,234,567`, `1.5 TB`, `12 GiB`, in bytes; null for what is no size. `TB` is decimal, `TiB` binary. */
export function parseSize(text: string): number | null {
  const match = /^(\d[\d., ']*?)\s*([kmgtp]?)(i?)b?(?:ytes)?$/i.exec(text.trim())
  const hasUnit = (match?.[2] ?? '') !== ''
  const number = decimalOf(match?.[1] ?? '', hasUnit)
  const power = UNITS.indexOf((match?.[2] ?? '').toLowerCase() as (typeof UNITS)[number])
  return number === null ? null : Math.round(number * (match?.[3] ? 1024 : 1000) ** power)
}

/** Thousands may be grouped. `1.500 TB` has a fraction and `1.500` groups: nobody writes bytes with a fraction. */
function decimalOf(text: string, hasUnit: boolean): number | null {
  const plain = text.replace(/[ ']/g, '')
  if (/^\d+$/.test(plain)) return Number(plain)
  const isGrouped = /^\d{1,3}([.,])\d{3}(\1\d{3})*$/.test(plain)
  if (isGrouped && (!hasUnit || plain.length > 7)) return Number(plain.replace(/[.,]/g, ''))
  const fraction = /^(\d{1,3}(?:,\d{3})*|\d{1,3}(?:\.\d{3})*|\d+)[.,](\d+)$/.exec(plain)
  if (fraction === null) return null
  return Number(`${(fraction[1] ?? '').replace(/[.,]/g, '')}.${fraction[2] ?? ''}`)
}
