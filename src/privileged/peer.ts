import { readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { PeerCredentials } from '../host/native.ts'
import type { Peer } from './audit.ts'

/**
 * Who is at the other end of a connection that was just made, as the kernel says. Throws when that is not to be had;
 * then nobody is let in.
 */
export function peerOf(
  socket: Socket,
  credentialsOf: (descriptor: number) => PeerCredentials,
): Peer {
  // Node has no other way to it: net.Socket, and tls.TLSSocket with it, keep the libuv handle there.
  const { fd = -1 } = (socket as Socket & { _handle?: { fd?: number } | null })._handle ?? {}
  if (fd < 0) throw new Error('the connection has no descriptor')
  const { pid, uid, gid } = credentialsOf(fd)
  return { pid, uid, gid, exe: pid > 0 ? programOf(pid) : null }
}

/** Where the process came from; of another user's that takes CAP_SYS_PTRACE (proc(5)). */
function programOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return null
  }
}
