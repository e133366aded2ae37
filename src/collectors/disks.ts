import type { Host } from '../host/host.ts'
import {
  attribute,
  byNumber,
  linkName,
  numberAttribute,
  readEach,
  SECTOR_BYTES,
} from './attributes.ts'
import { whole, type Collector } from './collector.ts'
import { modelOf, serialNumberOf, vendorOf, worldWideNameOf } from './disk-identity.ts'
import { parseDiskstats } from './proc-diskstats.ts'

/** A whole block device with hardware behind it: no loop, ram, device-mapper or md device. */
export interface Disk {
  /** Serial number or WWN, the kernel's name where the disk has neither. */
  id: string
  /** Kernel name, e.g. sda: changes at reboot. */
  name: string
  vendor: string | null
  model: string | null
  serial: string | null
  wwn: string | null
  sizeBytes: number
  rotational: boolean
  readOnly: boolean
  /** `running`, `offline`, `blocked` … of the SCSI layer, `live` of NVMe; null where it is not told. */
  state: string | null
  /** H:C:I:L of a SCSI disk. */
  hctl: string | null
  io: DiskIo | null
}

/** Counters since boot, from /proc/diskstats (Documentation/admin-guide/iostats.rst). */
export interface DiskIo {
  reads: number
  readBytes: number
  readSeconds: number
  writes: number
  writtenBytes: number
  writeSeconds: number
  inFlight: number
  ioSeconds: number
  /** Share of the time since the last reading in which the disk was busy; null at the first. */
  busyPercent: number | null
}

const BLOCK = '/sys/block'

// Optical and floppy drives, and the paths below an NVMe device that the kernel joins by itself.
const NO_DISK = /^(?:sr|scd|fd)\d|^nvme\d+c\d+n\d+$/

/** Disks and their I/O. */
export const disks: Collector<readonly Disk[]> & { name: 'disks' } = {
  name: 'disks',
  intervalSeconds: 10,
  timeoutMs: 10_000,
  wakes: { devices: ['block'] },

  async collect(host) {
    const names = (await host.list(BLOCK)).filter((name) => !NO_DISK.test(name)).sort(byNumber)
    const [found, io] = await Promise.all([
      readEach(names, (name) => readDisk(host, name)),
      host.readText('/proc/diskstats').then(parseDiskstats),
    ])
    return whole(identify(found.map((disk) => ({ ...disk, io: io.get(disk.name) ?? null }))))
  },

  accumulate: accumulateDisks,
}

/** How busy each disk was in the `seconds` since the reading before. */
export function accumulateDisks(
  previous: readonly Disk[] | undefined,
  current: readonly Disk[],
  seconds: number,
): readonly Disk[] {
  const before = new Map(previous?.map(({ id, io }) => [id, io]))
  return current.map((disk) => {
    const last = before.get(disk.id)
    if (disk.io === null || !last || seconds <= 0) return disk
    const busySeconds = disk.io.ioSeconds - last.ioSeconds
    // Counters that fell were started anew: by a reboot, or because the disk was plugged in again.
    if (busySeconds < 0) return disk
    const busyPercent = Math.min(100, (busySeconds / seconds) * 100)
    return { ...disk, io: { ...disk.io, busyPercent } }
  })
}

type Nameless = Omit<Disk, 'id'>

/**
 * Gives each disk its id. A serial number that several disks tell, because they are namespaces of one
 * device, paths to one disk, or badly made, is told apart by WWN, by address where that is the same too.
 */
export function identify(found: readonly Nameless[]): Disk[] {
  const nearest = (disk: Nameless) => disk.serial ?? disk.wwn ?? disk.name
  const further = (disk: Nameless) => `${nearest(disk)}-${disk.wwn ?? disk.hctl ?? disk.name}`
  const last = (disk: Nameless) => `${nearest(disk)}-${disk.hctl ?? disk.name}`
  const shared = (id: (disk: Nameless) => string) => {
    const counts = new Map<string, number>()
    for (const disk of found) counts.set(id(disk), (counts.get(id(disk)) ?? 0) + 1)
    return (disk: Nameless) => (counts.get(id(disk)) ?? 0) > 1
  }
  const serialShared = shared(nearest)
  const wwnShared = shared(further)
  return found.map((disk) => {
    const id = serialShared(disk) ? (wwnShared(disk) ? last : further) : nearest
    return { id: id(disk), ...disk }
  })
}

async function readDisk(host: Host, name: string): Promise<Omit<Nameless, 'io'> | null> {
  const block = `${BLOCK}/${name}`
  const device = `${block}/device`
  const parent = await linkName(host, device)
  if (parent === null) return null

  const [sectors, removable, rotational, readOnly, state, vendor, model, serial, wwn] =
    await Promise.all([
      numberAttribute(host, `${block}/size`),
      attribute(host, `${block}/removable`),
      attribute(host, `${block}/queue/rotational`),
      attribute(host, `${block}/ro`),
      attribute(host, `${device}/state`),
      vendorOf(host, name),
      modelOf(host, name),
      serialNumberOf(host, name),
      worldWideNameOf(host, name),
    ])
  // The device went away, or is a card reader without a card.
  if (sectors === null || (sectors === 0 && removable === '1')) return null
  return {
    // An exclamation mark in sysfs stands for a slash.
    name: name.replaceAll('!', '/'),
    vendor,
    model,
    serial,
    wwn,
    sizeBytes: sectors * SECTOR_BYTES,
    rotational: rotational === '1',
    readOnly: readOnly === '1',
    state,
    hctl: /^\d+:\d+:\d+:\d+$/.test(parent) ? parent : null,
  }
}
