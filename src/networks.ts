import { BlockList, isIP } from 'node:net'

/** Addresses, and networks as `10.0.0.0/8` or `fd00::/8`. */
export class Networks {
  readonly #list = new BlockList()

  /** Throws RangeError for what `isNetwork` refuses. */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const [address, prefix] = parsed(text) ?? []
      if (address === undefined || prefix === undefined) throw new RangeError(`${text}: no network`)
      this.#list.addSubnet(address, prefix, familyOf(address))
    }
  }

  /** Whether an address is in one of them; an IPv4 one is the same written as `::ffff:10.0.0.1`. */
  has(address: string): boolean {
    const plain = plainAddress(address)
    return plain !== null && this.#list.check(plain, familyOf(plain))
  }
}

/** An address as it is written in logs; null when it is none. */
export function plainAddress(text: string): string | null {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text) ?? []
  const address = mapped ?? text.replace(/%.*$/, '')
  return isIP(address) === 0 ? null : address
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

function parsed(text: string): [address: string, prefix: number] | null {
  const [, address = '', digits] = /^([^/]+?)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  const prefix = digits === undefined ? most : Number(digits)
  return most === -1 || prefix > most || address.includes('%') ? null : [address, prefix]
}
