import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { Test } from 'tap'

/** A message of RFC 5424, taken apart by its grammar (section 6). */
export interface SyslogMessage {
  priority: number
  timestamp: string
  host: string
  application: string
  process: string
  kind: string
  data: Record<string, Record<string, string>>
  text: string
}

const NAME = String.raw`[!#-<>-\\^-~]{1,32}`
const PARAMETER = String.raw` (${NAME})="((?:[^"\\\]]|\\["\\\]])*)"`
const HEADER = new RegExp(
  String.raw`^<(\d{1,3})>1 (\S+) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) `,
)

/** Takes a message apart; throws where it is none. */
export function parseSyslog(bytes: Buffer): SyslogMessage {
  const text = new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const header = HEADER.exec(text)
  if (header === null) throw new Error(`no header: ${text}`)
  const [whole, priority, timestamp = '', host = '', application = '', process = '', kind = ''] =
    header
  const data: SyslogMessage['data'] = {}
  let rest = text.slice(whole.length)
  const element = new RegExp(String.raw`^\[(${NAME})((?:${PARAMETER})*)\]`)
  for (let found = element.exec(rest); found !== null; found = element.exec(rest)) {
    const [all, id = '', parameters = ''] = found
    data[id] = Object.fromEntries(
      [...parameters.matchAll(new RegExp(PARAMETER, 'g'))].map(([, name = '', value = '']) => [
        name,
        value.replace(/\\(["\\\]])/g, '$1'),
      ]),
    )
    rest = rest.slice(all.length)
  }
  if (!rest.startsWith(' \ufeff')) throw new Error(`no text in UTF-8: ${rest}`)
  const message = { priority: Number(priority), timestamp, host, application, process, kind }
  return { ...message, data, text: rest.slice(2) }
}

/** Messages of a stream with octet counting (RFC 6587, 3.4.1); throws where there is something else. */
export function framesOf(stream: Buffer): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < stream.length;) {
    const blank = stream.indexOf(0x20, at)
    const count = stream.toString('latin1', at, blank)
    if (!/^[1-9]\d*$/.test(count)) throw new Error(`no count of octets: ${count}`)
    const end = blank + 1 + Number(count)
    if (end > stream.length) throw new Error('cut short')
    frames.push(stream.subarray(blank + 1, end))
    at = end
  }
  return frames
}

/** A server that keeps what each connection brings until its end, and then does what `how.ended` says. */
export async function syslogServer(t: Test, certificate?: { certFile: string; keyFile: string }) {
  const streams: Buffer[] = []
  const how = {
    begun: (socket: Socket): unknown => socket,
    ended: (socket: Socket): unknown => socket.end(),
  }
  const sockets = new Set<Socket>()
  const serve = (socket: Socket) => {
    sockets.add(socket)
    const parts: Buffer[] = []
    how.begun(socket)
    socket.on('data', (part: Buffer) => parts.push(part))
    socket.on('error', () => undefined)
    socket.on('end', () => {
      streams.push(Buffer.concat(parts))
      how.ended(socket)
    })
  }
  const server =
    certificate === undefined
      ? createTcpServer({ allowHalfOpen: true }, serve)
      : createTlsServer(
          {
            ...{ cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) },
            allowHalfOpen: true,
          },
          serve,
        )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, streams, how }
}

/** Keeps datagrams. */
export async function syslogSocket(t: Test) {
  const datagrams: Buffer[] = []
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  socket.on('message', (datagram) => datagrams.push(datagram))
  await once(socket, 'listening')
  t.teardown(() => {
    socket.close()
  })
  return { port: socket.address().port, datagrams }
}
