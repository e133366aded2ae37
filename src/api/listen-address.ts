/** Where a listener listens: a TCP port, 0 for any that is free, or a Unix socket. */
export type ListenAddress = { host: string; port: number } | { path: string }

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program',
  EADDRNOTAVAIL: 'is not an address of this machine',
  EACCES: 'is not allowed to this user',
  ENOENT: 'is in no folder that there is',
  ENOTFOUND: 'is not a known name',
}

/** The address cannot be listened on: taken, not allowed, or not of this machine. */
export class ListenError extends Error {
  readonly code = 'ERR_LISTEN'

  constructor(at: ListenAddress, cause: NodeJS.ErrnoException) {
    const reason = REASONS[cause.code ?? ''] ?? `cannot be listened on: ${cause.message}`
    super(`${nameOf(at)} ${reason}`, { cause })
    this.name = 'ListenError'
  }
}

/** `host:port`, the host in brackets where it is an IPv6 address, or the path. */
export function nameOf(at: ListenAddress): string {
  if ('path' in at) return at.path
  return at.host.includes(':') ? `[${at.host}]:${at.port}` : `${at.host}:${at.port}`
}
