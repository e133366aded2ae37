import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

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
  return childrenOf(pid)
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((child) => [Number(child), ...descendantsOf(Number(child))])
}

/** What a process is called (proc_pid_comm(5)); empty when it has ended. */
export function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ''
  }
}

/** What any of its threads has started; none of a process that has ended meanwhile. */
function childrenOf(pid: number): string {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads
      .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'))
      .join(' ')
  } catch {
    return ''
  }
}

/** How large the files below a folder are. */
export function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => {
      const { size } = statSync(join(parentPath, name), { throwIfNoEntry: false }) ?? { size: 0 }
      return sum + size
    }, 0)
}

/** USER_HZ of Linux, in which /proc tells times. */
const TICKS_PER_SECOND = 100

/**
 * CPU that a process and those below it have taken so far, in seconds, to the hundredth: children that have ended and
 * were waited for are counted (proc_pid_stat(5), utime to cstime).
 */
export function cpuSecondsOfTree(pid: number): number {
  return (
    [pid, ...descendantsOf(pid)].reduce((sum, each) => sum + ticksOf(each), 0) / TICKS_PER_SECOND
  )
}

/** CPU of this process with its threads, and of its children that have ended, in seconds. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  const [, , cutime = 0, cstime = 0] = ticksIn(process.pid)
  return (user + system) / 1e6 + (cutime + cstime) / TICKS_PER_SECOND
}

/** Proportional memory of a process and those below it in MB, so that what they share is counted once. */
export function proportionalMbOfTree(pid: number): number {
  return [pid, ...descendantsOf(pid)].reduce(
    (sum, each) => sum + ifThere(() => memoryOf(each).proportionalMb),
    0,
  )
}

function ticksOf(pid: number): number {
  return ifThere(() => ticksIn(pid).reduce((sum, ticks) => sum + ticks, 0))
}

/** utime, stime, cutime and cstime. */
function ticksIn(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
}

/** A process may end between being listed and being looked at. */
function ifThere(look: () => number): number {
  try {
    return look()
  } catch {
    return 0
  }
}
