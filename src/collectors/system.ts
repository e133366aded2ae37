import type { Host } from '../host/host.ts'
import { attribute, parseCount, parseDecimal } from './attributes.ts'
import { ParseError, whole, type Collector } from './collector.ts'
import { IDLE_MODES, parseProcStat } from './proc-stat.ts'

/** The machine itself: processor, memory, load, pressure and uptime, from /proc. */
export interface System {
  hostname: string
  kernel: string
  cpus: number
  /** Since boot at the first reading, afterwards since the one before. */
  cpuUsagePercent: number | null
  /** Seconds of all processors since boot by mode (user, nice, system, idle, iowait, irq, softirq, steal). */
  cpuSeconds: Readonly<Record<string, number>>
  load1: number
  load5: number
  load15: number
  memoryTotalBytes: number
  /** MemAvailable: what a new program could have without swapping. */
  memoryAvailableBytes: number
  memoryUsedBytes: number
  swapTotalBytes: number
  swapUsedBytes: number
  /** Pressure stall information; null where the kernel has none. */
  pressure: Readonly<Record<'cpu' | 'io' | 'memory', Pressure | null>>
  uptimeSeconds: number
  bootedAt: Date
}

/** Share of time in which tasks waited, and the total since boot. */
export interface Pressure {
  someAvg60Percent: number
  someSeconds: number
  /** Null for the processor on kernels before 5.13. */
  fullAvg60Percent: number | null
  fullSeconds: number | null
}

type Memory = Pick<
  System,
  | 'memoryTotalBytes'
  | 'memoryAvailableBytes'
  | 'memoryUsedBytes'
  | 'swapTotalBytes'
  | 'swapUsedBytes'
>

/** Parses /proc/meminfo. Used is what is not available, as free(1) of procps 4 counts. */
export function parseMeminfo(text: string): Memory {
  const bytes = (name: string): number => {
    const match = new RegExp(`^${name}: +(\\d{1,15}) kB$`, 'm').exec(text)
    if (!match) throw new ParseError('/proc/meminfo', `no ${name}`)
    return Number(match[1]) * 1024
  }
  const memoryTotalBytes = bytes('MemTotal')
  const memoryAvailableBytes = bytes('MemAvailable')
  const swapTotalBytes = bytes('SwapTotal')
  return {
    memoryTotalBytes,
    memoryAvailableBytes,
    memoryUsedBytes: Math.max(0, memoryTotalBytes - memoryAvailableBytes),
    swapTotalBytes,
    swapUsedBytes: Math.max(0, swapTotalBytes - bytes('SwapFree')),
  }
}

/** Parses /proc/loadavg: load averages of 1, 5 and 15 minutes, and what is not used here. */
export function parseLoadavg(text: string): Pick<System, 'load1' | 'load5' | 'load15'> {
  const [load1, load5, load15, tasks] = text.trim().split(/\s+/)
  if (tasks === undefined) throw new ParseError('/proc/loadavg', 'fewer than four fields')
  return {
    load1: parseDecimal('/proc/loadavg', load1),
    load5: parseDecimal('/proc/loadavg', load5),
    load15: parseDecimal('/proc/loadavg', load15),
  }
}

/** Parses /proc/uptime: seconds since the machine was started, and idle seconds of all processors. */
export function parseUptime(text: string): number {
  return parseDecimal('/proc/uptime', text.trim().split(/\s+/)[0])
}

const PRESSURE_LINE =
  /^(some|full) avg10=\d+\.\d+ avg60=(\d{1,3}\.\d+) avg300=\d+\.\d+ total=(\d+)$/

/** Parses a file of /proc/pressure (Documentation/accounting/psi.rst); totals are in microseconds. */
export function parsePressure(source: string, text: string): Pressure {
  const lines = text.split('\n').map((line) => PRESSURE_LINE.exec(line))
  const some = lines.find((line) => line?.[1] === 'some')
  const full = lines.find((line) => line?.[1] === 'full')
  if (!some) throw new ParseError(source, 'no "some" line')
  return {
    someAvg60Percent: Number(some[2]),
    someSeconds: parseCount(source, some[3]) / 1e6,
    fullAvg60Percent: full ? Number(full[2]) : null,
    fullSeconds: full ? parseCount(source, full[3]) / 1e6 : null,
  }
}

/** Share of the processor time that was used, in percent; null when no time has passed. */
export function cpuUsagePercent(
  cpuSeconds: System['cpuSeconds'],
  before: System['cpuSeconds'] = {},
): number | null {
  let total = 0
  let idle = 0
  for (const [mode, seconds] of Object.entries(cpuSeconds)) {
    // Idle and iowait can step back a little (Documentation/filesystems/proc.rst).
    const passed = Math.max(0, seconds - (before[mode] ?? 0))
    total += passed
    if (IDLE_MODES.includes(mode)) idle += passed
  }
  return total > 0 ? ((total - idle) / total) * 100 : null
}

/** The processor's use since the reading before; since boot when the machine was started anew. */
export function accumulateSystem(previous: System | undefined, current: System): System {
  if (previous === undefined || current.uptimeSeconds < previous.uptimeSeconds) return current
  const usage = cpuUsagePercent(current.cpuSeconds, previous.cpuSeconds)
  return { ...current, cpuUsagePercent: usage ?? previous.cpuUsagePercent }
}

/** Processor, memory, load, pressure and uptime. */
export const system: Collector<System> & { name: 'system' } = {
  name: 'system',
  intervalSeconds: 10,
  timeoutMs: 5_000,

  async collect(host) {
    const [stat, meminfo, loadavg, uptime, hostname, kernel, cpu, io, memory] = await Promise.all([
      host.readText('/proc/stat'),
      host.readText('/proc/meminfo'),
      host.readText('/proc/loadavg'),
      host.readText('/proc/uptime'),
      readHostname(host),
      readKernelRelease(host),
      readPressure(host, 'cpu'),
      readPressure(host, 'io'),
      readPressure(host, 'memory'),
    ])
    const { cpus, cpuSeconds, bootedAt } = parseProcStat(stat)
    return whole({
      hostname,
      kernel,
      cpus,
      cpuUsagePercent: cpuUsagePercent(cpuSeconds),
      cpuSeconds,
      ...parseLoadavg(loadavg),
      ...parseMeminfo(meminfo),
      pressure: { cpu, io, memory },
      uptimeSeconds: parseUptime(uptime),
      bootedAt,
    })
  },

  accumulate: accumulateSystem,
}

async function readHostname(host: Host): Promise<string> {
  const running = await attribute(host, '/proc/sys/kernel/hostname')
  return running ?? (await host.readText('/etc/hostname')).trim()
}

async function readKernelRelease(host: Host): Promise<string> {
  const release = await attribute(host, '/proc/sys/kernel/osrelease')
  return release ?? parseVersion(await host.readText('/proc/version'))
}

/** Parses /proc/version: the release is its third word. */
export function parseVersion(text: string): string {
  const match = /^Linux version (\S+)/.exec(text)
  if (!match?.[1]) throw new ParseError('/proc/version', 'does not start with "Linux version"')
  return match[1]
}

/** Null where the kernel has no pressure stall information, or has it and was started with psi=0. */
async function readPressure(
  host: Host,
  resource: keyof System['pressure'],
): Promise<Pressure | null> {
  const path = `/proc/pressure/${resource}`
  const text = await attribute(host, path)
  return text === null ? null : parsePressure(path, text)
}
