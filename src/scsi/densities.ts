import { asciiField, byteAt, numberAt } from './bytes.ts'

/** A density that a drive can use, or that the cartridge in it can have (SSC-4 7.11). */
export interface Density {
  /** Code in mode block descriptors, e.g. 5Eh for LTO-8. */
  primaryCode: number
  secondaryCode: number
  /** WRTOK: the drive can write it. */
  writable: boolean
  /** DEFLT: what it writes unasked. */
  default: boolean
  bitsPerMillimeter: number | null
  widthMillimeters: number | null
  tracks: number | null
  /** Native capacity; a megabyte is 10^6 bytes. */
  capacityMegabytes: number | null
  /** Who gives the code its meaning, e.g. LTO-CVE. */
  assigningOrganization: string | null
  /** E.g. U-832. */
  name: string | null
  description: string | null
}

/** A type of medium that a drive can use (SSC-4 7.11). */
export interface MediumType {
  code: number
  densityCodes: readonly number[]
  widthMillimeters: number | null
  lengthMeters: number | null
  assigningOrganization: string | null
  name: string | null
  description: string | null
}

const SOURCE = 'REPORT DENSITY SUPPORT'
const DENSITY_BYTES = 52
const MEDIUM_TYPE_BYTES = 56

/** Decodes densities. A descriptor that is not whole is left out: the allocation length cut it. */
export function decodeDensities(data: Uint8Array): Density[] {
  return descriptorsOf(data, DENSITY_BYTES).map((bytes) => {
    const flags = byteAt(bytes, 2, SOURCE)
    return {
      primaryCode: byteAt(bytes, 0, SOURCE),
      secondaryCode: byteAt(bytes, 1, SOURCE),
      writable: (flags & 0x80) !== 0,
      default: (flags & 0x20) !== 0,
      bitsPerMillimeter: reported(bytes, 5, 3),
      widthMillimeters: tenths(bytes, 8),
      tracks: reported(bytes, 10, 2),
      capacityMegabytes: reported(bytes, 12, 4),
      assigningOrganization: asciiField(bytes.subarray(16, 24)),
      name: asciiField(bytes.subarray(24, 32)),
      description: asciiField(bytes.subarray(32, 52)),
    }
  })
}

/** Decodes medium types; as with densities. */
export function decodeMediumTypes(data: Uint8Array): MediumType[] {
  return descriptorsOf(data, MEDIUM_TYPE_BYTES).map((bytes) => {
    const count = Math.min(byteAt(bytes, 4, SOURCE), 9)
    return {
      code: byteAt(bytes, 0, SOURCE),
      densityCodes: [...bytes.subarray(5, 5 + count)],
      widthMillimeters: tenths(bytes, 14),
      lengthMeters: reported(bytes, 16, 2),
      assigningOrganization: asciiField(bytes.subarray(20, 28)),
      name: asciiField(bytes.subarray(28, 36)),
      description: asciiField(bytes.subarray(36, 56)),
    }
  })
}

/** The header tells how many bytes follow its first two; two are reserved. */
function descriptorsOf(data: Uint8Array, size: number): Uint8Array[] {
  const end = 2 + numberAt(data, 0, 2, SOURCE)
  const body = data.subarray(4, end)
  const descriptors: Uint8Array[] = []
  for (let offset = 0; offset + size <= body.length; offset += size) {
    descriptors.push(body.subarray(offset, offset + size))
  }
  return descriptors
}

/** A number, null where 0 or all FFh stand for one that is not known. */
function reported(bytes: Uint8Array, offset: number, length: number): number | null {
  const number = numberAt(bytes, offset, length, SOURCE)
  return number === 0 || number === 256 ** length - 1 ? null : number
}

/** Widths are told in tenths of a millimeter. */
function tenths(bytes: Uint8Array, offset: number): number | null {
  const number = reported(bytes, offset, 2)
  return number === null ? null : number / 10
}
