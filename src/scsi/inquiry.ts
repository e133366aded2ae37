import { asciiField, byteAt, DecodeError, hexByte, numberAt } from './bytes.ts'

/** Standard INQUIRY data (SPC-4 6.6.2). */
export interface InquiryData {
  /** Peripheral device type: 00h disk, 01h tape, 08h medium changer, 0Dh enclosure. */
  type: number
  /** Peripheral qualifier: 0 connected, 1 not connected now, 3 no such logical unit. */
  qualifier: number
  vendor: string
  product: string
  revision: string
  /** Serial number in the vendor-specific bytes, where the family is known to keep it there. */
  serial: string | null
}

/** Decodes standard INQUIRY data. DecodeError when it ends before the product revision level. */
export function decodeInquiry(data: Uint8Array): InquiryData {
  const first = byteAt(data, 0, 'INQUIRY')
  byteAt(data, 35, 'INQUIRY')
  const vendor = asciiField(data.subarray(8, 16)) ?? ''
  const product = asciiField(data.subarray(16, 32)) ?? ''
  return {
    type: first & 0x1f,
    qualifier: first >> 5,
    vendor,
    product,
    revision: asciiField(data.subarray(32, 36)) ?? '',
    serial: vendor === 'IBM' && product.startsWith('03584') ? serialOf3584(data) : null,
  }
}

/**
 * The IBM 3584 family repeats in bytes 38 to 49 the first 12 characters of its unit serial number page, whose
 * last four tell the logical libraries of a frame apart. Only a number that is padded is known to be complete.
 */
function serialOf3584(data: Uint8Array): string | null {
  const serial = asciiField(data.subarray(38, 50))
  return serial !== null && serial.length < 12 ? serial : null
}

/** Pages that a device has, from VPD page 00h (SPC-4 7.8.15). */
export function decodeVpdPages(data: Uint8Array): number[] {
  return [...pageBody(data, 0x00)]
}

/** Unit serial number, VPD page 80h (SPC-4 7.8.16); null when the device says that it has none. */
export function decodeUnitSerialNumber(data: Uint8Array): string | null {
  return asciiField(pageBody(data, 0x80))
}

/** A name of the device, VPD page 83h (SPC-4 7.8.5). */
export interface Designator {
  /** 0 vendor specific, 1 T10 vendor id, 2 EUI-64, 3 NAA, 4 relative target port, 5 target port group, 8 SCSI name string. */
  type: number
  /** 0 logical unit, 1 target port, 2 target device. */
  association: number
  /** Text of ASCII and UTF-8 designators, hex digits of binary ones; null when it is empty. */
  value: string | null
}

/**
 * Decodes the designators of VPD page 83h. A last designator that claims more bytes than the
 * page holds is left out: some libraries send such a page.
 */
export function decodeDesignators(data: Uint8Array): Designator[] {
  const body = pageBody(data, 0x83)
  const designators: Designator[] = []
  for (let offset = 0; offset + 4 <= body.length;) {
    const codeSet = byteAt(body, offset, 'VPD 83h') & 0x0f
    const kind = byteAt(body, offset + 1, 'VPD 83h')
    const end = offset + 4 + byteAt(body, offset + 3, 'VPD 83h')
    if (end > body.length) break
    const bytes = body.subarray(offset + 4, end)
    designators.push({
      type: kind & 0x0f,
      association: (kind >> 4) & 0x03,
      value: codeSet === 1 ? hex(bytes) : asciiField(bytes),
    })
    offset = end
  }
  return designators
}

/** The bytes behind the header of a VPD page; what the allocation length cut off is missing. */
function pageBody(data: Uint8Array, page: number): Uint8Array {
  const source = `VPD ${hexByte(page)}h`
  const actual = byteAt(data, 1, source)
  if (actual !== page) throw new DecodeError(source, `the answer is page ${hexByte(actual)}h`)
  return data.subarray(4, 4 + numberAt(data, 2, 2, source))
}

function hex(bytes: Uint8Array): string | null {
  return bytes.length === 0 ? null : [...bytes].map(hexByte).join('')
}
