import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'

/** A mail that a server has taken. */
export interface TakenMail {
  from: string
  to: string[]
  /** Over TLS. */
  secure: boolean
  user: string | undefined
  raw: Buffer
}

/** What a server refuses: by the address, or for any mail with the key `data`. */
export type Refusals = Record<string, { code: number; text: string }>

/** An SMTP server on a free port, if none is said, which keeps what it takes. */
export async function smtpServer(t: Test, options: SMTPServerOptions = {}, onPort = 0) {
  const mails: TakenMail[] = []
  const refusals: Refusals = {}
  const refusal = (key: string) => {
    const { code, text } = refusals[key] ?? {}
    return code === undefined ? null : Object.assign(new Error(text), { responseCode: code })
  }
  const server = new SMTPServer({
    ...{ authOptional: true, disableReverseLookup: true, closeTimeout: 100, name: 'mail.test' },
    ...(options.cert === undefined ? { disabledCommands: ['STARTTLS'] } : {}),
    onAuth({ username, password }, _session, callback) {
      if (username === 'storwarden' && password === 'swordfish') callback(null, { user: username })
      else callback(Object.assign(new Error('go away'), { responseCode: 535 }))
    },
    onRcptTo({ address }, _session, callback) {
      callback(refusal(address))
    },
    onData(stream, { envelope, secure, user }, callback) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const error = refusal('data')
        if (error !== null) {
          callback(error)
          return
        }
        mails.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          ...{ secure, user: typeof user === 'string' ? user : undefined },
          raw: Buffer.concat(parts),
        })
        callback(null, 'queued')
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  server.listen(onPort, '127.0.0.1')
  await once(server.server, 'listening')
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(resolve)
    })
  t.teardown(stop)
  return { port: (server.server.address() as AddressInfo).port, mails, refusals, stop }
}

/** Headers of a mail, unfolded, by their names; and its parts by their types. */
export function readMail(raw: Buffer) {
  const { headers, body } = split(raw.toString('latin1'))
  const boundary = /boundary="?([^";]+)/.exec(headers['Content-Type'] ?? '')?.[1]
  if (boundary === undefined) throw new Error('not of several parts')
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r\n/, '').replace(/\r\n$/, '')))
    .map((part) => [part.headers['Content-Type']?.split(';')[0] ?? '', decodedPart(part)] as const)
  return { headers, parts: Object.fromEntries(parts) }
}

function split(text: string) {
  const end = text.indexOf('\r\n\r\n')
  const lines = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name = '', value = ''] = /^([!-9;-~]+): ?(.*)$/.exec(line) ?? []
    if (name === '' || name in headers) throw new Error(`no header, or twice: ${line}`)
    headers[name] = decodedWords(value)
  }
  return { headers, body: text.slice(end + 4) }
}

function decodedPart({ headers, body }: ReturnType<typeof split>): string {
  const encoding = headers['Content-Transfer-Encoding']
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  if (encoding === 'quoted-printable') return unquoted(body.replace(/=\r\n/g, ''))
  return body
}

/** RFC 2047 */
function decodedWords(value: string): string {
  return value
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_all, how: string, text: string) =>
      how.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('latin1')
        : unquoted(text.replaceAll('_', ' '), 'latin1'),
    )
    .replace(/[^]*/, (text) => Buffer.from(text, 'latin1').toString())
}

function unquoted(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  const bytes = text.replace(/=([0-9A-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(bytes, 'latin1').toString(encoding)
}
