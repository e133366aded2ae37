import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { CommandError, type Host } from '../host/host.ts'

/** The unit of the daemon. */
export const DAEMON_UNIT = 'storwardend.service'

/** What is asked of a file. */
export type Use = 'read' | 'read and write'

/** Who the daemon runs as. */
export interface DaemonUser {
  /** In words: `root`, `user storwarden`. */
  name: string
  /** The account, where it is one of a unit. */
  account: string | null
  /**
   * Whether he may do so with the file, as access(2) says: with all that it knows of groups and access control
   * lists, and without opening it. Rejects as Host.run does where it cannot be asked.
   */
  may: (path: string, use: Use) => Promise<boolean>
}

/** The properties of a unit that systemd tells; null where systemd does not run or does not know it. */
export async function unitProperties(
  host: Host,
  unit: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string> | null> {
  const words = ['systemctl', 'show', unit, `--property=${['LoadState', ...names].join(',')}`]
  const said = await host.run(words, { timeoutMs: 10_000 }).catch(() => null)
  if (said === null) return null
  const lines = said.stdout.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line))
  const found = new Map(lines.flatMap((line) => (line ? [[line[1] ?? '', line[2] ?? '']] : [])))
  return found.get('LoadState') === 'loaded' ? found : null
}

/**
 * Root asks for the user that the unit names, everybody else for himself: he has no way to be somebody else, and
 * where there is no unit the daemon is run by whoever looks.
 */
export async function daemonUser(host: Host, uid: number): Promise<DaemonUser> {
  if (uid !== 0) return { name: `user ${uid}`, account: null, may: mayOneself }
  const unit = await unitProperties(host, DAEMON_UNIT, ['User', 'Group', 'SupplementaryGroups'])
  const user = unit?.get('User') ?? ''
  if (user === '' || user === 'root') return { name: 'root', account: null, may: mayOneself }
  const more = (unit?.get('SupplementaryGroups') ?? '').split(' ').filter((word) => word !== '')
  const group = unit?.get('Group') ?? ''
  return {
    name: `user ${user}`,
    account: user,
    async may(path, use) {
      const { stdout } = await host.run(['id', '-G', user])
      const groups = [...stdout.trim().split(' '), ...more].join(',')
      const become = ['setpriv', '--reuid', user, '--regid', group === '' ? user : group]
      const writes = use === 'read' ? [] : ['-a', '-w', path]
      const words = [...become, '--groups', groups, 'test', '-r', path, ...writes]
      const { exitCode, stderr } = await host.run(words, { exitCodes: (code) => code <= 1 })
      // setpriv ends with 1 too, and says why.
      if (stderr !== '') throw new CommandError(words, exitCode, stderr)
      return exitCode === 0
    },
  }
}

async function mayOneself(path: string, use: Use): Promise<boolean> {
  const mode = use === 'read' ? constants.R_OK : constants.R_OK | constants.W_OK
  return await access(path, mode).then(
    () => true,
    () => false,
  )
}
