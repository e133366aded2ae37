import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

/** How a process is run. */
export interface ProcessOptions {
  timeoutMs: number
  /** How long a killed process may take to go away, and an ended one to close its output. */
  graceMs: number
  /** Of standard output and standard error each. */
  maxOutputBytes: number
  /** Kills the process group of this leader. */
  kill: (pid: number) => void
}

/** What became of a process. */
export type Ended =
  | { kind: 'exited'; exitCode: number | null; stdout: Buffer; stderr: Buffer }
  | { kind: 'not-started'; errno: string }
  | { kind: 'killed'; because: 'deadline' | 'output' | 'stop' }
  /** It was killed and is still there; `gone` resolves when it is not. */
  | { kind: 'stuck'; pid: number; gone: Promise<void> }

/** Sends SIGKILL to a process group; that it has gone already is no error. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // ESRCH: it ended by itself a moment ago.
  }
}

/** A process under way. */
export interface Running {
  /** Settles at the latest `graceMs` after the deadline; never rejects. */
  ended: Promise<Ended>
  stop: () => void
}

/** The daemon's own environment is not handed on: it may hold passwords, and a locale that tools follow. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  HOME: '/',
}

/**
 * Runs a command without a shell, with standard input closed and in a process group of its own, so that
 * what it starts is killed with it. A killed process is not waited for: in state D it never goes.
 */
export function startProcess(argv: readonly string[], options: ProcessOptions): Running {
  const [file = '', ...args] = argv
  let child: ChildProcess
  try {
    child = spawn(file, args, {
      cwd: '/',
      detached: true,
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    return { ended: Promise.resolve(notStarted(error)), stop: ignore }
  }
  return follow(child, options)
}

function follow(child: ChildProcess, options: ProcessOptions): Running {
  const { timeoutMs, graceMs, maxOutputBytes, kill } = options
  const gone = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve()
    }),
  )
  let because: 'deadline' | 'output' | 'stop' | null = null
  let stop = ignore

  const ended = new Promise<Ended>((resolve) => {
    let grace: NodeJS.Timeout | undefined
    const finish = (end: Ended) => {
      clearTimeout(deadline)
      clearTimeout(grace)
      child.stdout?.destroy()
      child.stderr?.destroy()
      // One that is stuck must not keep the daemon from ending.
      child.unref()
      resolve(end)
    }
    const end = (reason: 'deadline' | 'output' | 'stop') => {
      if (because !== null || child.pid === undefined) return
      because = reason
      clearTimeout(grace)
      const pid = child.pid
      kill(pid)
      grace = setTimeout(() => {
        finish({ kind: 'stuck', pid, gone })
      }, graceMs)
    }
    const deadline = setTimeout(() => {
      end('deadline')
    }, timeoutMs)
    stop = () => {
      end('stop')
    }

    const stdout = collect(child.stdout, maxOutputBytes, () => {
      end('output')
    })
    const stderr = collect(child.stderr, maxOutputBytes, () => {
      end('output')
    })
    const done = (exitCode: number | null) => {
      if (because !== null) finish({ kind: 'killed', because })
      else finish({ kind: 'exited', exitCode, stdout: stdout(), stderr: stderr() })
    }
    child.once('error', (error) => {
      if (child.pid === undefined) finish(notStarted(error))
    })
    child.once('exit', (exitCode) => {
      clearTimeout(deadline)
      clearTimeout(grace)
      if (because !== null) done(exitCode)
      // A daemon that it left behind may hold its output open for good.
      else
        grace = setTimeout(() => {
          done(exitCode)
        }, graceMs)
    })
    child.once('close', (exitCode) => {
      done(exitCode)
    })
  })
  return {
    ended,
    stop: () => {
      stop()
    },
  }
}

function collect(
  stream: ChildProcess['stdout'],
  maxBytes: number,
  onLimit: () => void,
): () => Buffer {
  const chunks: Buffer[] = []
  let bytes = 0
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxBytes) {
      chunks.length = 0
      onLimit()
    } else {
      chunks.push(chunk)
    }
  })
  // Destroying a pipe that is being read is no event worth telling.
  stream?.on('error', ignore)
  return () => Buffer.concat(chunks)
}

function ignore(): void {
  // Nothing is left to do.
}

function notStarted(error: unknown): Ended {
  return { kind: 'not-started', errno: (error as NodeJS.ErrnoException).code ?? 'unknown' }
}
