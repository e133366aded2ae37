import { parseCount } from './attributes.ts'
import { ParseError } from './collector.ts'

/** What /proc/stat says of processors and of the start of the machine. */
export interface ProcStat {
  /** Processors that are online. */
  cpus: number
  /** Seconds of all processors since boot, by mode. */
  cpuSeconds: Record<string, number>
  bootedAt: Date
}

// Clock ticks a second in what the kernel tells user space (USER_HZ): 100 on every architecture that Debian has.
const TICKS_PER_SECOND = 100

// Guest time is part of user and nice, so it is not listed again.
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const

/** The modes in which a processor had nothing to do. */
export const IDLE_MODES: readonly string[] = ['idle', 'iowait']

/** Parses /proc/stat (Documentation/filesystems/proc.rst, 1.7). Kernels before 2.6.11 list fewer modes. */
export function parseProcStat(text: string): ProcStat {
  const lines = text.split('\n')
  const [, ...ticks] =
    lines
      .find((line) => /^cpu\s/.test(line))
      ?.trim()
      .split(/\s+/) ?? []
  if (ticks.length < 4) throw new ParseError('/proc/stat', 'no "cpu" line')
  const booted = /^btime (\d{1,12})$/m.exec(text)
  if (!booted) throw new ParseError('/proc/stat', 'no "btime" line')

  const cpuSeconds: Record<string, number> = {}
  for (const [index, mode] of MODES.entries()) {
    if (index >= ticks.length) break
    cpuSeconds[mode] = parseCount('/proc/stat', ticks[index]) / TICKS_PER_SECOND
  }
  const cpus = lines.filter((line) => /^cpu\d/.test(line)).length
  if (cpus === 0) throw new ParseError('/proc/stat', 'no processor is listed')
  return { cpus, cpuSeconds, bootedAt: new Date(Number(booted[1]) * 1000) }
}
