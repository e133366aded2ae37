import { createHmac } from 'node:crypto'
import { askHttp } from './http.ts'
import { newsEvents, type Message, type Notifier } from './notifier.ts'
import type { Reach } from './reach.ts'

/** Where messages are posted. */
export interface WebhookOptions {
  url: string
  /** Signs every message; null without. */
  secret: string | null
  /** How long the other side may take; 10 s otherwise. */
  timeoutMs?: number
  /** Of whoever sends, as User-Agent. */
  agent: string
  /** Which addresses may be told. */
  reach: Reach
}

/**
 * Posts messages as JSON: `{id, timestamp, ...}`. With a secret, `X-Storwarden-Signature` is `sha256=` and the
 * HMAC-SHA256 of the body in hex. Any 2xx is a receipt, and nothing else is a refusal for good.
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
    const { secret, ...options } = this.#options
    const body = bodyOf(message)
    const { status } = await askHttp({
      ...options,
      body,
      headers: {
        'Idempotency-Key': message.id,
        'X-Storwarden-Id': message.id,
        ...(secret === null ? {} : { 'X-Storwarden-Signature': signatureOf(body, secret) }),
      },
      secrets: secret === null ? [] : [secret],
    })
    return String(status)
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
