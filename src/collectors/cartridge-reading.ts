import type { VeryHighFrequencyData } from '../scsi/log/device-status.ts'
import { decodePerformance, PERFORMANCE } from '../scsi/log/performance.ts'
import { decodeTapeCapacity, TAPE_CAPACITY } from '../scsi/log/tape-capacity.ts'
import { decodeTapeUsage, TAPE_USAGE } from '../scsi/log/tape-usage.ts'
import {
  decodeVolumeStatistics,
  VOLUME_STATISTICS,
  type VolumeStatistics,
} from '../scsi/log/volume-statistics.ts'
import { decodeCartridgeMemory, type CartridgeMemory } from '../scsi/medium-auxiliary-memory.ts'
import type { CartridgeHealth } from './drive-health.ts'
import { MEMORY, pageName } from './drive-pages.ts'
import type { PageReader } from './page-reader.ts'

/** The log pages that tell of the cartridge in a drive. */
export const CARTRIDGE_PAGES: readonly number[] = [
  VOLUME_STATISTICS,
  TAPE_USAGE,
  TAPE_CAPACITY,
  PERFORMANCE,
]

/** What IBM means by a megabyte on page 17h; the standard does not say. */
const MEGABYTE = 1_000_000
/** That of page 31h (IBM) and of the cartridge's memory (SPC-5 7.4.2). */
const MEBIBYTE = 2 ** 20

/**
 * The cartridge in the drive; null without one, and when nothing tells that there is one. The memory of the
 * cartridge goes before log pages, which not every drive has, but for what changes while it is written.
 */
export function cartridgeIn(
  reader: PageReader,
  virtual: boolean,
  status: VeryHighFrequencyData | null,
): CartridgeHealth | null {
  if (status?.mediumPresent === false) return null
  const memory = reader.read(MEMORY, decodeCartridgeMemory)
  const volume = volumeStatistics(reader)
  const usage = reader.read(pageName(TAPE_USAGE), decodeTapeUsage)
  if (memory === null && status === null && !(volume?.serial ?? volume?.barcode)) return null
  const loads = memory?.loads ?? volume?.threads ?? usage?.threads ?? null
  return {
    serial: memory?.serial ?? volume?.serial ?? null,
    barcode: memory?.barcode ?? volume?.barcode ?? null,
    manufacturer: memory?.manufacturer ?? volume?.manufacturer ?? null,
    loads,
    ...capacity(reader, volume, memory),
    lifeRemainingPercent: lifeRemaining(volume, loads, virtual),
    efficiency: reader.read(pageName(PERFORMANCE), decodePerformance)?.mediumEfficiency ?? null,
    lifetimeWrittenBytes:
      scaled(memory?.writtenMebibytes, MEBIBYTE) ?? scaled(volume?.megabytesWritten, MEGABYTE),
    lifetimeReadBytes:
      scaled(memory?.readMebibytes, MEBIBYTE) ?? scaled(volume?.megabytesRead, MEGABYTE),
    writeRetries: volume?.writeRetries ?? usage?.writeRetries ?? null,
    readRetries: volume?.readRetries ?? usage?.readRetries ?? null,
    unrecoveredWriteErrors: volume?.unrecoveredWriteErrors ?? usage?.unrecoveredWriteErrors ?? null,
    unrecoveredReadErrors: volume?.unrecoveredReadErrors ?? usage?.unrecoveredReadErrors ?? null,
    lastMountUnrecoveredWriteErrors: volume?.lastMountUnrecoveredWriteErrors ?? null,
    lastMountUnrecoveredReadErrors: volume?.lastMountUnrecoveredReadErrors ?? null,
    worm: volume?.worm ?? wormByType(memory),
    writeProtected: volume?.writeProtected ?? status?.writeProtected ?? null,
    lastDrives: lastDrives(volume, memory),
  }
}

/** Page 17h, where it vouches for what it says. */
function volumeStatistics(reader: PageReader): VolumeStatistics | null {
  const told = reader.read(pageName(VOLUME_STATISTICS), (data) => decodeVolumeStatistics(data))
  return told?.valid === false ? null : told
}

/** From one source, so that what remains is part of the whole: pages are up to date while the memory waits for the unload. */
function capacity(
  reader: PageReader,
  volume: VolumeStatistics | null,
  memory: CartridgeMemory | null,
): Pick<CartridgeHealth, 'capacityBytes' | 'remainingBytes'> {
  const page = reader.read(pageName(TAPE_CAPACITY), decodeTapeCapacity) ?? []
  const told = spaceOf(
    page.map(({ maximumMegabytes, remainingMegabytes }) => ({
      maximum: maximumMegabytes,
      remaining: remainingMegabytes,
    })),
  )
  if (told.maximum !== null) {
    return {
      capacityBytes: scaled(told.maximum, MEBIBYTE),
      remainingBytes: scaled(told.remaining, MEBIBYTE),
    }
  }
  const partitions = spaceOf(partitionsOf(volume))
  const native = partitions.maximum ?? volume?.nativeCapacityMegabytes ?? null
  if (native !== null && native > 0) {
    const used = volume?.usedNativeCapacityMegabytes ?? null
    const left = used === null ? null : Math.max(0, native - used)
    const remaining = partitions.maximum === null ? left : (partitions.remaining ?? left)
    return {
      capacityBytes: scaled(native, MEGABYTE),
      remainingBytes: scaled(remaining, MEGABYTE),
    }
  }
  return {
    capacityBytes: scaled(memory?.capacityMebibytes, MEBIBYTE),
    remainingBytes: scaled(memory?.remainingMebibytes, MEBIBYTE),
  }
}

interface PartitionRoom {
  maximum: number | null
  remaining: number | null
}

/**
 * All partitions together. Those that have no room, or of which nothing is told, are not there: mhvtl says 0, or
 * all ones, when it has nothing to say. What is not known of one that is there is not known of the sum.
 */
function spaceOf(partitions: readonly PartitionRoom[]): PartitionRoom {
  const there = partitions.filter(
    ({ maximum, remaining }) => maximum !== 0 && (maximum ?? remaining ?? 0) > 0,
  )
  return {
    maximum: total(there.map(({ maximum }) => maximum)),
    remaining: total(there.map(({ remaining }) => remaining)),
  }
}

/** The partitions of page 17h, which tells capacity and remainder in a list each. */
function partitionsOf(volume: VolumeStatistics | null): PartitionRoom[] {
  const remainders = volume?.partitionRemainingCapacities ?? []
  return (volume?.partitionCapacities ?? []).map(({ partition, megabytes }) => ({
    maximum: megabytes,
    remaining: remainders.find((other) => other.partition === partition)?.megabytes ?? null,
  }))
}

/** A cartridge made of software does not wear, and one that was never loaded has not: 0 is then no percentage. */
function lifeRemaining(
  volume: VolumeStatistics | null,
  loads: number | null,
  virtual: boolean,
): number | null {
  const percent = volume?.lifeRemainingPercent ?? null
  if (virtual || percent === null) return null
  return percent === 0 && !loads ? null : percent
}

function lastDrives(
  volume: VolumeStatistics | null,
  memory: CartridgeMemory | null,
): CartridgeHealth['lastDrives'] {
  if (memory !== null && memory.lastDrives.length > 0) return memory.lastDrives
  return (volume?.mountHistory ?? [])
    .filter(({ vendor, serial }) => vendor !== null || serial !== null)
    .map(({ vendor, serial }) => ({ vendor, serial }))
}

/** Medium type 80h is write once (SPC-5 7.4.2.3.10). */
function wormByType(memory: CartridgeMemory | null): boolean | null {
  const type = memory?.mediumType ?? null
  return type === null ? null : type === 0x80
}

/** A sum; null when there is nothing, or something of it is not known. */
function total(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null)
  const isWhole = known.length > 0 && known.length === numbers.length
  return isWhole ? known.reduce((sum, number) => sum + number, 0) : null
}

function scaled(number: number | null | undefined, unit: number): number | null {
  return number === null || number === undefined ? null : number * unit
}
