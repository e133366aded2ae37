import { asciiField, byteAt } from './bytes.ts'
import { vpdPage } from './vpd.ts'

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
  return [...vpdPage(data, 0x00, null).body]
}

/** Unit serial number, VPD page 80h (SPC-4 7.8.16); null when the device says that it has none. */
export function decodeUnitSerialNumber(data: Uint8Array): string | null {
  return asciiField(vpdPage(data, 0x80, null).body)
}
