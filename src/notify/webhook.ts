import { createHmac } from 'node:crypto'
import { newsEvents, NotifyError, type Message, type Notifier } from './notifier.ts'

/** Where messages are posted. */
export interface WebhookOptions {
  url: string
  /** Signs every message; null without. */
  secret: string | null
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
  /** Of whoever sends, as User-Agent. */
  agent: string
}

/**
 * Posts messages as JSON: `{id, timestamp, ...}`. With a secret, `X-Storwarden-Signature` is `sha256=` and the
 * HMAC-SHA256 of the body in hex. Any 2xx is a receipt; a redirect is not followed, because the body
 * would go where nobody said it should.
 */
export class Webhook implements Notifier {
  readonly name = 'webhook'
  readonly grouped = true
  readonly kinds = ['alerts', 'event', 'test', 'digest'] as const
  readonly news = newsEvents
  readonly #options: WebhookOptions

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  /** Rejects with NotifyError, whose text holds neither the secret nor the URL, which may hold one. */
  async send(message: Message): Promise<string> {
    const { url, secret, agent, timeoutMs = 10_000 } = this.#options
    const body = bodyOf(message)
    let response: Response
    try {
      response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': agent,
          'X-Storwarden-Id': message.id,
          ...(secret === null ? {} : { 'X-Storwarden-Signature': signatureOf(body, secret) }),
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (error) {
      throw new NotifyError(reasonOf(error, timeoutMs))
    }
    // What is said besides the status is of no use; a body nobody reads keeps the connection.
    await response.body?.cancel().catch(() => undefined)
    if (response.ok) return String(response.status)
    throw new NotifyError(`answered with ${response.status}`)
  }
}

/** `sha256=` and the HMAC-SHA256 of a body in hex. */
export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

function bodyOf({ id, at, content }: Message): string {
  const said = content.kind === 'event' ? content.event : content
  return JSON.stringify({ id, timestamp: at.toISOString(), ...said })
}

/** The name of what went wrong: the message of a fetch that fails may quote the URL. */
function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `no answer within ${timeoutMs} ms`
  }
  const { cause } = error as { cause?: unknown }
  const code = (cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? `not reached: ${code}` : 'not reached'
}
