import { domainToASCII } from 'node:url'
import { trustedBy } from './certificates.ts'
import { mailOf, type MailAddresses } from './mail.ts'
import { newsEvents, NotifyError, type Message, type Notifier } from './notifier.ts'
import { quoted } from './printable.ts'
import type { Appliance } from './words.ts'

/** Which mail server, how it is reached, and whom mail goes to. */
export interface EmailOptions extends MailAddresses {
  host: string
  port: number
  /** `starttls` is required then; `tls` from the first byte. */
  security: 'starttls' | 'tls' | 'none'
  /** Certificates (PEM) that are trusted besides those of Node.js. */
  caFile: string | null
  /** Logs in with the password; not at all without. */
  username: string | null
  password: string | null
  appliance: Appliance
  /** For all of a message; 60 s otherwise. */
  timeoutMs?: number
}

/** So many messages are remembered that were taken for some of their recipients. */
const MOST_REMEMBERED = 1000

/**
 * Mails messages by SMTP. A recipient who is refused for now gets the message at the next attempt, and those who
 * have it do not get it again, as long as the daemon runs. One who is refused for good is told of in
 * the answer.
 */
export class Email implements Notifier {
  readonly name = 'email'
  readonly grouped = true
  readonly kinds = ['alerts', 'event', 'test', 'digest', 'report'] as const
  readonly news = newsEvents
  readonly #options: EmailOptions
  /** Who has a message already, by its id. */
  readonly #taken = new Map<string, readonly string[]>()

  constructor(options: EmailOptions) {
    this.#options = options
  }

  /** Rejects with NotifyError, whose text does not hold the password; for good when the server refuses the message with 5xx. */
  async send(message: Message): Promise<string> {
    const taken = this.#taken.get(message.id) ?? []
    const to = this.#options.to.filter((address) => !taken.includes(address))
    const { response, refusals } = await this.#deliver(message, to)
    if (refusals.every(({ permanent }) => permanent)) {
      this.#taken.delete(message.id)
      return [response, ...refusals.map(({ text }) => text)].join('; ')
    }
    const refused = refusals.map(({ address }) => address)
    const have = this.#options.to.filter((address) => !refused.includes(normal(address)))
    this.#remember(message.id, have)
    throw new NotifyError(
      [`taken for ${have.join(', ')}`, ...refusals.map(({ text }) => text)].join('; '),
    )
  }

  #remember(id: string, addresses: readonly string[]): void {
    this.#taken.delete(id)
    this.#taken.set(id, addresses)
    const [oldest] = this.#taken.keys()
    if (this.#taken.size > MOST_REMEMBERED && oldest !== undefined) this.#taken.delete(oldest)
  }

  async #deliver(message: Message, to: readonly string[]) {
    const { appliance, from, username, password, timeoutMs = 60_000 } = this.#options
    const settings = await this.#connection(timeoutMs)
    // Loaded when it is needed: most appliances mail seldom.
    const { createTransport } = await import('nodemailer')
    const transport = createTransport(settings)
    const secrets = [password ?? '', `\0${username ?? ''}\0${password ?? ''}`].filter(Boolean)
    try {
      const { response, rejectedErrors } = await transport.sendMail({
        ...mailOf(message, appliance, this.#options),
        envelope: { from, to: [...to] },
        signal: AbortSignal.timeout(timeoutMs),
      })
      const refusals = (rejectedErrors ?? []).map((error) => refusalOf(error, secrets))
      return { response: quoted(response, secrets), refusals }
    } catch (error) {
      throw errorOf(error as SmtpError, timeoutMs, secrets)
    } finally {
      transport.close()
    }
  }

  async #connection(timeoutMs: number) {
    const { host, port, security, caFile, username, password } = this.#options
    return {
      ...{ host, port, secure: security === 'tls', tls: await trustedBy(caFile) },
      ...{ requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
      ...(username === null ? {} : { auth: { user: username, pass: password ?? '' } }),
      ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
      // What is mailed is text: nothing of it names a file or an address to fetch.
      ...{ disableFileAccess: true, disableUrlAccess: true },
    }
  }
}

/** What nodemailer says went wrong. */
interface SmtpError extends Error {
  code?: string | undefined
  /** The step of the conversation. */
  command?: string | undefined
  responseCode?: number | undefined
  recipient?: string | undefined
}

function refusalOf(error: SmtpError, secrets: readonly string[]) {
  const address = normal(error.recipient ?? '')
  const text = `not for ${quoted(`${address}: ${error.message}`, secrets)}`
  return { address, text, permanent: isPermanent(error) }
}

function errorOf(error: SmtpError, timeoutMs: number, secrets: readonly string[]): NotifyError {
  if (error.code === 'EABORT' || error.code === 'ETIMEDOUT') {
    return new NotifyError(`no receipt within ${timeoutMs} ms`)
  }
  return new NotifyError(quoted(error.message, secrets), { retry: !isPermanent(error) })
}

/** That somebody has to log in, in another way or with another password (RFC 4954, 6). */
const LOGIN_CODES = [530, 534, 535, 538]

/**
 * Whether the server refuses the message itself for good (RFC 5321, 4.2.1). To be refused before it was offered,
 * or for want of a login, is a matter of settings, which somebody may put right.
 */
function isPermanent({ command = '', responseCode = 0 }: SmtpError): boolean {
  if (LOGIN_CODES.includes(responseCode)) return false
  return responseCode >= 500 && ['MAIL FROM', 'RCPT TO', 'DATA'].includes(command)
}

/** An address in the form that it is sent in. */
function normal(address: string): string {
  const [local, domain] = [
    address.slice(0, address.lastIndexOf('@') + 1),
    address.slice(address.lastIndexOf('@') + 1),
  ]
  return local + (domainToASCII(domain) || domain.toLowerCase())
}
