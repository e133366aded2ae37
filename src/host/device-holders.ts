import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { atDeadline } from './deadline.ts'

/** A process that has a node open. */
export interface Holder {
  node: string
  pid: number
  parent: number | null
  /** As the kernel calls it: 15 characters at most. */
  command: string
}

/** Who has nodes open. */
export interface HoldersTold {
  holders: readonly Holder[]
  /** Why there may be others; null where there are none. */
  unknown: string | null
}

/** Tells who has device nodes open, without opening any. */
export interface DeviceHolders {
  /** Rejects as Host.run does where it is asked of another process. */
  holders(nodes: readonly string[]): Promise<HoldersTold>
}

/** Nodes of tape drives and changers: what is looked for, and nothing else of what processes have open. */
export const HELD_NODE = /^\/dev\/(?:sg\d{1,5}|sch\d{1,4}|n?st\d{1,4}[alm]?)$/
/** So many nodes at a time. */
export const MOST_HELD_NODES = 64

const DEADLINE_MS = 15_000
/** Of the many that processes have open, no tape drive is among these. */
const OTHERS = /^\/dev\/(?:null|zero|u?random|tty|pts\/|shm\/|fuse$|kmsg$|ptmx$)/

/** Those of this machine. What cannot be read is told, and not taken for nothing. */
export function holdersIn(proc = '/proc', self = process.pid): DeviceHolders {
  return {
    async holders(nodes) {
      const looked = numbersOf(nodes).then((wanted) => lookThrough(proc, wanted, self))
      return await new Promise((resolve, reject) => {
        const takeBack = atDeadline(DEADLINE_MS, () => {
          resolve({ holders: [], unknown: `${proc} was not read within ${DEADLINE_MS} ms` })
        })
        looked.then(resolve, reject).finally(takeBack)
      })
    },
  }
}

/** Without what a process itself, and what it has started, holds. */
export function besides(told: HoldersTold, pid: number): HoldersTold {
  return { ...told, holders: told.holders.filter((one) => !isOwn(one, pid)) }
}

function isOwn({ pid, parent }: Pick<Holder, 'pid' | 'parent'>, self: number): boolean {
  // Process 1 is the parent of all that have lost theirs.
  return pid === self || (parent === self && self !== 1)
}

type Wanted = ReadonlyMap<string | number, string>

/** Nodes by their names and by their numbers: in a container a node can have any name. */
async function numbersOf(nodes: readonly string[]): Promise<Wanted> {
  const numbers = await Promise.all(
    nodes.map(async (node): Promise<[string | number, string][]> => {
      // stat(2) opens nothing.
      const found = await stat(node).catch(() => null)
      const byName: [string, string] = [node, node]
      return found === null || found.rdev === 0 ? [byName] : [byName, [found.rdev, node]]
    }),
  )
  return new Map(numbers.flat())
}

async function lookThrough(proc: string, wanted: Wanted, self: number): Promise<HoldersTold> {
  let names: string[]
  try {
    names = (await readdir(proc)).filter((name) => /^\d+$/.test(name))
  } catch (error) {
    return { holders: [], unknown: `${proc}: ${errnoOf(error)}` }
  }
  // hidepid of proc(5) shows nobody else's.
  const hidden = names.includes('1') ? 0 : 1
  const holders: Holder[] = []
  let unread = 0
  for (const name of names) {
    const held = await heldBy(`${proc}/${name}`, wanted)
    if (held === null) unread += 1
    else if (held.size > 0) {
      const parent = await parentOf(`${proc}/${name}`)
      const command = await textOf(`${proc}/${name}/comm`)
      const one = { pid: Number(name), parent, command: command ?? 'unknown' }
      if (isOwn(one, self)) continue
      holders.push(...[...held].sort().map((node) => ({ node, ...one })))
    }
  }
  const reasons = [
    ...(hidden > 0 ? [`${proc} hides the processes of others`] : []),
    ...(unread > 0 ? [`what ${unread} processes have open may not be looked at`] : []),
  ]
  return { holders, unknown: reasons.length === 0 ? null : reasons.join('; ') }
}

/** Nodes that a process has open; null when it may not be looked at. One that has gone has none. */
async function heldBy(process: string, wanted: Wanted): Promise<ReadonlySet<string> | null> {
  const held = new Set<string>()
  try {
    const descriptors = await readdir(`${process}/fd`)
    const links = await Promise.all(
      descriptors.map((one) => heldAt(`${process}/fd/${one}`, wanted)),
    )
    for (const node of links) if (node !== null) held.add(node)
    return held
  } catch (error) {
    const gone = ['ENOENT', 'ESRCH'].includes(errnoOf(error))
    return gone ? new Set() : null
  }
}

async function heldAt(descriptor: string, wanted: Wanted): Promise<string | null> {
  let link: string
  try {
    link = await readlink(descriptor)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
  if (!link.startsWith('/dev/') || OTHERS.test(link)) return null
  const named = wanted.get(link)
  if (named !== undefined) return named
  // Only of what is in /dev: on a dead mount elsewhere it would hang.
  const found = await stat(descriptor).catch(() => null)
  return found === null || found.rdev === 0 ? null : (wanted.get(found.rdev) ?? null)
}

async function parentOf(process: string): Promise<number | null> {
  // pid (comm) state ppid: proc(5). A name may have brackets and blanks in it.
  const text = await textOf(`${process}/stat`)
  const parent = text === null ? undefined : /\) \S (\d+) /.exec(text.slice(text.lastIndexOf(')')))
  return parent?.[1] === undefined ? null : Number(parent[1])
}

/** Not cmdline: reading that waits for a process that hangs. */
async function textOf(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )
}

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown'
}
