import { asciiField, byteAt, DecodeError, numberAt } from './bytes.ts'
import { coherencyOf, type Coherency } from './coherency.ts'
import { allFFh, capacity, counter, text } from './log/values.ts'
import { flagsOf } from './tape-alert-bits.ts'
import { textAttribute } from './text-attribute.ts'
import { mediumUsage, partitionUsage, type UsageHistory } from './usage-history.ts'

/**
 * The memory of a cartridge, its attributes named (SPC-4 7.4.2, SSC-4). Null is what the cartridge
 * does not hold, or holds as blanks or all FFh. A mebibyte is 2^20 bytes.
 */
export interface CartridgeMemory {
  /** 0000h and 0001h: of the partition that was asked for. */
  remainingMebibytes: number | null
  capacityMebibytes: number | null
  /** 0002h: TapeAlert flags of drives that were set while it was loaded before, ascending. */
  tapeAlertFlags: readonly number[] | null
  /** 0003h */
  loads: number | null
  /** 0004h and 0407h: free and whole size of this memory. */
  memoryRemainingBytes: number | null
  memoryCapacityBytes: number | null
  /** 0005h: who gives the density code its meaning, e.g. LTO-CVE. */
  assigningOrganization: string | null
  /** 0006h: density code that it is formatted with. */
  formattedDensityCode: number | null
  /** 0007h */
  initializations: number | null
  /** 0008h */
  volumeIdentifier: string | null
  /** 0009h: changes whenever what is written does. */
  volumeChangeReference: number | null
  /** 020Ah to 020Dh: the drives that it was loaded in, the last one first; those that are told. */
  lastDrives: readonly LoadingDrive[]
  /** 0220h and 0221h: in its life. */
  writtenMebibytes: number | null
  readMebibytes: number | null
  /** 0222h and 0223h: since it was loaded, or while it was last. */
  loadWrittenMebibytes: number | null
  loadReadMebibytes: number | null
  /** 0224h and 0225h: logical object numbers; null also when there is no such block. */
  firstEncryptedBlock: number | null
  firstUnencryptedBlock: number | null
  /** 0340h and 0341h */
  usage: UsageHistory | null
  partitionUsage: UsageHistory | null

  /** 0400h */
  manufacturer: string | null
  /** 0401h */
  serial: string | null
  /** 0402h */
  lengthMeters: number | null
  /** 0403h */
  widthMillimeters: number | null
  /** 0404h */
  mediumAssigningOrganization: string | null
  /** 0405h */
  densityCode: number | null
  /** 0406h: YYYYMMDD by the standard. */
  manufacturingDate: string | null
  /** 0408h: 00h data, 01h cleaning, 80h write once. */
  mediumType: number | null
  /** 0409h: of a cleaning cartridge, how often it can clean. */
  mediumTypeInformation: number | null

  /** 0800h to 0802h: the application that uses it. */
  applicationVendor: string | null
  applicationName: string | null
  applicationVersion: string | null
  /** 0803h */
  userLabel: string | null
  /** 0804h: YYYYMMDDHHMM by the standard. */
  lastWritten: string | null
  /** 0806h */
  barcode: string | null
  /** 0807h */
  owningHost: string | null
  /** 0808h */
  mediaPool: string | null
  /** 0809h */
  partitionLabel: string | null
  /** 080Bh */
  applicationFormatVersion: string | null
  /** 080Ch: whether an index of LTFS and the like is that of the data. */
  coherency: Coherency | null
  /** 0820h and 0821h */
  uniqueIdentifier: string | null
  mediaPoolUniqueIdentifier: string | null

  /** Attributes that are not named above. */
  others: readonly MemoryAttribute[]
  /** The allocation length cut the answer: attributes are missing. */
  truncated: boolean
}

/** A drive that a cartridge was loaded in. */
export interface LoadingDrive {
  vendor: string | null
  serial: string | null
}

/** An attribute as it came (SPC-4 7.4.1). */
export interface MemoryAttribute {
  identifier: number
  readOnly: boolean
  /** 0 binary, 1 ASCII, 2 text. */
  format: number
  value: Uint8Array
}

const SOURCE = 'READ ATTRIBUTE'

/** Decodes attribute values, service action 00h. DecodeError when an attribute ends behind the answer. */
export function decodeCartridgeMemory(data: Uint8Array): CartridgeMemory {
  const { attributes, truncated } = decodeAttributes(data)
  const values = new Map<number, Uint8Array>()
  for (const { identifier, value } of attributes) {
    if (value.length > 0 && !values.has(identifier)) values.set(identifier, value)
  }
  const number = (identifier: number) => counter(values.get(identifier))
  const ascii = (identifier: number) => text(values.get(identifier))
  const localization = number(0x0805)
  const localized = (identifier: number) => textAttribute(values.get(identifier), localization)
  const tenths = number(0x0403)
  return {
    remainingMebibytes: capacity(values.get(0x0000)),
    capacityMebibytes: capacity(values.get(0x0001)),
    tapeAlertFlags: tapeAlertFlags(values.get(0x0002)),
    loads: number(0x0003),
    memoryRemainingBytes: number(0x0004),
    memoryCapacityBytes: number(0x0407),
    assigningOrganization: ascii(0x0005),
    formattedDensityCode: number(0x0006),
    initializations: number(0x0007),
    volumeIdentifier: ascii(0x0008),
    volumeChangeReference: number(0x0009),
    lastDrives: [0x020a, 0x020b, 0x020c, 0x020d].flatMap((id) => loadingDrive(values.get(id))),
    writtenMebibytes: capacity(values.get(0x0220)),
    readMebibytes: capacity(values.get(0x0221)),
    loadWrittenMebibytes: capacity(values.get(0x0222)),
    loadReadMebibytes: capacity(values.get(0x0223)),
    firstEncryptedBlock: capacity(values.get(0x0224)),
    firstUnencryptedBlock: capacity(values.get(0x0225)),
    usage: mediumUsage(values.get(0x0340)),
    partitionUsage: partitionUsage(values.get(0x0341)),
    manufacturer: ascii(0x0400),
    serial: ascii(0x0401),
    lengthMeters: number(0x0402),
    widthMillimeters: tenths === null ? null : tenths / 10,
    mediumAssigningOrganization: ascii(0x0404),
    densityCode: number(0x0405),
    manufacturingDate: ascii(0x0406),
    mediumType: number(0x0408),
    mediumTypeInformation: number(0x0409),
    applicationVendor: ascii(0x0800),
    applicationName: ascii(0x0801),
    applicationVersion: ascii(0x0802),
    userLabel: localized(0x0803),
    lastWritten: ascii(0x0804),
    barcode: ascii(0x0806),
    owningHost: localized(0x0807),
    mediaPool: localized(0x0808),
    partitionLabel: ascii(0x0809),
    applicationFormatVersion: ascii(0x080b),
    coherency: coherencyOf(values.get(0x080c)),
    uniqueIdentifier: ascii(0x0820),
    mediaPoolUniqueIdentifier: ascii(0x0821),
    others: attributes.filter(({ identifier }) => !NAMED.has(identifier)),
    truncated,
  }
}

/** Identifiers whose values have a name. */
const NAMED: ReadonlySet<number> = new Set([
  ...[0x0000, 0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0006, 0x0007, 0x0008, 0x0009],
  ...[0x020a, 0x020b, 0x020c, 0x020d, 0x0220, 0x0221, 0x0222, 0x0223, 0x0224, 0x0225],
  ...[0x0340, 0x0341],
  ...[0x0400, 0x0401, 0x0402, 0x0403, 0x0404, 0x0405, 0x0406, 0x0407, 0x0408, 0x0409],
  ...[0x0800, 0x0801, 0x0802, 0x0803, 0x0804, 0x0805, 0x0806, 0x0807, 0x0808, 0x0809],
  ...[0x080b, 0x080c, 0x0820, 0x0821],
])

/**
 * Splits attribute values (SPC-4 6.17). Up to four bytes behind the last attribute are not one, and
 * not looked at. DecodeError when an attribute ends behind the answer, unless that was cut.
 */
export function decodeAttributes(data: Uint8Array): {
  attributes: readonly MemoryAttribute[]
  truncated: boolean
} {
  const { body, truncated } = bodyOf(data)
  const attributes: MemoryAttribute[] = []
  for (let offset = 0; offset + 5 <= body.length;) {
    const end = offset + 5 + numberAt(body, offset + 3, 2, SOURCE)
    if (end > body.length) {
      if (truncated) break
      throw new DecodeError(SOURCE, 'an attribute ends behind the answer')
    }
    const flags = byteAt(body, offset + 2, SOURCE)
    attributes.push({
      identifier: numberAt(body, offset, 2, SOURCE),
      readOnly: (flags & 0x80) !== 0,
      format: flags & 0x03,
      value: body.subarray(offset + 5, end),
    })
    offset = end
  }
  return { attributes, truncated }
}

/** Decodes the identifiers of the attributes there are, service action 01h (SPC-4 6.17). */
export function decodeAttributeList(data: Uint8Array): number[] {
  const { body } = bodyOf(data)
  const identifiers: number[] = []
  for (let offset = 0; offset + 2 <= body.length; offset += 2) {
    identifiers.push(numberAt(body, offset, 2, SOURCE))
  }
  return identifiers
}

function bodyOf(data: Uint8Array): { body: Uint8Array; truncated: boolean } {
  const end = 4 + numberAt(data, 0, 4, SOURCE)
  return { body: data.subarray(4, end), truncated: data.length < end }
}

/** Unlike in the list of the flags that a drive can set, all of them together mean that none is known. */
function tapeAlertFlags(value: Uint8Array | undefined): readonly number[] | null {
  return value === undefined || allFFh(value) ? null : flagsOf(value)
}

/** Eight characters of the vendor, and the serial number of the drive; none when it has neither. */
function loadingDrive(value: Uint8Array | undefined): LoadingDrive[] {
  if (value === undefined) return []
  const vendor = asciiField(value.subarray(0, 8))
  const serial = asciiField(value.subarray(8))
  return vendor === null && serial === null ? [] : [{ vendor, serial }]
}
