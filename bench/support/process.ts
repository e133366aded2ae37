import { readdirSync, readFileSync } from 'node:fs'

/**
 * CPU time that the threads of a process have taken so far, in seconds, to the nanosecond (proc(5), schedstat); its
 * children are not counted, nor threads that have ended.
 */
export function cpuSecondsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const nanoseconds = threads.map((thread) => {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  })
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9
}

/** Memory in MB: what is resident; the same with what is shared divided among those who share it; of that what is of no file. */
export function memoryOf(pid: number): {
  residentMb: number
  proportionalMb: number
  anonymousMb: number
} {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mb = (name: string) => {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024
  }
  return { residentMb: mb('Rss'), proportionalMb: mb('Pss'), anonymousMb: mb('Pss_Anon') }
}

/** All the processes that a process has started, and those that they have. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((child) => [Number(child), ...descendantsOf(Number(child))])
}
