import { asciiField, byteAt } from './bytes.ts'
import { hexOf } from './log/values.ts'
import { vpdPage } from './vpd.ts'

/** A name of the device, VPD page 83h (SPC-4 7.8.5). */
export interface Designator {
  /** See DESIGNATOR. */
  type: number
  /** See ASSOCIATION. */
  association: number
  /** Text of ASCII and UTF-8 designators, hex digits of binary ones; null when it is empty. */
  value: string | null
}

/** Designator types (SPC-4 7.8.5). */
export const DESIGNATOR = {
  vendorSpecific: 0,
  t10Vendor: 1,
  eui64: 2,
  naa: 3,
  relativeTargetPort: 4,
  targetPortGroup: 5,
  logicalUnitGroup: 6,
  scsiName: 8,
} as const

/** What a designator names (SPC-4 7.8.5). */
export const ASSOCIATION = { logicalUnit: 0, targetPort: 1, targetDevice: 2 } as const

const SOURCE = 'VPD 83h'

/**
 * Decodes the designators of VPD page 83h. A last designator that claims more bytes than the
 * page holds is left out: some libraries send such a page.
 */
export function decodeDesignators(data: Uint8Array): Designator[] {
  const { body } = vpdPage(data, 0x83, null)
  const designators: Designator[] = []
  for (let offset = 0; offset + 4 <= body.length;) {
    const codeSet = byteAt(body, offset, SOURCE) & 0x0f
    const kind = byteAt(body, offset + 1, SOURCE)
    const end = offset + 4 + byteAt(body, offset + 3, SOURCE)
    if (end > body.length) break
    const bytes = body.subarray(offset + 4, end)
    const isText = codeSet === 2 || codeSet === 3
    designators.push({
      type: kind & 0x0f,
      association: (kind >> 4) & 0x03,
      value: isText ? asciiField(bytes) : bytes.length === 0 ? null : hexOf(bytes),
    })
    offset = end
  }
  return designators
}

/** The names of a device that are unique in the world, as far as it has them. */
export interface WorldWideNames {
  /** Of the logical unit, else of the device: hex digits of the NAA, else of the EUI-64. */
  name: string | null
  /** Of the target ports, each once. */
  targetPorts: readonly string[]
  /** Vendor of the T10 vendor id, and what the vendor puts behind it: mostly product and serial number. */
  vendor: string | null
  vendorSpecific: string | null
}

/** Picks the names that are unique out of the designators of a device. */
export function wwnOf(designators: readonly Designator[]): WorldWideNames {
  const { logicalUnit, targetPort, targetDevice } = ASSOCIATION
  const { naa, eui64, t10Vendor } = DESIGNATOR
  const find = (association: number, type: number) =>
    designators
      .filter((one) => one.association === association && one.type === type)
      .find(({ value }) => value !== null)?.value ?? null
  const ports = designators.filter(
    (one) => one.association === targetPort && (one.type === naa || one.type === eui64),
  )
  const vendorId = find(logicalUnit, t10Vendor)
  return {
    name:
      find(logicalUnit, naa) ??
      find(logicalUnit, eui64) ??
      find(targetDevice, naa) ??
      find(targetDevice, eui64),
    targetPorts: [...new Set(ports.flatMap(({ value }) => value ?? []))],
    vendor: vendorId === null ? null : vendorId.slice(0, 8).trim(),
    vendorSpecific: vendorId === null ? null : vendorId.slice(8).trim() || null,
  }
}

/** Network address authority (SPC-4 7.8.5): the first digit of an NAA says who gave it out. */
export function naaKind(naa: string): string | null {
  return NAA_KINDS[naa.charAt(0)] ?? null
}

const NAA_KINDS: Readonly<Record<string, string>> = {
  2: 'IEEE Extended',
  3: 'Locally Assigned',
  5: 'IEEE Registered',
  6: 'IEEE Registered Extended',
}
