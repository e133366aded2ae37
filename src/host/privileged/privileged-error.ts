import { HostError } from '../host.ts'

/** The unit that has the socket: starting it is what helps most often. */
export const SOCKET_UNIT = 'storwarden-privileged.socket'

/** What became of a question to the privileged program that was not answered. */
export type PrivilegedTrouble =
  /** There is no socket, or nobody behind it. */
  | 'unreachable'
  /** It does not let this process in. */
  | 'refused'
  /** It speaks another protocol. */
  | 'version'
  /** It took the question and does not answer. */
  | 'silent'
  /** The connection ended while the question was under way. */
  | 'lost'

/** The privileged program did not answer; the words say what to do about it. */
export class PrivilegedError extends HostError {
  readonly trouble: PrivilegedTrouble

  constructor(trouble: PrivilegedTrouble, socket: string, words: string, options?: ErrorOptions) {
    super('ERR_PRIVILEGED', `storwarden-privileged at ${socket}: ${words}`, options)
    this.trouble = trouble
  }
}

/** What an errno of connect(2) on a Unix socket comes from. */
export function unreachable(socket: string, cause: NodeJS.ErrnoException): PrivilegedError {
  const { code = 'unknown' } = cause
  const words = CAUSES[code] ?? `${code}: look at systemctl status ${SOCKET_UNIT}`
  return new PrivilegedError('unreachable', socket, words, { cause })
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: `there is no such socket: systemctl start ${SOCKET_UNIT}`,
  ENOTDIR: `there is no such socket: systemctl start ${SOCKET_UNIT}`,
  ECONNREFUSED: `nobody listens there: systemctl restart ${SOCKET_UNIT}`,
  EACCES: `permission denied: the socket is for root and the user of storwardend`,
  EAGAIN: 'it takes no further connection now: look at systemctl status storwarden-privileged',
}
