import { ratio } from './data-compression.ts'
import { logValues } from './page.ts'
import { allFFh, capacity, counter, flag, text } from './values.ts'
import {
  mountHistory,
  partitionCapacities,
  partitionPositions,
  type PartitionCapacity,
  type PartitionPosition,
  type PastMount,
} from './volume-lists.ts'

/** Number of the volume statistics page (SSC-4), whose subpages 01h to 0Fh are of volumes mounted before. */
export const VOLUME_STATISTICS = 0x17

/**
 * What a drive knows of the volume in it (SSC-5; IBM LTO SCSI Reference 6.4.14), over its life
 * where nothing else is said. Whether a megabyte is 10^6 bytes or 2^20 the standard does not say.
 */
export interface VolumeStatistics {
  /** 0000h: false: nothing else is to be relied on, as when no volume is mounted. */
  valid: boolean | null
  /** 0001h: times that it was threaded, which are its loads. */
  threads: number | null
  /** 0002h */
  dataSetsWritten: number | null
  /** 0003h */
  writeRetries: number | null
  /** 0004h */
  unrecoveredWriteErrors: number | null
  /** 0005h */
  suspendedWrites: number | null
  /** 0006h */
  fatalSuspendedWrites: number | null
  /** 0007h */
  dataSetsRead: number | null
  /** 0008h */
  readRetries: number | null
  /** 0009h */
  unrecoveredReadErrors: number | null
  /** 000Ah */
  suspendedReads: number | null
  /** 000Bh */
  fatalSuspendedReads: number | null
  /** 000Ch: in the last mount, as the next three. */
  lastMountUnrecoveredWriteErrors: number | null
  /** 000Dh */
  lastMountUnrecoveredReadErrors: number | null
  /** 000Eh */
  lastMountMegabytesWritten: number | null
  /** 000Fh */
  lastMountMegabytesRead: number | null
  /** 0010h */
  megabytesWritten: number | null
  /** 0011h */
  megabytesRead: number | null
  /** 0012h: bytes written by initiators for a byte on the medium; null also where nothing was written. */
  lastLoadWriteRatio: number | null
  /** 0013h */
  lastLoadReadRatio: number | null
  /** 0014h: time that it was mounted. */
  mountMilliseconds: number | null
  /** 0015h: time that it took to become ready. */
  readyMilliseconds: number | null
  /** 0016h */
  nativeCapacityMegabytes: number | null
  /** 0017h */
  usedNativeCapacityMegabytes: number | null
  /** 0018h: what it was made for. */
  designCapacityMegabytes: number | null
  /** 0019h: 0 to 100. mhvtl's volumes say 0 from the first day on. */
  lifeRemainingPercent: number | null
  /** 001Ah: writes that were stopped, in forward wraps. */
  forwardWriteStops: number | null
  /** 001Bh: the same in backward wraps. */
  backwardWriteStops: number | null
  /** 0040h */
  serial: string | null
  /** 0041h */
  tapeLot: string | null
  /** 0042h: the volume tag, as the cartridge's memory says. */
  barcode: string | null
  /** 0043h */
  manufacturer: string | null
  /** 0044h */
  licenseCode: string | null
  /** 0045h: such as Ultrium-8. */
  personality: string | null
  /** 0080h */
  writeProtected: boolean | null
  /** 0081h */
  worm: boolean | null
  /** 0082h: the tape path was warmer than recommended. */
  temperatureExceeded: boolean | null
  /** 0100h: mounts in which it was written. */
  writeMounts: number | null
  /** 0101h: times that the beginning of the medium passed the head. LTO-5 drives do not count them. */
  beginningPasses: number | null
  /** 0102h: the same of its middle. */
  middlePasses: number | null
  /** 0200h: the first encrypted logical object of each partition. */
  firstEncryptedObjects: readonly PartitionPosition[]
  /** 0201h: the first unencrypted one behind it. */
  firstUnencryptedObjects: readonly PartitionPosition[]
  /** 0202h */
  partitionCapacities: readonly PartitionCapacity[]
  /** 0203h */
  partitionUsedCapacities: readonly PartitionCapacity[]
  /** 0204h */
  partitionRemainingCapacities: readonly PartitionCapacity[]
  /** 0300h: the drives that had it before, the last first. */
  mountHistory: readonly PastMount[]
}

/** Decodes page 17h, or one of its subpages 01h to 0Fh when it is named. DecodeError when it is another. */
export function decodeVolumeStatistics(data: Uint8Array, subpage = 0): VolumeStatistics {
  const values = logValues(data, VOLUME_STATISTICS, subpage)
  const count = (code: number): number | null => counter(values.get(code))
  const valid = values.get(0x0000)
  return {
    // Only the lowest bit of the last byte is defined.
    valid: valid === undefined || allFFh(valid) ? null : ((valid.at(-1) ?? 0) & 0x01) !== 0,
    threads: count(0x0001),
    dataSetsWritten: count(0x0002),
    writeRetries: count(0x0003),
    unrecoveredWriteErrors: count(0x0004),
    suspendedWrites: count(0x0005),
    fatalSuspendedWrites: count(0x0006),
    dataSetsRead: count(0x0007),
    readRetries: count(0x0008),
    unrecoveredReadErrors: count(0x0009),
    suspendedReads: count(0x000a),
    fatalSuspendedReads: count(0x000b),
    lastMountUnrecoveredWriteErrors: count(0x000c),
    lastMountUnrecoveredReadErrors: count(0x000d),
    lastMountMegabytesWritten: count(0x000e),
    lastMountMegabytesRead: count(0x000f),
    megabytesWritten: count(0x0010),
    megabytesRead: count(0x0011),
    lastLoadWriteRatio: ratio(values.get(0x0012)),
    lastLoadReadRatio: ratio(values.get(0x0013)),
    mountMilliseconds: count(0x0014),
    readyMilliseconds: count(0x0015),
    nativeCapacityMegabytes: capacity(values.get(0x0016)),
    usedNativeCapacityMegabytes: capacity(values.get(0x0017)),
    designCapacityMegabytes: capacity(values.get(0x0018)),
    lifeRemainingPercent: percent(count(0x0019)),
    forwardWriteStops: count(0x001a),
    backwardWriteStops: count(0x001b),
    serial: text(values.get(0x0040)),
    tapeLot: text(values.get(0x0041)),
    barcode: text(values.get(0x0042)),
    manufacturer: text(values.get(0x0043)),
    licenseCode: text(values.get(0x0044)),
    personality: text(values.get(0x0045)),
    writeProtected: flag(values.get(0x0080)),
    worm: flag(values.get(0x0081)),
    temperatureExceeded: flag(values.get(0x0082)),
    writeMounts: count(0x0100),
    beginningPasses: count(0x0101),
    middlePasses: count(0x0102),
    firstEncryptedObjects: partitionPositions(values.get(0x0200)),
    firstUnencryptedObjects: partitionPositions(values.get(0x0201)),
    partitionCapacities: partitionCapacities(values.get(0x0202)),
    partitionUsedCapacities: partitionCapacities(values.get(0x0203)),
    partitionRemainingCapacities: partitionCapacities(values.get(0x0204)),
    mountHistory: mountHistory(values.get(0x0300)),
  }
}

/** More than 100 is no part of a life. */
function percent(value: number | null): number | null {
  return value !== null && value > 100 ? null : value
}
