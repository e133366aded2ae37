import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { Networks, plainAddress } from '../networks.ts'

/** Whom a request comes from, and what he asked for, as far as it can be believed. */
export interface Peer {
  /** Of the client; `local` of one on a Unix socket that no proxy names the client of. */
  address: string
  /** Whether the client speaks TLS, to us or to a proxy that is trusted. */
  secure: boolean
  /** The host and port that it asked; undefined where it said none. */
  host: string | undefined
}

/** What is believed. */
export interface AccessOptions {
  /** Addresses and networks of proxies; what they say of their clients is believed. */
  trustedProxies: readonly string[]
  /** Names and addresses, without a port, that browsers may ask the daemon by. Empty: see `isOwnHost`. */
  hosts: readonly string[]
  /** The daemon listens on a loopback address alone. */
  loopbackOnly: boolean
  /** Names that are own ones whatever `hosts` says, such as that of the machine. */
  ownNames: readonly string[]
  /** For so long browsers are to ask over TLS alone; 0 does not say so. */
  hstsSeconds: number
}

/** What a request over a Unix socket has for an address. */
const LOCAL = 'local'

/**
 * Who asks. Headers of proxies are believed only of those that are named: anybody can write them. Of the two
 * ways to write them it is `X-Forwarded-*`; `Forwarded` is not looked at, since a proxy that sets the one hands
 * on the other as the client wrote it.
 */
export class Access {
  readonly hstsSeconds: number
  readonly #proxies: Networks
  readonly #options: AccessOptions

  constructor(options: AccessOptions) {
    this.#options = options
    this.#proxies = new Networks(options.trustedProxies)
    this.hstsSeconds = options.hstsSeconds
  }

  isProxy(address: string): boolean {
    return this.#proxies.has(address)
  }

  peerOf(request: IncomingMessage): Peer {
    const { headers, socket } = request
    const direct = socket.remoteAddress
    const own = {
      address: direct === undefined ? LOCAL : (plainAddress(direct) ?? direct),
      secure: (socket as Partial<TLSSocket>).encrypted === true,
      host: headers.host,
    }
    // Who may write to the socket is let in by its folder and mode: nobody else is there but a proxy.
    const viaSocket = direct === undefined && socket.localAddress === undefined
    if (!viaSocket && !this.isProxy(own.address)) return own
    const { address, hops } = this.#clientOf(own.address, listIn(headers['x-forwarded-for']))
    const proto = entryOf(listIn(headers['x-forwarded-proto']), hops)
    const host = entryOf(listIn(headers['x-forwarded-host']), hops)
    return {
      address,
      secure: proto === undefined ? own.secure : proto.toLowerCase() === 'https',
      host: host ?? own.host,
    }
  }

  /** From right to left, each was written by the one after it; the first that is no proxy is the client. */
  #clientOf(nearest: string, forwarded: readonly string[]): { address: string; hops: number } {
    let address = nearest
    let hops = 1
    for (const text of [...forwarded].reverse()) {
      const named = plainAddress(withoutPort(text))
      // `unknown`, or somebody's invention: further to the left nothing can be believed.
      if (named === null) break
      address = named
      if (!this.isProxy(named)) break
      hops += 1
    }
    return { address, hops }
  }

  /**
   * Whether the daemon is meant by this host: of those that are configured, if any are; else a daemon that
   * listens on a loopback address is asked by its names and addresses alone. A page of another site whose name
   * was made to mean this machine (DNS rebinding) has its own name there.
   */
  isOwnHost(host: string | undefined): boolean {
    const { hosts, loopbackOnly, ownNames } = this.#options
    if (hosts.length === 0 && !loopbackOnly) return true
    const name = nameIn(host)
    if (name === null) return false
    if ([...hosts, ...ownNames].some((own) => nameIn(own) === name)) return true
    return name === 'localhost' || name.endsWith('.localhost') || loopback.has(name)
  }
}

const loopback = new Networks(['127.0.0.0/8', '::1'])

function listIn(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** What the outermost proxy that is trusted said; there may be fewer entries than proxies. */
function entryOf(list: readonly string[], hops: number): string | undefined {
  return list[Math.max(0, list.length - hops)]
}

/** `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const { bracketed, plain } =
    /^(?:\[(?<bracketed>[^\]]+)\](?::\d+)?|(?<plain>\d+\.\d+\.\d+\.\d+):\d+)$/.exec(text)?.groups ??
    {}
  return bracketed ?? plain ?? text
}

/** Name or address of `host:port`, an IPv6 address without brackets; null when it is none. */
function nameIn(host: string | undefined): string | null {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return null
  const bare = plainAddress(host)
  const url = `http://${bare?.includes(':') === true ? `[${bare}]` : host}`
  if (!URL.canParse(url)) return null
  return new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
