import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { NotifyError } from './notifier.ts'
import { quoted } from './printable.ts'
import { NotAllowedError, type Reach } from './reach.ts'

/** What is asked of a web server. */
export interface HttpRequest {
  url: string
  /** JSON that is posted; null asks with GET. */
  body: string | null
  headers?: Readonly<Record<string, string>>
  /** Of whoever asks, as User-Agent. */
  agent: string
  /** Which addresses may be asked. */
  reach: Reach
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number | undefined
  /** How much is read of what it says with a 2xx; none otherwise. */
  mostBytes?: number
  /** What is never told, whatever the other side says. */
  secrets: readonly string[]
  /** Whether such an answer refuses the message itself, for good; without it none does. */
  refuses?: (status: number, said: string) => boolean
}

/** What a web server answered with a status of 200 to 299. */
export interface HttpAnswer {
  status: number
  said: string
}

/** Enough to know what is wrong. */
const MOST_BYTES = 16_384

/**
 * Asks a web server; resolves with the status, and with what it said if that is asked for. A redirect is not
 * followed, because what is sent would go where nobody said it should.
 *
 * Rejects with NotifyError for whatever is no 2xx. It holds neither the address, which may hold a secret, nor
 * any of `secrets`. A status of 4xx is tried again like any other: a receiver that is set up
 * wrong for an hour must not lose what was told in it, and the pauses between attempts grow.
 */
export async function askHttp(request: HttpRequest): Promise<HttpAnswer> {
  const { timeoutMs = 10_000, mostBytes = 0, secrets, refuses = () => false } = request
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await ask(request, signal)
    const { statusCode: status = 0, headers } = response
    if (status >= 200 && status < 300)
      return { status, said: await beginningOf(response, mostBytes) }
    // That it refused counts, also when it does not come to say why.
    const said = await beginningOf(response, MOST_BYTES).catch(() => '')
    const quote = quoted(said, [...secrets, ...secretsOf(request.url)])
    throw new NotifyError(`answered with ${status}${quote === '' ? '' : `: ${quote}`}`, {
      retry: !refuses(status, said),
      retryAfterMs: retryAfterMs(headers),
    })
  } catch (error) {
    if (error instanceof NotifyError) throw error
    throw new NotifyError(reasonOf(error, timeoutMs))
  }
}

async function ask(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { body, agent, reach, headers = {} } = request
  const { url, authorization } = addressOf(request.url)
  reach.refuse(url.hostname)
  return await new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        ...(body === null
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
        'User-Agent': agent,
        ...authorization,
        ...headers,
      },
      // A connection of its own: the address was looked at for this one.
      agent: false,
      lookup: reach.lookup,
      signal,
    })
    asked.on('response', resolve)
    asked.on('error', reject)
    asked.end(body ?? undefined)
  })
}

/** Name and password of an address go where they belong. */
function addressOf(text: string): { url: URL; authorization: Record<string, string> } {
  const url = new URL(text)
  const { username, password } = url
  if (username === '' && password === '') return { url, authorization: {} }
  url.username = ''
  url.password = ''
  const authorization = basicAuthorization(decoded(username), decoded(password))
  return { url, authorization: { Authorization: authorization } }
}

/** `Basic …`, the credentials in UTF-8 (RFC 7617). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What of an address may be a secret: its path, its password, and what it asks for. */
function secretsOf(text: string): string[] {
  const { pathname, search, password, searchParams } = new URL(text)
  const parts = [text, pathname, search.slice(1), ...searchParams.values()]
  // A word that is everywhere is none.
  return [password, decoded(password), ...parts.filter(({ length }) => length > 5)]
}

/** What a body begins with. One that nobody reads to its end would keep the connection. */
async function beginningOf(body: IncomingMessage, limit: number): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of limit === 0 ? [] : (body as AsyncIterable<Buffer>)) {
      parts.push(part)
      length += part.length
      if (length >= limit) break
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(parts).toString('utf8', 0, limit)
}

/** The longest that another side is left alone because it asks for it: it may be wrong. */
const LONGEST_PAUSE_MS = 3600_000

/** How long the other side asks to be left alone (RFC 9110, 10.2.3): seconds, or a date by its own clock. */
function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const asked = headers['retry-after']
  if (asked === undefined) return null
  const ms = /^\d+$/.test(asked)
    ? Number(asked) * 1000
    : Date.parse(asked) - Date.parse(headers.date ?? '')
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS)
}

/** The name of what went wrong: the message of an error may quote the address. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof NotAllowedError) return `not reached: ${error.message}`
  const { name, code, errors } = error as { name?: string; code?: unknown; errors?: unknown[] }
  if (name === 'TimeoutError' || name === 'AbortError') return `no answer within ${timeoutMs} ms`
  const last = errors?.at(-1) as { code?: unknown } | undefined
  const told = last?.code ?? code
  return typeof told === 'string' ? `not reached: ${told}` : 'not reached'
}
