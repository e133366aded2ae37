import { byteAt, DecodeError, hexByte, numberAt } from '../bytes.ts'

/** What MODE SENSE answered (SPC-4 7.5.4). */
export interface ModeData {
  mediumType: number
  /** Device-specific parameter; see writeProtected. */
  deviceSpecific: number
  blockDescriptors: readonly BlockDescriptor[]
  pages: readonly ModePage[]
  /** The allocation length cut the answer: pages behind the last one are missing. */
  truncated: boolean
}

/** Block descriptor of other devices than disks (SPC-4 7.5.5). */
export interface BlockDescriptor {
  /** Of a tape drive: that of the medium; 00h is the default one. */
  densityCode: number
  /** 0 is all that are left. */
  blocks: number
  /** 0 is a length that varies. */
  blockBytes: number
}

/** A mode page (SPC-4 7.5.6), not decoded. */
export interface ModePage {
  page: number
  subpage: number
  /** With its header, so that bytes have the numbers that they have in the standards. */
  bytes: Uint8Array
}

const SOURCE = 'MODE SENSE'
const BLOCK_DESCRIPTOR_BYTES = 8

/** Decodes the answer to MODE SENSE(6). DecodeError when a page ends behind an answer that was not cut. */
export function decodeModeSense6(data: Uint8Array): ModeData {
  const end = 1 + byteAt(data, 0, SOURCE)
  const mediumType = byteAt(data, 1, SOURCE)
  const deviceSpecific = byteAt(data, 2, SOURCE)
  const body = bodyOf(data, end, 4, byteAt(data, 3, SOURCE), false)
  return { mediumType, deviceSpecific, ...body }
}

/** Decodes the answer to MODE SENSE(10). DecodeError as with MODE SENSE(6). */
export function decodeModeSense10(data: Uint8Array): ModeData {
  const end = 2 + numberAt(data, 0, 2, SOURCE)
  const mediumType = byteAt(data, 2, SOURCE)
  const deviceSpecific = byteAt(data, 3, SOURCE)
  // LONGLBA: descriptors of 16 bytes, of disks.
  const long = (byteAt(data, 4, SOURCE) & 0x01) !== 0
  const body = bodyOf(data, end, 8, numberAt(data, 6, 2, SOURCE), long)
  return { mediumType, deviceSpecific, ...body }
}

/** The page of this number; null when the answer does not hold it. */
export function modePage(
  { pages }: Pick<ModeData, 'pages'>,
  page: number,
  subpage = 0,
): ModePage | null {
  return pages.find((one) => one.page === page && one.subpage === subpage) ?? null
}

/** WP of the device-specific parameter: the medium of a tape drive (SSC-4 8.3.1) or a disk cannot be written. */
export function writeProtected({ deviceSpecific }: Pick<ModeData, 'deviceSpecific'>): boolean {
  return (deviceSpecific & 0x80) !== 0
}

/** The bytes of a page. DecodeError when it is another, or ends before `bytes`. */
export function bytesOf(
  { page, subpage, bytes }: ModePage,
  wanted: { page: number; subpage?: number; bytes: number },
): Uint8Array {
  const source = nameOf(wanted.page, wanted.subpage ?? 0)
  if (page !== wanted.page || subpage !== (wanted.subpage ?? 0)) {
    throw new DecodeError(source, `it is ${nameOf(page, subpage)}`)
  }
  byteAt(bytes, wanted.bytes - 1, source)
  return bytes
}

function nameOf(page: number, subpage: number): string {
  return `mode page ${hexByte(page)}h${subpage === 0 ? '' : `/${hexByte(subpage)}h`}`
}

function bodyOf(
  data: Uint8Array,
  end: number,
  headerBytes: number,
  descriptorBytes: number,
  longDescriptors: boolean,
): Pick<ModeData, 'blockDescriptors' | 'pages' | 'truncated'> {
  const truncated = data.length < end
  const answer = data.subarray(0, end)
  const pagesAt = headerBytes + descriptorBytes
  if (pagesAt > answer.length && !truncated) {
    throw new DecodeError(SOURCE, 'block descriptors end behind the answer')
  }
  const descriptors = answer.subarray(headerBytes, pagesAt)
  return {
    blockDescriptors: longDescriptors ? [] : blockDescriptorsOf(descriptors),
    pages: pagesOf(answer.subarray(pagesAt), truncated),
    truncated,
  }
}

function blockDescriptorsOf(data: Uint8Array): BlockDescriptor[] {
  const descriptors: BlockDescriptor[] = []
  for (let at = 0; at + BLOCK_DESCRIPTOR_BYTES <= data.length; at += BLOCK_DESCRIPTOR_BYTES) {
    descriptors.push({
      densityCode: byteAt(data, at, SOURCE),
      blocks: numberAt(data, at + 1, 3, SOURCE),
      blockBytes: numberAt(data, at + 5, 3, SOURCE),
    })
  }
  return descriptors
}

function pagesOf(data: Uint8Array, truncated: boolean): ModePage[] {
  const pages: ModePage[] = []
  for (let offset = 0; offset < data.length;) {
    const first = data[offset] ?? 0
    const isSubpage = (first & 0x40) !== 0
    const headerBytes = isSubpage ? 4 : 2
    const bodyBytes = isSubpage
      ? (data[offset + 2] ?? 0) * 256 + (data[offset + 3] ?? 0)
      : (data[offset + 1] ?? 0)
    const end = offset + headerBytes + bodyBytes
    if (end > data.length) {
      if (truncated) break
      throw new DecodeError(SOURCE, `page ${hexByte(first & 0x3f)}h ends behind the answer`)
    }
    pages.push({
      page: first & 0x3f,
      subpage: isSubpage ? (data[offset + 1] ?? 0) : 0,
      bytes: data.subarray(offset, end),
    })
    offset = end
  }
  return pages
}
