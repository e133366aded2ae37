import { readdir, readFile, readlink, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EmbeddedDatabaseError } from './errors.ts'

/** A server process that works in one database directory. */
interface ServerProcess {
  pid: number
  parent: number
}

const LOOK_AGAIN_MS = 20

/**
 * Stops what an earlier daemon left running in the database directory `data`, and removes its
 * postmaster.pid, whose process id may belong to any process since. Only for who holds the state
 * directory's lock: then nobody else may have started it. Resolves with the process ids it met.
 */
export async function stopOrphans(data: string): Promise<number[]> {
  const found = await serverProcesses(data)
  const pidFile = join(data, 'postmaster.pid')
  const leader = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  // To sessions without a postmaster SIGINT means no more than to cancel what they do.
  const fast = found.some(({ pid }) => pid === leader) ? [['SIGINT', 10_000] as const] : []
  // A fast shutdown, then an immediate one (recovered at the next start), then none.
  for (const [signal, limitMs] of [
    ...fast,
    ['SIGQUIT', 5_000] as const,
    ['SIGKILL', 5_000] as const,
  ]) {
    if (await signalAndWait(data, signal, limitMs)) {
      await rm(pidFile, { force: true })
      return found.map(({ pid }) => pid)
    }
  }
  const left = (await serverProcesses(data)).map(({ pid }) => pid)
  throw new EmbeddedDatabaseError(`${data}: cannot stop process ${left.join(', ')}, which uses it`)
}

async function signalAndWait(
  data: string,
  signal: NodeJS.Signals,
  limitMs: number,
): Promise<boolean> {
  let waitedMs = 0
  let signalled = false
  for (;;) {
    const processes = await serverProcesses(data)
    if (processes.length === 0) return true
    if (waitedMs >= limitMs) return false
    if (!signalled) {
      const pids = new Set(processes.map(({ pid }) => pid))
      const leaders = processes.filter(({ parent }) => !pids.has(parent))
      for (const { pid } of signal === 'SIGKILL' ? processes : leaders) send(pid, signal)
      signalled = true
    }
    await delay(LOOK_AGAIN_MS)
    waitedMs += LOOK_AGAIN_MS
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone meanwhile, or not ours: then it stays in the list and is named in the end.
  }
}

/** Every process of the server has its database directory as working directory and is called postgres. */
async function serverProcesses(data: string): Promise<ServerProcess[]> {
  const processes: ServerProcess[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if ((await readlink(`/proc/${name}/cwd`)) !== data) continue
      const stat = parseProcessStat(await readFile(`/proc/${name}/stat`, 'utf8'))
      if (stat.command === 'postgres') processes.push({ pid: Number(name), parent: stat.parent })
    } catch {
      // Ended meanwhile, or of another user.
    }
  }
  return processes
}

/** The command and parent in /proc/<pid>/stat, see proc(5): the command may itself hold blanks and brackets. */
export function parseProcessStat(text: string): { command: string; parent: number } {
  const end = text.lastIndexOf(')')
  const command = text.slice(text.indexOf('(') + 1, end)
  const parent = Number(
    text
      .slice(end + 1)
      .trim()
      .split(' ')[1],
  )
  return { command, parent }
}
