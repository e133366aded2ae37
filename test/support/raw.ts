import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'

/** Everything the other side says to a few bytes, until it closes the connection. */
export async function say(
  where: { port: number } | { path: string },
  text: string | Buffer,
): Promise<string> {
  const socket = connect({ host: '127.0.0.1', ...where })
  socket.write(text)
  return await heard(socket)
}

/** The same over TLS that trusts this certificate alone. */
export async function sayOverTls(port: number, ca: string, text: string): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port, ca, servername: 'localhost' })
  socket.write(text)
  return await heard(socket)
}

/** Everything a socket hears until it is closed; an error of the connection ends it, too. */
export async function heard(socket: Socket | TLSSocket): Promise<string> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  await new Promise<void>((resolve) => {
    socket.once('error', () => {
      resolve()
    })
    socket.once('close', () => {
      resolve()
    })
  })
  return Buffer.concat(parts).toString()
}

/** Status, headers by their names in lower case, and body of an answer. */
export function parsedAnswer(text: string): {
  status: number
  headers: Record<string, string>
  body: string
} {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const [name = '', ...value] = line.split(':')
    return [name.toLowerCase(), value.join(':').trim()] as const
  })
  return {
    status: Number(first.split(' ')[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  }
}
