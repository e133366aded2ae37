import type { ScstCounts } from '../../src/collectors/scst-counts.ts'
import type { Numbers } from '../../src/numbers.ts'
import type { Recorded } from './recorded.ts'

/** Rows of `df -B1 -T` as numbers; null when it was not recorded. */
function fileSystems({ succeeded }: Recorded) {
  const rows = succeeded('df -B1 -T')?.split('\n').slice(1)
  if (rows === undefined) return null
  return rows
    .filter((row) => row !== '')
    .map((row) => {
      const [, type = '', total, used, available, usePercent = '', mountPoint = ''] =
        row.split(/\s+/)
      return {
        type,
        total: Number(total),
        used: Number(used),
        available: Number(available),
        usePercent: Number.parseInt(usePercent),
        mountPoint,
      }
    })
}

/** What df, /proc and free say of the machine; `cpu_usage_percent` is since boot. */
export function countSystem(evidence: Recorded): Numbers['system'] {
  const root = fileSystems(evidence)?.find(({ mountPoint }) => mountPoint === '/')
  const memory = (key: string) => {
    const [, kilobytes] = new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(
      evidence.file('/proc/meminfo') ?? '',
    ) ?? ['', '']
    return Number(kilobytes) * 1024
  }
  const used = memory('MemTotal') - memory('MemAvailable')
  return {
    cpu_usage_percent: cpuUsage(evidence.file('/proc/stat') ?? ''),
    load1: Number(firstWord(evidence.file('/proc/loadavg'))),
    memory_total_bytes: memory('MemTotal'),
    memory_used_bytes: used,
    memory_usage_percent: (100 * used) / memory('MemTotal'),
    disk_total_bytes: root?.total ?? null,
    disk_used_bytes: root?.used ?? null,
    disk_usage_percent: root ? (100 * root.used) / (root.used + root.available) : null,
    uptime_seconds: Number(firstWord(evidence.file('/proc/uptime'))),
  }
}

/** Of the lines of the single processors; time of guests is in that of users already (proc(5)). */
function cpuUsage(stat: string): number {
  let idle = 0
  let all = 0
  for (const line of stat.split('\n').filter((each) => /^cpu\d/.test(each))) {
    const ticks = line.split(' ').slice(1, 9).map(Number)
    idle += (ticks[3] ?? 0) + (ticks[4] ?? 0)
    all += ticks.reduce((sum, each) => sum + each, 0)
  }
  return 100 - (100 * idle) / all
}

/** Memory in use and Use% of the root file system as `free` and `df` print them; null when not recorded. */
export function printedSystem(evidence: Recorded) {
  const memory = /^Mem: +(\d+) +(\d+) /m.exec(evidence.succeeded('free -b') ?? '')
  const root = fileSystems(evidence)?.find(({ mountPoint }) => mountPoint === '/')
  if (memory === null || root === undefined) return null
  return { total: Number(memory[1]), used: Number(memory[2]), usePercent: root.usePercent }
}

const SYSTEM_MOUNTS = ['/', '/usr', '/var', '/home', '/tmp', '/run']

/** What df and lsblk say of storage, /sys/block without them. */
export function countStorage(evidence: Recorded): Numbers['storage'] {
  const repositories = fileSystems(evidence)?.filter(
    ({ type, mountPoint }) =>
      ['xfs', 'ext4', 'btrfs', 'zfs'].includes(type) &&
      !SYSTEM_MOUNTS.includes(mountPoint) &&
      !mountPoint.startsWith('/boot'),
  )
  const sum = (key: 'total' | 'used' | 'available') =>
    repositories?.reduce((all, each) => all + each[key], 0) ?? null
  const used = sum('used')
  const available = sum('available')
  return {
    total_disks: countDisks(evidence),
    total_repositories: repositories?.length ?? null,
    total_capacity_bytes: sum('total'),
    used_capacity_bytes: used,
    available_bytes: available,
    usage_percent: used === null || available === null ? null : (100 * used) / (used + available),
  }
}

function countDisks({ succeeded, lines }: Recorded): number {
  const text = succeeded('lsblk -J -b -O')
  if (text === null) {
    const names = lines.find(({ path }) => path === '/sys/block')?.dir ?? []
    return names.filter((name) => /^(?:sd|vd|nvme)/.test(name)).length
  }
  const { blockdevices } = JSON.parse(text) as { blockdevices: { type: string }[] }
  return blockdevices.filter(({ type }) => type === 'disk').length
}

/** What scstadmin lists, the files below /sys/kernel/scst_tgt where it was not recorded. */
export function countScst(evidence: Recorded): ScstCounts {
  const { succeeded, printed } = evidence
  const listed = succeeded('scstadmin -list_target')
  if (listed === null) return countScstFiles(evidence)
  const targets = driverColumns(listed).filter(([driver]) => driver !== 'copy_manager')
  const sections = (printed('scstadmin -list_group') ?? '')
    .split(/^Driver: /m)
    .slice(1)
    .filter((section) => !section.startsWith('copy_manager'))
    .join('\n')
  const sessions = (printed('scstadmin -list_sessions') ?? '')
    .split(/^Driver\/Target: /m)
    .slice(1)
    .filter((section) => !section.startsWith('copy_manager'))
    .join('\n')
  const [, ...drivers] = (printed('scstadmin -write_config /dev/stdout') ?? '').split(
    /^TARGET_DRIVER /m,
  )
  const enabled = drivers
    .filter((driver) => !driver.startsWith('copy_manager'))
    .flatMap((driver) => driver.match(/^\tTARGET \S+ \{\n\t\tenabled 1$/gm) ?? [])
  const connected = matches(sessions, /^\tinitiator_name +(\S+)/gm)
  const configured = matches(sections, /^\t((?:iqn\.|eui\.|naa\.|[0-9a-f]{2}:)\S+)$/gm)
  return {
    total_targets: targets.length,
    active_targets: enabled.length,
    total_luns: matches(sections, /^\t(\d+) +\S+ *$/gm).length,
    total_initiators: new Set([...configured.filter((name) => !/[*?!]/.test(name)), ...connected])
      .size,
    connected_initiators: new Set(connected).size,
    total_sessions: matches(sessions, /^\tSession: (\S+)$/gm).length,
    total_devices: driverColumns(printed('scstadmin -list_device') ?? '').length,
  }
}

/** Two columns of which the first is left out where it is that of the line above; `-` stands for nothing. */
function driverColumns(text: string): [string, string][] {
  const [, table = ''] = text.split(/^\t-+$/m)
  const rows: [string, string][] = []
  let first = ''
  for (const row of table.split('\n').filter((line) => line.startsWith('\t'))) {
    const words = row.trim().split(/ +/)
    if (!row.startsWith('\t ')) first = words[0] ?? ''
    const second = words.at(-1) ?? ''
    if (second !== '-') rows.push([first, second])
  }
  return rows
}

/** The same by the paths and contents of the files that were recorded. */
export function countScstFiles({ lines }: Recorded): ScstCounts {
  const root = '/sys/kernel/scst_tgt/'
  const tree = new Map(
    lines.flatMap((line) =>
      line.path.startsWith(root) ? [[line.path.slice(root.length), line] as const] : [],
    ),
  )
  const paths = [...tree.keys()].filter((path) => !path.startsWith('targets/copy_manager'))
  const matching = (pattern: RegExp) => paths.filter((path) => pattern.test(path))
  const contents = (pattern: RegExp) =>
    matching(pattern).map((path) => tree.get(path)?.content?.trim() ?? '')
  const configured = contents(/^targets\/.*\/ini_groups\/[^/]+\/initiators\/(?!mgmt$)[^/]+$/)
  const connected = contents(/^targets\/.*\/sessions\/[^/]+\/initiator_name$/)
  return {
    total_targets: matching(/^targets\/[^/]+\/[^/]+\/sessions$/).length,
    active_targets: contents(/^targets\/[^/]+\/[^/]+\/enabled$/).filter((text) => text === '1')
      .length,
    total_luns: matching(/\/luns\/\d+\/device$/).length,
    total_initiators: new Set([...configured.filter((name) => !name.includes('*')), ...connected])
      .size,
    connected_initiators: new Set(connected).size,
    total_sessions: connected.length,
    total_devices: matching(/^devices\/[^/]+\/handler$/).length,
  }
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found)
}

function firstWord(text: string | null): string {
  return text?.split(' ')[0] ?? ''
}
