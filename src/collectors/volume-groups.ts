import {
  CommandError,
  NotFoundError,
  PermissionError,
  RecordingHoleError,
  type Host,
} from '../host/host.ts'
import { ABSENT, whole, type Collector, type Problem } from './collector.ts'
import { parseLvs, parsePvs, parseVgs } from './lvm-report.ts'

/** LVM, from the JSON reports of vgs, lvs and pvs. */
export interface VolumeGroups {
  groups: readonly VolumeGroup[]
  logicalVolumes: readonly LogicalVolume[]
  physicalVolumes: readonly PhysicalVolume[]
}

/** A volume group of LVM. */
export interface VolumeGroup {
  /** The group's name: unique on a host. */
  id: string
  name: string
  sizeBytes: number
  freeBytes: number
  physicalVolumes: number
  logicalVolumes: number
  missingPhysicalVolumes: number
  /** vg_attr as vgs prints it, see vgs(8); null where it was not said. */
  attributes: string | null
  /** Of one physical extent; null where it was not asked for. */
  extentBytes: number | null
  /** Extents that no volume has; null where they were not asked for. */
  freeExtents: number | null
}

/** A logical volume, thin pool or thin volume. */
export interface LogicalVolume {
  /** group/name. */
  id: string
  name: string
  group: string
  sizeBytes: number
  /** lv_attr as lvs prints it, see lvs(8). */
  attributes: string
  /** linear, thin, thin-pool, raid1 … */
  segmentType: string
  pool: string | null
  /** Thin pools, thin volumes and snapshots. */
  dataPercent: number | null
  /** Thin pools. */
  metadataPercent: number | null
  /** lv_health_status, e.g. partial, refresh needed, out of data; null when well. */
  health: string | null
}

/** A device of a volume group. */
export interface PhysicalVolume {
  device: string
  group: string | null
  sizeBytes: number
  freeBytes: number
  missing: boolean
}

const JSON_BYTES = ['--reportformat', 'json', '--units', 'b']
const VGS = ['vgs', '-o', '+vg_missing_pv_count,vg_extent_size,vg_free_count', ...JSON_BYTES]
/** As it was asked before extents were: recordings have this. */
const VGS_RECORDED = ['vgs', '-o', '+vg_missing_pv_count', ...JSON_BYTES]
const LVS = [
  'lvs',
  '-a',
  '-o',
  '+lv_health_status,data_percent,metadata_percent,segtype,devices',
  ...JSON_BYTES,
]
const PVS = ['pvs', ...JSON_BYTES]

/** LVM. A machine without LVM, or without a volume group, has none. */
export const volumeGroups: Collector<VolumeGroups> & { name: 'volume_groups' } = {
  name: 'volume_groups',
  intervalSeconds: 300,
  timeoutMs: 60_000,

  async collect(host) {
    const problems: Problem[] = []
    try {
      const groups = await readGroups(host, problems)
      if (groups.length === 0) return ABSENT
      const [logicalVolumes, physicalVolumes] = await Promise.all([
        readVolumes(host, problems),
        report(host, PVS, parsePvs, problems),
      ])
      const value = { groups, logicalVolumes, physicalVolumes }
      return problems.length === 0 ? whole(value) : { value, problems, coverage: 'some' }
    } catch (error) {
      if (error instanceof NotFoundError) return ABSENT
      throw error
    }
  },
}

/** The groups, asked for by themselves; rejects as the collector does. */
export async function readGroups(
  host: Pick<Host, 'run'>,
  problems: Problem[],
): Promise<VolumeGroup[]> {
  try {
    return await report(host, VGS, parseVgs, problems)
  } catch (error) {
    if (!(error instanceof RecordingHoleError)) throw error
    return await report(host, VGS_RECORDED, parseVgs, problems)
  }
}

/** Their volumes. */
export async function readVolumes(
  host: Pick<Host, 'run'>,
  problems: Problem[],
): Promise<LogicalVolume[]> {
  return await report(host, LVS, parseLvs, problems)
}

// ECMD_FAILED of LVM (tools/errors.h): something could not be processed; what could is in the report.
const SOME_FAILED = 5

async function report<T>(
  host: Pick<Host, 'run'>,
  argv: readonly string[],
  parse: (text: string) => T[],
  problems: Problem[],
): Promise<T[]> {
  const { exitCode, stdout, stderr } = await host.run(argv, {
    // The two that come after vgs run at the same time; LVM waits for its locks.
    timeoutMs: 25_000,
    exitCodes: (code) => code === 0 || code === SOME_FAILED,
  })
  const failed = new CommandError(argv, exitCode, stderr)
  const rows = exitCode === 0 || stdout.trim() !== '' ? parse(stdout) : []
  if (rows.length === 0) {
    // Without root LVM sees no device, and says so with exit code 0 or 5, depending on its version.
    if (stderr.includes('non-root user')) throw new PermissionError(argv[0] ?? '')
    if (exitCode !== 0) throw failed
  }
  if (exitCode !== 0) problems.push({ labels: {}, error: failed.message })
  return rows
}
