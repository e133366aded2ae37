/** What the memory of a virtual cartridge says of it. */
export interface MediumMemory {
  barcode: string
  capacityBytes: number
  remainingBytes: number
}

/** A file that is no memory of a cartridge as mhvtl writes it. */
export class MediumMemoryError extends Error {
  readonly code = 'ERR_PARSE'

  constructor(reason: string) {
    super(`mam: ${reason}`)
    this.name = 'MediumMemoryError'
  }
}

/** `struct MAM` up to mhvtl 1.7 (usr/vtllib.h): packed, 1 KiB, big-endian but for the two versions before it. */
const STRUCT = { bytes: 1024, remaining: 8, capacity: 16, barcode: 553, barcodeBytes: 32 }
/** Since then identifiers of SPC-5 7.4 (MAM attributes), each with its length and value (usr/vtlcart.c, write_mam). */
const ATTRIBUTES = { remaining: 0x0000, capacity: 0x0001, barcode: 0x0806 }
const VERSIONS_BYTES = 8

/**
 * Decodes a `mam` file, or the begin of a `meta` file of old media. Versions, identifiers and lengths are in the byte
 * order of the machine that wrote them, x86 and ARM alike. Throws MediumMemoryError.
 */
export function decodeMediumMemory(bytes: Uint8Array): MediumMemory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < VERSIONS_BYTES) throw new MediumMemoryError('is cut short')
  const version = view.getUint32(4, true)
  if (version >= 1 && version <= 3 && bytes.length >= STRUCT.bytes && hasStruct(bytes)) {
    return memory(
      bytes.subarray(STRUCT.barcode, STRUCT.barcode + STRUCT.barcodeBytes),
      view.getBigUint64(STRUCT.capacity),
      view.getBigUint64(STRUCT.remaining),
    )
  }
  const attributes = attributesIn(bytes, view)
  const number = (id: number) => {
    const value = attributes.get(id)
    if (value?.length !== 8) throw new MediumMemoryError(`attribute ${hex(id)} is not there`)
    return new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0)
  }
  const barcode = attributes.get(ATTRIBUTES.barcode)
  if (barcode === undefined) throw new MediumMemoryError('has no barcode')
  return memory(barcode, number(ATTRIBUTES.capacity), number(ATTRIBUTES.remaining))
}

/** Its manufacturer's name stands in the middle of the structure, and of attributes elsewhere. */
function hasStruct(bytes: Uint8Array): boolean {
  return text(bytes.subarray(250, 258)) === 'linuxVTL'
}

function attributesIn(bytes: Uint8Array, view: DataView): Map<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>()
  let at = VERSIONS_BYTES
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw new MediumMemoryError('is cut short')
    const end = at + 4 + view.getUint16(at + 2, true)
    if (end > bytes.length) throw new MediumMemoryError('is cut short')
    attributes.set(view.getUint16(at, true), bytes.subarray(at + 4, end))
    at = end
  }
  return attributes
}

function memory(barcode: Uint8Array, capacity: bigint, remaining: bigint): MediumMemory {
  if (capacity > Number.MAX_SAFE_INTEGER) throw new MediumMemoryError('capacity is out of range')
  return {
    barcode: text(barcode),
    capacityBytes: Number(capacity),
    remainingBytes: Number(remaining),
  }
}

function text(bytes: Uint8Array): string {
  const letters = Buffer.from(bytes).toString('latin1')
  return (letters.split('\0', 1)[0] ?? '').trim()
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(4, '0')}`
}
