import { byteAt, DecodeError, hexByte, numberAt } from './bytes.ts'

/** A page of vital product data (SPC-4 7.8), its contents not decoded. */
export interface VpdPage {
  /** Peripheral device type of the device: pages from B0h on mean another thing for each. */
  type: number
  /** What follows the header; what the allocation length cut off is missing. */
  body: Uint8Array
  truncated: boolean
}

/** Peripheral device types (SPC-4 6.6.2) whose pages B0h to BFh are those of SBC: disks. */
export const DISK_TYPES: readonly number[] = [0x00, 0x04, 0x07, 0x0e, 0x14]
/** Those of SSC: tape drives, and changers that answer for them. */
export const TAPE_TYPES: readonly number[] = [0x01, 0x08]

/** A page by its header. DecodeError when another page was answered, or a device of none of `types`. */
export function vpdPage(data: Uint8Array, page: number, types: readonly number[] | null): VpdPage {
  const source = `VPD ${hexByte(page)}h`
  const actual = byteAt(data, 1, source)
  if (actual !== page) throw new DecodeError(source, `the answer is page ${hexByte(actual)}h`)
  const type = byteAt(data, 0, source) & 0x1f
  if (types !== null && !types.includes(type)) {
    throw new DecodeError(source, `peripheral device type ${hexByte(type)}h has another page there`)
  }
  const end = 4 + numberAt(data, 2, 2, source)
  return { type, body: data.subarray(4, end), truncated: data.length < end }
}
