import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'
import type { Message } from '../../src/hub/messages.ts'

/** A frame of the event stream; its data is always an object. */
export type Frame = Message & { data: Record<string, unknown> }

/** A client of the event stream that keeps what it was told, in order. */
export class TestClient {
  readonly frames: Frame[] = []
  /** Code and reason, once the connection is closed. */
  closed: { code: number; reason: string } | null = null
  readonly ws: WebSocket
  #waiting: (() => void)[] = []

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = []) {
    this.ws = new WebSocket(url, protocols, options)
    this.ws.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString('utf8')) as Frame)
      this.#wake()
    })
    this.ws.on('error', () => undefined)
    this.ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
      this.#wake()
    })
  }

  send(message: unknown): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Resolves with what `pick` gives as soon as that is not undefined. The runner's time-out is the limit. */
  async until<T>(pick: (client: this) => T | undefined): Promise<T> {
    for (;;) {
      const picked = pick(this)
      if (picked !== undefined) return picked
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** Resolves with the first frame whose data says `event`. */
  async told(event: string): Promise<Frame> {
    return await this.until(({ frames }) => frames.find(({ data }) => data.event === event))
  }

  /** Resolves with the seqs of the stored events it was told, once the last of them is `seq`. */
  async seqsUntil(seq: number): Promise<number[]> {
    return await this.until(() => {
      const seqs = this.seqs()
      return seqs.at(-1) === seq ? seqs : undefined
    })
  }

  /** The seqs of stored events, as they came. */
  seqs(): number[] {
    return this.frames
      .filter(({ type, data }) => type !== 'metrics' && data.event === undefined)
      .map(({ seq }) => seq)
  }

  /** Resolves with code and reason when the connection is closed. */
  async end(): Promise<{ code: number; reason: string }> {
    return await this.until(({ closed }) => closed ?? undefined)
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** The answer to an upgrade that is refused: its status and body. */
export async function refusedUpgrade(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const { hostname, port, pathname } = new URL(url)
  const socket = await rawUpgrade(hostname, Number(port), pathname, headers)
  let text = ''
  socket.on('data', (data: Buffer) => (text += data.toString('utf8')))
  await once(socket, 'close')
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) as unknown }
}

/** A bare connection that has asked for an upgrade and reads nothing. */
export async function rawUpgrade(
  host: string,
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<Socket> {
  const socket = connect({ host, port })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const all = {
    Host: `${host}:${port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.write([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  return socket
}
