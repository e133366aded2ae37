import { readFileSync } from 'node:fs'

/** CPU time that a process has taken so far, in seconds; its children are not counted (proc(5), stat). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/** Memory in MB: what is resident, and the same with what is shared divided among those who share it. */
export function memoryOf(pid: number): { residentMb: number; proportionalMb: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mb = (name: string) => {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1]) / 1024
  }
  return { residentMb: mb('Rss'), proportionalMb: mb('Pss') }
}

/** All the processes that a process has started, and those that they have. */
export function descendantsOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return children
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((child) => [Number(child), ...descendantsOf(Number(child))])
}
