import { performance } from 'node:perf_hooks'

/** Something that is measured beside others. */
export interface Contestant {
  name: string
  run: () => unknown
}

/** Medians over all rounds, of one run. */
export interface Spent {
  /** CPU of the whole process, in milliseconds: garbage collection and helper threads included. */
  cpuMs: number
  wallMs: number
}

/** A round goes on for about this long, as the shortest runs are below what the clock of the CPU tells. */
const ROUND_MS = 20

/**
 * Runs the contestants in turns, so that whatever else the machine does falls on all of them
 * alike, and takes the median of each. They are warmed up for one round that is not counted.
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds = 7,
): Promise<Map<string, Spent>> {
  const repeats = new Map<string, number>()
  const spent = new Map<string, Spent[]>()
  for (const { name, run } of contestants) {
    await several(run, 3)
    const { wallMs } = await several(run, 1)
    repeats.set(name, Math.max(1, Math.ceil(ROUND_MS / wallMs)))
    await several(run, repeats.get(name) ?? 1)
    spent.set(name, [])
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of contestants) {
      spent.get(name)?.push(await several(run, repeats.get(name) ?? 1))
    }
  }
  return new Map([...spent].map(([name, all]) => [name, medianOf(all)]))
}

/** What one of `times` runs took on average. */
async function several(run: () => unknown, times: number): Promise<Spent> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  for (let time = 0; time < times; time += 1) await run()
  const wallMs = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000 / times, wallMs: wallMs / times }
}

/** The longest time for which the event loop did nothing else while it ran, in milliseconds; the median of five. */
export async function longestStallMs(run: () => unknown): Promise<number> {
  const stalls: number[] = []
  for (let time = 0; time < 5; time += 1) {
    let longest = 0
    let last = performance.now()
    let over = false
    const look = () => {
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
      if (!over) setImmediate(look)
    }
    await new Promise((resolve) => setImmediate(resolve))
    look()
    longest = 0
    await run()
    over = true
    look()
    stalls.push(longest)
  }
  return median(stalls)
}

function medianOf(all: readonly Spent[]): Spent {
  return {
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
    wallMs: median(all.map(({ wallMs }) => wallMs)),
  }
}

/** The middle one of the values, the upper of two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The value that so many of a hundred are not above; NaN of none. */
export function percentile(values: readonly number[], hundredths: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.ceil((hundredths / 100) * sorted.length) - 1] ?? Number.NaN
}
