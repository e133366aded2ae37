import { ParseError } from './collector.ts'

/** TCP_LISTEN (include/net/tcp_states.h). */
const LISTEN = '0A'

const LOCAL_ADDRESS = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/

/**
 * The listening sockets in /proc/net/tcp or tcp6 (Documentation/networking/proc_net_tcp.rst). Addresses stand
 * there as 32-bit words in the byte order of the machine, which is taken to be little-endian.
 */
export function parseListeners(text: string): { address: string; port: number }[] {
  const [header, ...lines] = text.split('\n')
  if (header === undefined || header.trim() === '') return []
  if (!header.includes('local_address')) throw new ParseError('/proc/net/tcp', 'no header')

  const listeners: { address: string; port: number }[] = []
  for (const line of lines) {
    if (line.trim() === '') continue
    const [, local, , state] = line.trim().split(/\s+/)
    const [, words, port] = LOCAL_ADDRESS.exec(local ?? '') ?? []
    if (words === undefined || port === undefined || state === undefined) {
      throw new ParseError('/proc/net/tcp', `"${line.trim().slice(0, 60)}" is not a socket`)
    }
    if (state !== LISTEN) continue
    listeners.push({ address: addressOf(words), port: Number.parseInt(port, 16) })
  }
  return listeners
}

/**
 * The beginning of such a table without the sockets that do not listen, which the kernel tells after all that do
 * (tcp_seq_start in net/ipv4/tcp_ipv4.c); null where it has none, so that more may listen behind it.
 */
export function beforeConnections(beginning: string): string | null {
  const lines = beginning.split('\n')
  // The last may be cut short.
  const first = lines.slice(1, -1).findIndex((line) => line.trim().split(/\s+/, 4)[3] !== LISTEN)
  return first === -1 ? null : lines.slice(0, 1 + first).join('\n')
}

function addressOf(words: string): string {
  const hex = (words.match(/.{8}/g) ?? [])
    .map((word) => (word.match(/../g) ?? []).reverse().join(''))
    .join('')
  return addressText(hex)
}

/** An address of 8 or 32 hex digits in network order as it is written. */
export function addressText(hex: string): string {
  if (hex.length === 8) {
    return (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')
  }
  // The URL parser writes an address as RFC 5952 wants it, in brackets.
  const groups = (hex.match(/.{4}/g) ?? []).join(':')
  return new URL(`http://[${groups}]`).hostname.slice(1, -1)
}
