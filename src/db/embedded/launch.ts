import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { Account } from './account.ts'

/** Starts programs of the server as the account they belong to. */
export interface Launcher {
  account: Account
  /** True when the kernel ends the children with the daemon, however it ends. */
  diesWithUs: boolean
  spawn(argv: readonly string[]): ChildProcess
  /**
   * Runs a short program to its end; both streams together, in the order they came.
   * The status is null, and the output says why, when it could not be started.
   */
  run(argv: readonly string[]): Promise<{ status: number | null; output: string }>
}

/** A place where setpriv(1) of util-linux is; null when this machine has none. */
export function findSetpriv(): string | null {
  return ['/usr/bin/setpriv', '/bin/setpriv'].find(isExecutable) ?? null
}

/**
 * The server must not outlive the daemon, not even after `kill -9`: setpriv asks the kernel for a
 * SIGINT (a fast shutdown) when the parent dies, see PR_SET_PDEATHSIG in prctl(2). It also takes
 * away the capabilities a daemon may have been given. Without it node drops the user, and what is
 * orphaned is stopped at the next start.
 */
export function launcherFor(account: Account, setpriv: string | null): Launcher {
  const start = (argv: readonly string[]): ChildProcess => {
    const [command = '', ...args] = setpriv ? [setpriv, ...privileges(account), ...argv] : argv
    return spawn(command, args, {
      // Of the daemon's environment nothing: PGDATA, PGOPTIONS and their like change the server.
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      // The account may not be let into the daemon's own working directory.
      cwd: '/',
      // Its own session: a Ctrl-C for the daemon must not stop the server before the daemon is done.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(!setpriv && account.drop ? { uid: account.uid, gid: account.gid } : {}),
    })
  }
  return {
    account,
    diesWithUs: setpriv !== null,
    spawn: start,
    run: (argv) => collect(start(argv)),
  }
}

function privileges({ drop, uid, gid }: Account): string[] {
  const user = drop ? ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'] : []
  return [...user, '--pdeathsig', 'INT', '--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all']
}

async function collect(child: ChildProcess): Promise<{ status: number | null; output: string }> {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-64_000)
    })
  }
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output = error.message
      resolve(null)
    })
    child.once('close', resolve)
  })
  return { status, output: output.trim() }
}

/** True for a program this process may run. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
