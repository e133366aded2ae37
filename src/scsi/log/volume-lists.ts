import { asciiField } from '../bytes.ts'
import { allFFh, capacity, counter, endsInFEh } from './values.ts'

/** Where in a partition something is (IBM LTO SCSI Reference 6.4.14.2.3). */
export interface PartitionPosition {
  partition: number
  /** Logical object number; null when there is none, or it is not known. */
  position: number | null
  /** There is no such object. */
  none: boolean
}

/** A capacity of one partition (IBM LTO SCSI Reference 6.4.14.2.3). */
export interface PartitionCapacity {
  partition: number
  megabytes: number | null
}

/** A mount of the volume in its past (SSC-4; layout as in sg_logs.c). */
export interface PastMount {
  /** 0 is the last one before this, 1 the one before that. */
  index: number
  /** Vendor of the drive, and its unit serial number. */
  vendor: string | null
  serial: string | null
}

/** Decodes a list of partition records; what does not fit into the value is left out. */
export function partitionPositions(value: Uint8Array | undefined): PartitionPosition[] {
  return records(value).map(({ number, data }) => ({
    partition: number,
    position: endsInFEh(data) ? null : counter(data),
    none: allFFh(data),
  }))
}

/** The same of capacities. */
export function partitionCapacities(value: Uint8Array | undefined): PartitionCapacity[] {
  return records(value).map(({ number, data }) => ({
    partition: number,
    megabytes: capacity(data),
  }))
}

/** The same of mounts: vendor of 8 bytes, serial number of the rest. */
export function mountHistory(value: Uint8Array | undefined): PastMount[] {
  return records(value).map(({ number, data }) => ({
    index: number,
    vendor: asciiField(data.subarray(0, 8)),
    serial: asciiField(data.subarray(8)),
  }))
}

/** Records: bytes that follow the first, a reserved byte, two of a number, data. */
function records(value: Uint8Array = new Uint8Array()): { number: number; data: Uint8Array }[] {
  const found: { number: number; data: Uint8Array }[] = []
  for (let at = 0; at < value.length;) {
    const end = at + 1 + (value[at] ?? 0)
    if (end < at + 4 || end > value.length) break
    const number = (value[at + 2] ?? 0) * 256 + (value[at + 3] ?? 0)
    found.push({ number, data: value.subarray(at + 4, end) })
    at = end
  }
  return found
}
