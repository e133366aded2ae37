import { ParseError } from './collector.ts'

/** A library of QUADStor, as `vtconfig -l` lists it. */
export interface ListedLibrary {
  name: string
  /** Vendor and product that it shows, in one: `IBM IBM System Storage TS3100`. */
  type: string
}

/** What `vtconfig -l -v NAME` says of a library. */
export interface ToldLibrary {
  /** Of the changer; null where it is not told. */
  serial: string | null
  slots: number
  importExportSlots: number
  /** Null when the list of drives is none that is known. */
  drives: readonly ToldDrive[] | null
}

/** A drive of a library of QUADStor. */
export interface ToldDrive {
  name: string
  type: string
  serial: string
  /** Barcode of what is in it; null of an empty drive. */
  volumeTag: string | null
}

/** A cartridge of QUADStor. */
export interface QuadstorCartridge {
  volumeTag: string
  /** Storage pool that it is in. */
  pool: string
  /** Kind of element; null of one that is in none, or in one that is not known, as in the vault. */
  type: 'data-transfer' | 'storage' | 'import-export' | null
  /** SMC element address; null where `type` is. */
  address: number | null
  /** E.g. `LTO 2 200GB`. */
  mediumType: string
  worm: boolean
  capacityBytes: number
  /** How much of it is written. */
  usedPercent: number
  /** In QUADStor's words: Active, Vaulted, … */
  status: string
}

const GIB = 1024 ** 3

/** Parses `vtconfig -l`. Other devices than libraries are none. Throws ParseError. */
export function parseVtconfig(text: string): ListedLibrary[] {
  const source = 'vtconfig -l'
  const titles = { name: /Name/, device: /DevType/, type: /Type/ }
  const rows = tableIn(source, linesOf(source, text), titles)
  if (rows === null) throw new ParseError(source, 'no heading that is known')
  return rows
    .filter(({ device }) => device === 'VTL')
    .map(({ name, type }) => {
      // It becomes a word of a command line.
      if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name))
        throw new ParseError(source, 'a library without a name')
      return { name, type }
    })
}

/** Parses `vtconfig -l -v NAME`: lines of names and values, then tables. Throws ParseError. */
export function parseVtconfigLibrary(text: string): ToldLibrary {
  const source = 'vtconfig -l -v'
  const lines = linesOf(source, text)
  const said = (name: RegExp) => {
    const line = lines.find((one) => name.test(one.split(':')[0] ?? '') && one.includes(':'))
    return line?.slice(line.indexOf(':') + 1).trim() ?? null
  }
  const count = (name: RegExp, what: string) => {
    const digits = said(name) ?? ''
    if (/^\d{1,5}$/.test(digits)) return Number(digits)
    throw new ParseError(source, `says nothing of ${what}`)
  }
  const serial = said(/serial/i)
  return {
    serial: serial === '' ? null : serial,
    slots: count(/slots/i, 'slots'),
    importExportSlots: count(/ports/i, 'import/export ports'),
    drives: drivesIn(source, lines),
  }
}

function drivesIn(source: string, lines: readonly string[]): ToldDrive[] | null {
  const titles = {
    ...{ name: /Name/, type: /D(?:rive )?Type/, serial: /Serial(?: ?Number)?/ },
    volumeTag: /VCartridge/,
  }
  const rows = tableIn(source, lines, titles)
  return (
    rows?.map(({ name, type, serial, volumeTag }) => {
      if (name === '' || serial === '')
        throw new ParseError(source, 'a drive without name or serial number')
      return {
        name,
        type,
        serial,
        volumeTag: /^(?:|-|none|empty)$/i.test(volumeTag) ? null : volumeTag,
      }
    }) ?? null
  )
}

/** Parses `vcconfig -l -v NAME`. Throws ParseError. */
export function parseVcconfig(text: string): QuadstorCartridge[] {
  const source = 'vcconfig -l -v'
  const titles = {
    ...{ pool: /Pool/, label: /Label/, element: /Element/, address: /Address/, type: /V[Tt]ype/ },
    ...{ worm: /WORM/, size: /Size/, used: /Used%?/, status: /Status/ },
  }
  const rows = tableIn(source, linesOf(source, text), titles)
  if (rows === null) throw new ParseError(source, 'no heading that is known')
  return rows.map((row) => {
    const [size, used] = [/^\d+(?:\.\d+)?$/.exec(row.size), /^(\d{1,3})%?$/.exec(row.used)]
    const isKnown = size !== null && used !== null && /^(?:Yes|No)$/.test(row.worm)
    if (row.label === '' || row.status === '' || !isKnown) {
      throw new ParseError(source, 'a cartridge of which not everything is said')
    }
    const type = elementType(row.element)
    const address = /^\d{1,5}$/.test(row.address) ? Number(row.address) : null
    const isPlaced = type !== null && address !== null
    return {
      ...{ volumeTag: row.label, pool: row.pool },
      ...{ type: isPlaced ? type : null, address: isPlaced ? address : null },
      ...{ mediumType: row.type, worm: row.worm === 'Yes', status: row.status },
      capacityBytes: Math.round(Number(size[0]) * GIB),
      usedPercent: Number(used[1]),
    }
  })
}

/** `Slot` and `Unknown` are words that were seen; what else there is has to name itself. */
function elementType(word: string): QuadstorCartridge['type'] {
  if (/^v?slot$/i.test(word)) return 'storage'
  if (/^v?drive$/i.test(word)) return 'data-transfer'
  return /port|import/i.test(word) ? 'import-export' : null
}

function linesOf(source: string, text: string): string[] {
  if (text.trim() === '') throw new ParseError(source, 'says nothing')
  if (!text.endsWith('\n')) throw new ParseError(source, 'is cut short')
  return text.split('\n').map((line) => line.trimEnd())
}

/**
 * The rows of a table whose cells begin below the titles of their columns; null when there is no line of these titles
 * and nothing else. Cells have blanks in them, so that is all that tells them apart. Throws ParseError for a row that is
 * written otherwise.
 */
function tableIn<Column extends string>(
  source: string,
  lines: readonly string[],
  titles: Readonly<Record<Column, RegExp>>,
): Record<Column, string>[] | null {
  const names = Object.keys(titles) as Column[]
  const heading = new RegExp(
    `^\\s*${names.map((name) => `(${titles[name].source})`).join('\\s+')}$`,
    'd',
  )
  const at = lines.findIndex((line) => heading.test(line))
  const begins = heading
    .exec(lines[at] ?? '')
    ?.indices?.slice(1)
    .map((place) => place?.[0] ?? 0)
  if (begins === undefined) return null
  const after = lines.slice(at + 1)
  const end = after.indexOf('')
  return after.slice(0, end === -1 ? undefined : end).map((line) => {
    if (begins.some((begin) => /\S/.test(line[begin - 1] ?? ' '))) {
      throw new ParseError(source, 'a line that does not go with its heading')
    }
    const cells = names.map((name, index) => {
      return [name, line.slice(begins[index], begins[index + 1]).trim()] as const
    })
    return Object.fromEntries(cells) as Record<Column, string>
  })
}
