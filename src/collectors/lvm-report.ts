import { ParseError } from './collector.ts'
import { parseJsonObject, valueAt } from './json-fields.ts'
import type { LogicalVolume, PhysicalVolume, VolumeGroup } from './volume-groups.ts'

/** Parses `vgs -o +vg_missing_pv_count,vg_extent_size,vg_free_count --reportformat json --units b`; the last two may be missing. */
export function parseVgs(text: string): VolumeGroup[] {
  return rowsOf('vgs', 'vg', text).map((row) => ({
    id: row.text('vg_name'),
    name: row.text('vg_name'),
    sizeBytes: row.bytes('vg_size'),
    freeBytes: row.bytes('vg_free'),
    physicalVolumes: row.count('pv_count'),
    logicalVolumes: row.count('lv_count'),
    missingPhysicalVolumes: row.count('vg_missing_pv_count'),
    attributes: row.ifAsked('vg_attr'),
    extentBytes: row.ifAsked('vg_extent_size') === null ? null : row.bytes('vg_extent_size'),
    freeExtents: row.ifAsked('vg_free_count') === null ? null : row.count('vg_free_count'),
  }))
}

/**
 * Parses `lvs -a -o +lv_health_status,data_percent,metadata_percent,segtype,devices --reportformat json --units b`.
 * Volumes that LVM keeps for itself, in brackets, are left out. With segtype asked for there is a row
 * a segment: the first one stands for the volume.
 */
export function parseLvs(text: string): LogicalVolume[] {
  const volumes = new Map<string, LogicalVolume>()
  for (const row of rowsOf('lvs', 'lv', text)) {
    const name = row.text('lv_name')
    const group = row.text('vg_name')
    const id = `${group}/${name}`
    if (name.startsWith('[') || volumes.has(id)) continue
    volumes.set(id, {
      id,
      name,
      group,
      sizeBytes: row.bytes('lv_size'),
      attributes: row.text('lv_attr'),
      segmentType: row.text('segtype'),
      pool: row.optionalText('pool_lv'),
      dataPercent: row.percent('data_percent'),
      metadataPercent: row.percent('metadata_percent'),
      health: row.optionalText('lv_health_status'),
    })
  }
  return [...volumes.values()]
}

/** Parses `pvs --reportformat json --units b`. The third attribute is m for one that is missing, see pvs(8). */
export function parsePvs(text: string): PhysicalVolume[] {
  return rowsOf('pvs', 'pv', text).map((row) => ({
    device: row.text('pv_name'),
    group: row.optionalText('vg_name'),
    sizeBytes: row.bytes('pv_size'),
    freeBytes: row.bytes('pv_free'),
    missing: row.text('pv_attr')[2] === 'm',
  }))
}

/**
 * A row of a report: every value is a string, empty where it does not apply. A field that was asked
 * for twice is there twice with the same value; JSON.parse keeps the last.
 */
class Row {
  readonly #source: string
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(source: string, fields: object) {
    this.#source = source
    this.#fields = fields as Readonly<Record<string, unknown>>
  }

  text(name: string): string {
    const value = this.optionalText(name)
    if (value === null) throw new ParseError(this.#source, `${name} is empty`)
    return value
  }

  optionalText(name: string): string | null {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
    if (typeof value !== 'string') throw new ParseError(this.#source, `no ${name}`)
    return value.trim() === '' ? null : value.trim()
  }

  /** Null as well where the field was not asked for. */
  ifAsked(name: string): string | null {
    return Object.hasOwn(this.#fields, name) ? this.optionalText(name) : null
  }

  /** With `--units b` a size ends in B. */
  bytes(name: string): number {
    return this.#number(name, /^(\d{1,20})B$/)
  }

  count(name: string): number {
    return this.#number(name, /^(\d{1,20})$/)
  }

  percent(name: string): number | null {
    return this.optionalText(name) === null ? null : this.#number(name, /^(\d{1,3}(?:\.\d{1,9})?)$/)
  }

  #number(name: string, pattern: RegExp): number {
    const value = this.text(name)
    const match = pattern.exec(value)
    if (!match) throw new ParseError(this.#source, `${name} is "${value.slice(0, 60)}"`)
    return Number(match[1])
  }
}

/** The rows of `{"report": [{"<kind>": [{…}, …]}]}`. */
function rowsOf(source: string, kind: string, text: string): Row[] {
  const sections = valueAt(parseJsonObject(source, text), 'report')
  if (!Array.isArray(sections)) throw new ParseError(source, 'no report')
  return sections.flatMap((section: unknown) => {
    const rows = valueAt(section, kind)
    if (!Array.isArray(rows)) throw new ParseError(source, `no list of ${kind}`)
    return rows.map((row: unknown) => {
      if (typeof row !== 'object' || row === null)
        throw new ParseError(source, 'a row is no object')
      return new Row(source, row)
    })
  })
}
