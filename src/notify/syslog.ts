import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { trustedBy } from './certificates.ts'
import { newsEvents, NotifyError, type Message, type Notifier } from './notifier.ts'
import { syslogLines, type Facility } from './syslog-frame.ts'
import type { Appliance } from './words.ts'

/** Which syslog server, and how it is reached. */
export interface SyslogOptions {
  host: string
  port: number
  transport: 'udp' | 'tcp' | 'tls'
  /** Certificates (PEM) that are trusted besides those of Node.js. */
  caFile: string | null
  facility: Facility
  appliance: Appliance
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
}

/**
 * A datagram that nobody has to take apart on its way (RFC 5426, 3.2), and what every receiver takes over a
 * connection (RFC 5425, 4.3.1).
 */
const MOST_BYTES = { udp: 1400, tcp: 8192, tls: 8192 } as const

/** That nobody listens comes back within the time that a datagram takes there and back. */
const REFUSAL_MS = 100

/**
 * Logs messages by RFC 5424 at a syslog server: over UDP (RFC 5426), over TCP with octet counting (RFC 6587), or
 * over TLS (RFC 5425). Syslog knows no receipts. Over a connection it counts as taken when the server has
 * read to the end and closed; over UDP when nobody said that nobody listens.
 */
export class Syslog implements Notifier {
  readonly name = 'syslog'
  readonly grouped = false
  readonly kinds = ['alerts', 'event', 'test', 'digest'] as const
  readonly news = newsEvents
  readonly #options: SyslogOptions

  constructor(options: SyslogOptions) {
    this.#options = options
  }

  /** Rejects with NotifyError. */
  async send(message: Message): Promise<string> {
    const { transport } = this.#options
    const mostBytes = MOST_BYTES[transport]
    const lines = syslogLines(message, { ...this.#options, mostBytes }).map((line) =>
      Buffer.from(line),
    )
    if (transport === 'udp') return this.#sendDatagrams(lines)
    // MSG-LEN, a blank, and the message (RFC 6587, 3.4.1).
    const frames = lines.flatMap((line) => [Buffer.from(`${line.length} `), line])
    return this.#sendStream(Buffer.concat(frames))
  }

  async #sendDatagrams(lines: readonly Buffer[]): Promise<string> {
    const { host, port } = this.#options
    const { address, family } = await lookup(host).catch(failWith)
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    try {
      const failed = new Promise<never>((_resolve, reject) => socket.once('error', reject))
      const sent = async () => {
        await new Promise<void>((resolve) => {
          socket.connect(port, address, resolve)
        })
        for (const line of lines) {
          await new Promise<void>((resolve, reject) => {
            socket.send(line, (error) => {
              if (error) reject(error)
              else resolve()
            })
          })
        }
        await pause(REFUSAL_MS)
      }
      await Promise.race([sent(), failed])
    } catch (error) {
      failWith(error)
    } finally {
      socket.close()
    }
    return 'sent; of a datagram there is no receipt'
  }

  async #sendStream(bytes: Buffer): Promise<string> {
    const { timeoutMs = 10_000 } = this.#options
    const socket = await this.#connect()
    const overdue = setTimeout(() => {
      socket.destroy(new NotifyError(`not taken within ${timeoutMs} ms`))
    }, timeoutMs)
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject)
        socket.once('close', () => {
          if (socket.writableFinished) resolve()
          else reject(new NotifyError('the connection was closed before all was sent'))
        })
        // What the server says is of no use, but that it says no more is the receipt.
        socket.resume()
        socket.end(bytes)
      })
    } catch (error) {
      failWith(error)
    } finally {
      clearTimeout(overdue)
    }
    return 'taken'
  }

  async #connect(): Promise<Socket> {
    const { host, port, transport, caFile } = this.#options
    if (transport === 'tcp') return connectTcp({ host, port })
    const servername = isIP(host) === 0 ? { servername: host } : {}
    return connectTls({ host, port, ...servername, ...(await trustedBy(caFile)) })
  }
}

/** The name of what went wrong. */
function failWith(error: unknown): never {
  if (error instanceof NotifyError) throw error
  const { code } = error as { code?: unknown }
  throw new NotifyError(`not reached: ${typeof code === 'string' ? code : 'no reason given'}`)
}
