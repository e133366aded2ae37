import type { Host } from '../host/host.ts'
import {
  attribute,
  byNumber,
  linkName,
  numberAttribute,
  parseCount,
  readEach,
  SECTOR_BYTES,
} from './attributes.ts'
import { ABSENT, ParseError, whole, type Collector } from './collector.ts'

/** A Linux software RAID array, from /sys/block/md*. */
export interface MdArray {
  /** UUID where it is known, the kernel's name otherwise. */
  id: string
  /** Kernel name, e.g. md0. */
  name: string
  level: string
  /** array_state: clear, inactive, readonly, read-auto, clean, active, write-pending, active-idle. */
  state: string
  sizeBytes: number
  raidDisks: number
  /** Members missing; null for levels without redundancy, which have no such file. */
  degraded: number | null
  members: readonly MdMember[]
  /** sync_action: idle, resync, recover, check, repair, reshape, frozen; null without redundancy. */
  syncAction: string | null
  /** 0..1; null when nothing is being synchronised. */
  syncProgress: number | null
  syncBytesPerSecond: number | null
  mismatchSectors: number | null
}

/** A device of an array, from its dev-* directory. */
export interface MdMember {
  device: string
  /** in_sync, spare, faulty, write_mostly, blocked … */
  states: readonly string[]
  slot: number | null
  errors: number | null
}

const BLOCK = '/sys/block'
const BY_ID = '/dev/disk/by-id'

/** Software RAID arrays, from sysfs alone (Documentation/admin-guide/md.rst). */
export const mdArrays: Collector<readonly MdArray[]> & { name: 'md_arrays' } = {
  name: 'md_arrays',
  intervalSeconds: 30,
  timeoutMs: 10_000,
  wakes: { devices: ['block', 'md'] },

  async collect(host) {
    const names = (await host.list(BLOCK)).filter((name) => name.startsWith('md')).sort(byNumber)
    const arrays = await readEach(names, (name) => readArray(host, name))
    return arrays.length === 0 ? ABSENT : whole(arrays)
  },
}

async function readArray(host: Host, name: string): Promise<MdArray | null> {
  const md = `${BLOCK}/${name}/md`
  const state = (await host.readText(`${md}/array_state`)).trim()
  const metadata = await attribute(host, `${md}/metadata_version`)
  // A stopped array leaves its node behind, without members.
  if (state === 'clear') return null
  // A container of firmware RAID is always inactive; the arrays in it are told for themselves ("external:/").
  if (metadata?.startsWith('external:') && !metadata.startsWith('external:/')) return null

  const [uuid, level, raidDisks, sectors, degraded, action, completed, speed, mismatches] =
    await Promise.all([
      readUuid(host, name),
      attribute(host, `${md}/level`),
      attribute(host, `${md}/raid_disks`),
      numberAttribute(host, `${BLOCK}/${name}/size`),
      numberAttribute(host, `${md}/degraded`),
      attribute(host, `${md}/sync_action`),
      attribute(host, `${md}/sync_completed`),
      numberAttribute(host, `${md}/sync_speed`),
      numberAttribute(host, `${md}/mismatch_cnt`),
    ])
  const progress = completed === null ? null : parseSyncCompleted(completed)
  return {
    id: uuid ?? name,
    name,
    level: level ?? 'unknown',
    state,
    sizeBytes: (sectors ?? 0) * SECTOR_BYTES,
    raidDisks: raidDisks === null ? 0 : parseRaidDisks(raidDisks),
    degraded,
    members: await readMembers(host, md),
    syncAction: action,
    syncProgress: progress,
    // KiB a second; a number is left there for a while after the end.
    syncBytesPerSecond: progress === null || speed === null ? null : speed * 1024,
    mismatchSectors: mismatches,
  }
}

/** The share that is done, 0..1; null for `none` (nothing is synchronised) and `delayed` (it waits for its turn). */
export function parseSyncCompleted(text: string): number | null {
  if (text === 'none' || text === 'delayed') return null
  const match = /^(\d{1,20}) \/ (\d{1,20})$/.exec(text)
  const done = Number(match?.[1])
  const all = Number(match?.[2])
  if (!match || all === 0 || done > all) {
    throw new ParseError('sync_completed', `"${text.slice(0, 60)}" is no progress`)
  }
  return done / all
}

/** The number of members; `4 (3)` while the array is reshaped from 3 to 4. */
export function parseRaidDisks(text: string): number {
  return parseCount('raid_disks', /^(\d+)(?: \(\d+\))?$/.exec(text)?.[1])
}

/** A UUID as mdadm writes it, four groups of eight digits; null for one of zeros, which means that there is none. */
export function mdUuid(text: string): string | null {
  const digits = text.replace(/[-:]/g, '').toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(digits) || /^0+$/.test(digits)) return null
  return digits.replace(/(.{8})(?!$)/g, '$1:')
}

/** From sysfs, or from the link that udev makes where the kernel has no such file. */
async function readUuid(host: Host, name: string): Promise<string | null> {
  const told = mdUuid((await attribute(host, `${BLOCK}/${name}/md/uuid`)) ?? '')
  if (told !== null) return told
  const prefix = 'md-uuid-'
  const links = (await host.list(BY_ID)).filter((link) => link.startsWith(prefix))
  for (const link of links) {
    if ((await linkName(host, `${BY_ID}/${link}`)) !== name) continue
    // A link with -partN behind the UUID leads to a partition.
    const uuid = mdUuid(link.slice(prefix.length))
    if (uuid !== null) return uuid
  }
  return null
}

async function readMembers(host: Host, md: string): Promise<MdMember[]> {
  const prefix = 'dev-'
  const names = (await host.list(md)).filter((name) => name.startsWith(prefix)).sort(byNumber)
  return readEach(names, async (name) => {
    const [states, slot, errors] = await Promise.all([
      host.readText(`${md}/${name}/state`),
      numberAttribute(host, `${md}/${name}/slot`),
      numberAttribute(host, `${md}/${name}/errors`),
    ])
    return {
      device: name.slice(prefix.length).replaceAll('!', '/'),
      states: states.trim().split(',').filter(Boolean),
      slot,
      errors,
    }
  })
}
