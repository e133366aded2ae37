import { NotifyError } from './notifier.ts'
import { quoted } from './printable.ts'

/** What is asked of a web server. */
export interface HttpRequest {
  url: string
  /** JSON that is posted; null asks with GET. */
  body: string | null
  headers?: Readonly<Record<string, string>>
  /** Of whoever asks, as User-Agent. */
  agent: string
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
    const response = await ask(request, timeoutMs)
    const { status, ok, headers } = response
    if (ok) return { status, said: await beginningOf(response, mostBytes) }
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

async function ask(request: HttpRequest, timeoutMs: number): Promise<Response> {
  const { body, agent, headers = {} } = request
  const { url, authorization } = addressOf(request.url)
  return fetch(url, {
    method: body === null ? 'GET' : 'POST',
    body,
    headers: {
      ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      'User-Agent': agent,
      ...authorization,
      ...headers,
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  })
}

/** fetch takes no name and password in an address; they go where they belong. */
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
async function beginningOf({ body }: Response, limit: number): Promise<string> {
  if (body === null) return ''
  if (limit === 0) {
    await body.cancel().catch(() => undefined)
    return ''
  }
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body as AsyncIterable<Uint8Array>) {
    parts.push(part)
    length += part.length
    if (length >= limit) break
  }
  return Buffer.concat(parts).toString('utf8', 0, limit)
}

/** The longest that another side is left alone because it asks for it: it may be wrong. */
const LONGEST_PAUSE_MS = 3600_000

/** How long the other side asks to be left alone (RFC 9110, 10.2.3): seconds, or a date by its own clock. */
function retryAfterMs(headers: Headers): number | null {
  const asked = headers.get('retry-after')
  if (asked === null) return null
  const ms = /^\d+$/.test(asked)
    ? Number(asked) * 1000
    : Date.parse(asked) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS)
}

/** The name of what went wrong: the message of a fetch that fails may quote the address. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `no answer within ${timeoutMs} ms`
  }
  const { cause } = error as { cause?: unknown }
  const code = (cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? `not reached: ${code}` : 'not reached'
}
