import { lookup } from 'node:dns/promises'
import type * as NetSnmp from 'net-snmp'
import { newsEvents, NotifyError, type Message, type Notifier } from './notifier.ts'
import { quoted } from './printable.ts'
import { snmpNotifications, type SnmpNotification, type SnmpObject } from './snmp-objects.ts'
import type { Appliance } from './words.ts'

/** Whom notifications go to, and as whom. */
export interface SnmpTrapOptions {
  host: string
  port: number
  /** Asks for a receipt; else a notification may get lost, and nobody knows. */
  inform: boolean
  security: SnmpSecurity
  appliance: Appliance
  now: () => Date
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
}

/** What the other side knows us by. */
export type SnmpSecurity =
  | { version: '2c'; community: string }
  | {
      version: '3'
      user: string
      /** Null without authentication. */
      auth: { protocol: AuthProtocol; password: string } | null
      /** Null without encryption, which there is none of without authentication. */
      privacy: { protocol: PrivacyProtocol; password: string } | null
      /** In hexadecimal digits: who sends, of traps; an inform is about the engine of whoever receives it. */
      engineId: string | null
    }

type Library = typeof NetSnmp.default

type AuthProtocol = 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
/** Node.js has no DES. */
type PrivacyProtocol = 'aes' | 'aes256b' | 'aes256r'

/**
 * Sends SNMP notifications as in deploy/snmp/STORWARDEN-MIB.txt: informs, which are confirmed, or traps, which
 * are not. One that is sent again has the same `stwMessageId`.
 */
export class SnmpTrap implements Notifier {
  readonly name = 'snmp'
  readonly grouped = false
  readonly kinds = ['alerts', 'event', 'test', 'digest'] as const
  readonly news = newsEvents
  readonly #options: SnmpTrapOptions
  /** Since when the engine is up; the time until now is what makes messages of version 3 fresh. */
  readonly #startedAt: Date

  constructor(options: SnmpTrapOptions) {
    this.#options = options
    this.#startedAt = options.now()
  }

  /** Rejects with NotifyError, whose text holds neither community nor password. */
  async send(message: Message): Promise<string> {
    const { appliance, inform } = this.#options
    // Loaded when it is needed: most appliances send no traps.
    const { default: snmp } = await import('net-snmp')
    const session = await this.#open(snmp)
    try {
      for (const notification of snmpNotifications(message, appliance)) {
        await this.#notify(session, snmp, notification)
      }
    } finally {
      session.close()
    }
    return inform ? 'confirmed' : 'sent; of a trap there is no receipt'
  }

  async #notify(session: NetSnmp.Session, snmp: Library, notification: SnmpNotification) {
    const { inform, now } = this.#options
    const varbinds = notification.objects.map((object) => varbindOf(object, snmp))
    const upTime = Math.floor((now().getTime() - this.#startedAt.getTime()) / 10) % 2 ** 32
    await new Promise<void>((resolve, reject) => {
      const told = (error: Error | null) => {
        if (error === null) resolve()
        else reject(new NotifyError(this.#reason(error)))
      }
      if (inform) session.inform(notification.oid, varbinds, { upTime }, told)
      else session.trap(notification.oid, varbinds, { upTime }, told)
    })
  }

  async #open(snmp: Library): Promise<NetSnmp.Session> {
    const { host, port, security, timeoutMs = 10_000 } = this.#options
    const { address, family } = await lookup(host).catch((error: unknown) => {
      const { code = 'failed' } = error as NodeJS.ErrnoException
      throw new NotifyError(`${host}: not found: ${code}`)
    })
    const transport = family === 6 ? ('udp6' as const) : ('udp4' as const)
    // What is not confirmed is sent once more.
    const options = { transport, trapPort: port, retries: 1, timeout: timeoutMs / 2 }
    const session =
      security.version === '2c'
        ? snmp.createSession(address, security.community, {
            ...options,
            version: snmp.Version2c,
          })
        : this.#openV3(snmp, security, address, options)
    // What is no SNMP at all, from whomever, is no answer.
    session.on('error', () => undefined)
    return session
  }

  #openV3(
    snmp: Library,
    security: Extract<SnmpSecurity, { version: '3' }>,
    address: string,
    options: NetSnmp.SessionOptionsV3,
  ): NetSnmp.Session {
    const { engineId } = security
    const session = snmp.createV3Session(address, userOf(security, snmp), {
      ...options,
      ...(engineId === null ? {} : { engineID: Buffer.from(engineId, 'hex') }),
    })
    if (this.#options.inform) return session
    const send = session.send.bind(session)
    session.send = (request, ...others) => {
      Object.assign(request.message.msgSecurityParameters ?? {}, this.#engineTime())
      return send(request, ...others)
    }
    return session
  }

  /** The code of what went wrong, or what the library makes of an answer, which may hold the community. */
  #reason(error: Error): string {
    const { security, timeoutMs = 10_000 } = this.#options
    if (error.name === 'RequestTimedOutError') return `no receipt within ${timeoutMs} ms`
    const { code } = error as NodeJS.ErrnoException
    if (typeof code === 'string') return `not reached: ${code}`
    const secrets =
      security.version === '2c'
        ? [security.community]
        : [security.auth?.password ?? '', security.privacy?.password ?? '']
    return `not confirmed: ${quoted(error.message, secrets.filter(Boolean))}`
  }

  /**
   * Of traps of version 3 the sender's clock counts (RFC 3414, 2.2.2 and 3.2): the number of its starts, and the
   * seconds since the last. net-snmp says 0 of both, so that a receiver takes the first trap and drops
   * all that come more than 150 s later. The number of starts only has to grow, as the time of the
   * start does: in seconds since 2020, which 31 bits hold until 2088.
   */
  #engineTime() {
    const startedAt = Math.floor(this.#startedAt.getTime() / 1000)
    const at = Math.floor(this.#options.now().getTime() / 1000)
    return {
      msgAuthoritativeEngineBoots: startedAt - Date.UTC(2020, 0) / 1000,
      msgAuthoritativeEngineTime: Math.max(at - startedAt, 0),
    }
  }
}

function userOf(
  { user, auth, privacy }: Extract<SnmpSecurity, { version: '3' }>,
  { AuthProtocols, PrivProtocols, SecurityLevel }: Library,
): NetSnmp.User {
  if (auth === null) return { name: user, level: SecurityLevel.noAuthNoPriv }
  const authentic = {
    ...{ name: user, level: SecurityLevel.authNoPriv },
    ...{ authProtocol: AuthProtocols[auth.protocol], authKey: auth.password },
  }
  if (privacy === null) return authentic
  return {
    ...authentic,
    level: SecurityLevel.authPriv,
    ...{ privProtocol: PrivProtocols[privacy.protocol], privKey: privacy.password },
  }
}

function varbindOf(object: SnmpObject, { ObjectType }: Library): NetSnmp.Varbind {
  const { oid, type, value } = object
  if (type === 'integer') return { oid, type: ObjectType.Integer, value }
  if (type === 'gauge') return { oid, type: ObjectType.Gauge, value }
  return { oid, type: ObjectType.OctetString, value }
}
