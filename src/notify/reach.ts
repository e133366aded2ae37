import { lookup as lookUp, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'
import { Networks, plainAddress } from '../networks.ts'

/**
 * What no receiver of messages is: this machine, what stands for any address, links without a router (the
 * metadata of clouds among them), and groups of machines. Networks of companies (RFC 1918) are not: receivers
 * are there as a rule.
 */
const BLOCKED = new Networks([
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '::1', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254', '100.100.100.200'],
])

/** RFC 6052 and RFC 3056: an IPv4 address that is reached through an IPv6 one. */
const EMBEDDING: readonly (readonly [Networks, firstByte: number])[] = [
  [new Networks(['64:ff9b::/96', '::/96']), 12],
  [new Networks(['2002::/16']), 2],
]

/** The address is none that a receiver of messages has. */
export class NotAllowedError extends Error {
  readonly code = 'ERR_ADDRESS_NOT_ALLOWED'

  constructor(address: string) {
    super(`${address} is not to be told: see notifications.allowed_networks`)
    this.name = 'NotAllowedError'
  }
}

/** Which addresses the daemon connects to when it tells of something. */
export class Reach {
  readonly #allowed: Networks
  readonly #own: () => readonly string[]

  /** `allowed` are addresses and networks that may be told though they are blocked. */
  constructor(allowed: readonly string[], own = ownAddresses) {
    this.#allowed = new Networks(allowed)
    this.#own = own
  }

  /** Whether an address may be connected to. */
  has(address: string): boolean {
    if (this.#allowed.has(address)) return true
    const inner = embedded(address)
    if (inner !== null && !this.has(inner)) return false
    const plain = plainAddress(address)
    return plain !== null && !BLOCKED.has(plain) && !this.#own().includes(plain)
  }

  /** Throws NotAllowedError for a host that is an address, and none that may be told. */
  refuse(host: string): void {
    const address = host.replace(/^\[|\]$/g, '')
    if (isIP(address) !== 0 && !this.has(address)) throw new NotAllowedError(address)
  }

  /**
   * Looks a name up for one connection: what is connected to is what was looked at, whatever the name means a
   * moment later. Of several addresses those that may be told are left.
   */
  readonly lookup: LookupFunction = (host, options, done) => {
    const wanted: LookupOptions = { ...options, all: true }
    lookUp(host, wanted, (error, found) => {
      if (error !== null) {
        done(error, '', 0)
        return
      }
      const addresses = found as unknown as LookupAddress[]
      const left = addresses.filter(({ address }) => this.has(address))
      const [first] = left
      if (first === undefined) done(new NotAllowedError(addresses[0]?.address ?? host), '', 0)
      else if (options.all === true) done(null, left)
      else done(null, first.address, first.family)
    })
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((of) =>
    (of ?? []).map(({ address }) => address),
  )
}

/** The IPv4 address that an IPv6 one leads to; null when it leads to none. */
function embedded(address: string): string | null {
  if (isIP(address) !== 6) return null
  const start = EMBEDDING.find(([networks]) => networks.has(address))?.[1]
  if (start === undefined || address === '::' || address === '::1') return null
  return bytesOf(address)
    .slice(start, start + 4)
    .join('.')
}

function bytesOf(address: string): number[] {
  const text = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1)
  const [head = [], tail = []] = text
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  return [...head, ...zeros, ...tail].flatMap((group) => {
    const value = parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}
