import { parseCount, SECTOR_BYTES } from './attributes.ts'
import { ParseError } from './collector.ts'
import type { DiskIo } from './disks.ts'

/** Parses /proc/diskstats (Documentation/admin-guide/iostats.rst); times are in milliseconds. */
export function parseDiskstats(text: string): Map<string, DiskIo> {
  const disks = new Map<string, DiskIo>()
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [major, minor, name, ...counts] = line.trim().split(/\s+/)
    if (major === undefined || minor === undefined || name === undefined || counts.length < 11) {
      throw new ParseError('/proc/diskstats', `"${line.trim().slice(0, 60)}" has too few fields`)
    }
    const count = (index: number) => parseCount('/proc/diskstats', counts[index])
    disks.set(name, {
      reads: count(0),
      readBytes: count(2) * SECTOR_BYTES,
      readSeconds: count(3) / 1000,
      writes: count(4),
      writtenBytes: count(6) * SECTOR_BYTES,
      writeSeconds: count(7) / 1000,
      inFlight: count(8),
      ioSeconds: count(9) / 1000,
      busyPercent: null,
    })
  }
  return disks
}
