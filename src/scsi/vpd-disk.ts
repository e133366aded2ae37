import { byteAt, numberAt } from './bytes.ts'
import { numberIn } from './log/values.ts'
import { DISK_TYPES, vpdPage } from './vpd.ts'

/** Numbers of the pages of vital product data that disks have (SBC-3 6.6). */
export const BLOCK_LIMITS = 0xb0
export const BLOCK_DEVICE_CHARACTERISTICS = 0xb1
export const LOGICAL_BLOCK_PROVISIONING = 0xb2

/** How much a disk takes at once, in logical blocks (SBC-3 6.6.3); null is not reported. */
export interface BlockLimits {
  maximumCompareAndWriteBlocks: number | null
  optimalGranularityBlocks: number | null
  maximumTransferBlocks: number | null
  optimalTransferBlocks: number | null
  maximumPrefetchBlocks: number | null
  /** Null also when there is no limit. */
  maximumUnmapBlocks: number | null
  /** Null also when there is no limit. */
  maximumUnmapDescriptors: number | null
  optimalUnmapGranularityBlocks: number | null
  /** The first block of the first unmap granule; null when it is not valid. */
  unmapAlignmentBlock: number | null
  maximumWriteSameBlocks: number | null
}

/** Decodes page B0h of a disk: the fields that its version of the standard has. */
export function decodeBlockLimits(data: Uint8Array): BlockLimits {
  const { body } = vpdPage(data, BLOCK_LIMITS, DISK_TYPES)
  const at = (byte: number, length: number) => reported(body, byte - 4, length)
  // All FFh is a number but for what can be unmapped, where it means without limit.
  const limitAt = (byte: number) => (numberIn(body, byte - 4, 4) === null ? null : at(byte, 4))
  const hasAlignment = body.length >= 32 && ((body[28] ?? 0) & 0x80) !== 0
  return {
    maximumCompareAndWriteBlocks: at(5, 1),
    optimalGranularityBlocks: at(6, 2),
    maximumTransferBlocks: at(8, 4),
    optimalTransferBlocks: at(12, 4),
    maximumPrefetchBlocks: at(16, 4),
    maximumUnmapBlocks: limitAt(20),
    maximumUnmapDescriptors: limitAt(24),
    optimalUnmapGranularityBlocks: at(28, 4),
    unmapAlignmentBlock: hasAlignment ? numberAt(body, 28, 4, 'VPD b0h') % 2 ** 31 : null,
    maximumWriteSameBlocks: at(36, 8),
  }
}

/** What a disk is made of (SBC-3 6.6.2; zoned: SBC-4). */
export interface BlockDeviceCharacteristics {
  /** Null when it does not rotate, and when it is not reported. */
  rotationsPerMinute: number | null
  /** Whether it rotates; null when it is not reported. */
  rotating: boolean | null
  /** In inches, e.g. 3.5; null when it is not reported. */
  formFactorInches: number | null
  zoned: 'host-aware' | 'device-managed' | null
}

/** Decodes page B1h of a disk. DecodeError when it ends before the rotation rate. */
export function decodeBlockDeviceCharacteristics(data: Uint8Array): BlockDeviceCharacteristics {
  const { body } = vpdPage(data, BLOCK_DEVICE_CHARACTERISTICS, DISK_TYPES)
  byteAt(body, 1, 'VPD b1h')
  const rate = numberIn(body, 0, 2)
  const isRate = rate !== null && rate >= 0x0401 && rate <= 0xfffe
  const NOT_ROTATING = 1
  return {
    rotationsPerMinute: isRate ? rate : null,
    rotating: rate === NOT_ROTATING ? false : isRate ? true : null,
    formFactorInches: FORM_FACTORS[(body[3] ?? 0) & 0x0f] ?? null,
    zoned: ZONED[((body[4] ?? 0) >> 4) & 0x03] ?? null,
  }
}

/** NOMINAL FORM FACTOR. */
const FORM_FACTORS: Readonly<Record<number, number>> = { 1: 5.25, 2: 3.5, 3: 2.5, 4: 1.8 }

/** ZONED. */
const ZONED: Readonly<Record<number, 'host-aware' | 'device-managed'>> = {
  1: 'host-aware',
  2: 'device-managed',
}

/** How a disk provides its blocks (SBC-3 6.6.4). */
export interface LogicalBlockProvisioning {
  /** `unreported` also for values that are reserved. */
  type: 'unreported' | 'resource' | 'thin'
  /** LBPU, LBPWS, LBPWS10: blocks can be given back by UNMAP, WRITE SAME(16), WRITE SAME(10). */
  unmap: boolean
  writeSame16: boolean
  writeSame10: boolean
  /** LBPRZ: blocks given back read as zeros. */
  readsZeros: boolean
  /** Blocks are counted for thresholds in units of so many; null without thresholds. */
  thresholdBlocks: number | null
}

/** Decodes page B2h of a disk. DecodeError when it ends before the provisioning type. */
export function decodeLogicalBlockProvisioning(data: Uint8Array): LogicalBlockProvisioning {
  const { body } = vpdPage(data, LOGICAL_BLOCK_PROVISIONING, DISK_TYPES)
  const exponent = byteAt(body, 0, 'VPD b2h')
  const flags = byteAt(body, 1, 'VPD b2h')
  const type = byteAt(body, 2, 'VPD b2h') & 0x07
  return {
    type: type === 1 ? 'resource' : type === 2 ? 'thin' : 'unreported',
    unmap: (flags & 0x80) !== 0,
    writeSame16: (flags & 0x40) !== 0,
    writeSame10: (flags & 0x20) !== 0,
    // LBPRZ is three bits; xx1b: zeros, 010b: the provisioning initialization pattern.
    readsZeros: (flags & 0x04) !== 0,
    thresholdBlocks: exponent === 0 ? null : 2 ** exponent,
  }
}

/** 0 stands for what is not reported; so does the end of a shorter page. */
function reported(body: Uint8Array, offset: number, length: number): number | null {
  if (offset + length > body.length) return null
  const limit = numberAt(body, offset, length, 'VPD b0h')
  return limit === 0 ? null : limit
}
