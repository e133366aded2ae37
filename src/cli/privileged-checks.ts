import type { Config } from '../config/schema.ts'
import { PrivilegedClient } from '../host/privileged/client.ts'
import { PrivilegedError, SOCKET_UNIT } from '../host/privileged/privileged-error.ts'
import { version } from '../package.ts'
import { fail, ok, warn, type Check } from './finding.ts'

/** Whether what takes root can be asked for, by the user who looks. */
export function privilegedChecks({ host }: Config, uid: number): Check[] {
  const { privileged_socket: socket } = host
  return [
    {
      name: 'privileged program',
      async look() {
        if (socket === null) return notUsed(uid)
        const client = new PrivilegedClient({ socket, version })
        try {
          return versionFinding(socket, await client.version())
        } catch (error) {
          if (!(error instanceof PrivilegedError)) throw error
          return troubleFinding(error, uid)
        } finally {
          await client.stop()
        }
      },
    },
  ]
}

function notUsed(uid: number) {
  if (uid === 0)
    return ok('not used: storwardend does itself what takes root, where it runs as root')
  return warn(
    'not used: SMART, LVM and the kernel log stay unknown, and SCST is not changed',
    `systemctl enable --now ${SOCKET_UNIT}, and set host.privileged_socket`,
  )
}

function versionFinding(socket: string, found: string) {
  const answers = `answers at ${socket}, version ${found}`
  if (found === version) return ok(answers)
  return warn(`${answers}, and this is ${version}`, 'systemctl restart storwarden-privileged')
}

function troubleFinding({ message, trouble }: PrivilegedError, uid: number) {
  switch (trouble) {
    case 'unreachable':
      return fail(
        message,
        `systemctl enable --now ${SOCKET_UNIT}; run this as root or as the user of storwardend`,
      )
    case 'refused':
      return fail(
        message,
        `it serves root and the user of --user in storwarden-privileged.service, and this is user ${uid}`,
      )
    case 'version':
      return fail(message, 'install both programs of one version')
    case 'silent':
    case 'lost':
      return fail(
        message,
        'journalctl -u storwarden-privileged; systemctl restart storwarden-privileged',
      )
  }
}
