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
