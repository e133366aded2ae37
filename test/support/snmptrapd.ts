import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { startPeer } from './peer.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Debian has no MIBs of the IETF, net-snmp for Node.js has those that ours imports. */
export const mibs = join(root, 'node_modules/net-snmp/lib/mibs')
/** Where ours is. */
export const ownMibs = join(root, 'deploy/snmp')

/** Of whoever sends traps of version 3. */
export const engineId = '8000000001020304'

const CONFIGURATION = `
authCommunity log c0mmunity
createUser -e 0x${engineId} trapper SHA-256 authpassword AES privpassword
createUser informer SHA-256 authpassword AES privpassword
createUser authentic SHA-512 authpassword
authUser log trapper priv
authUser log informer priv
authUser log authentic auth
`

/** snmptrapd, which knows the community and three users, and our MIB. */
export async function snmptrapd(t: Test) {
  const directory = t.testdir({ 'snmptrapd.conf': CONFIGURATION })
  const port = await freeUdpPort()
  const words = ['-f', '-n', '-Lo', '-C', '-c', join(directory, 'snmptrapd.conf')]
  const format = ['-OQ', '-F', 'TRAP %P\\n%V\\n%v\\nEND\\n', `udp:127.0.0.1:${port}`]
  const peer = startPeer(
    t,
    'snmptrapd',
    [...words, '-M', `${mibs}:${ownMibs}`, '-m', 'STORWARDEN-MIB', ...format],
    { SNMP_PERSISTENT_DIR: directory, SNMPCONFPATH: directory },
  )
  await peer.says(/^NET-SNMP version/)
  /** What it has been told, from the first on: how, and the objects with their values, by their names in our MIB. */
  const told = async (count: number) => {
    await peer.says(new RegExp(`^END$`), count)
    return peer.lines
      .join('\n')
      .split('TRAP ')
      .slice(1)
      .map((text) => {
        const [how = '', , ...lines] = text.split('\n')
        return [how, ...lines.slice(0, lines.indexOf('END'))].map((line) =>
          line.replace(/^STORWARDEN-MIB::(\w+)\.0/, '$1').replace('STORWARDEN-MIB::', ''),
        )
      })
  }
  return { port, told }
}

/** Nobody has it now. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
