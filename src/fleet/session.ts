import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzipSync, gzip } from 'node:zlib'
import type { JetStreamClient, NatsConnection } from 'nats'
import type { LastMessage, PublisherPlace } from './resume.ts'
import { headers, messageId, streams, subjectsOf } from './wire.ts'

const packed = promisify(gzip)

/** How long servers may take to say that they have stored something. */
const ACKNOWLEDGED_MS = 10_000
/** What a message has besides its body at most. */
const AROUND_BYTES = 1_024
const MOST_BYTES = 64 * 1024 * 1024

/** Another machine tells of itself under the same name. */
export class NameTakenError extends Error {
  readonly code = 'ERR_FLEET_NAME_TAKEN'

  constructor(appliance: string) {
    super(`another machine is called ${appliance} in the fleet`)
    this.name = 'NameTakenError'
  }
}

/** There are no streams that take what is told: a fleet makes them. */
export class NoStreamError extends Error {
  readonly code = 'ERR_FLEET_NO_STREAM'

  constructor(options?: ErrorOptions) {
    super('the streams are not there', options)
    this.name = 'NoStreamError'
  }
}

/** A message is more than servers take. */
export class TooLargeError extends Error {
  readonly code = 'ERR_FLEET_TOO_LARGE'

  constructor(bytes: number, most: number) {
    super(`${bytes} bytes are more than the ${most} that a message may have`)
    this.name = 'TooLargeError'
  }
}

/** What is told. */
export type Kind = 'events' | 'metrics' | 'state'

/** Who tells, and by what. */
export interface SessionOptions {
  connection: NatsConnection
  appliance: string
  /** By which its messages are told from others; `epoch` may be another once it is known what servers have. */
  place: Pick<PublisherPlace, 'identity' | 'epoch'>
  onPublished: (kind: Kind) => void
  /** For how long an answer is waited for, in ms; 10 s if not said. */
  patienceMs?: number
}

/** Tells messages of an appliance over one connection, each when the one before was taken. */
export class Session {
  readonly subjects: ReturnType<typeof subjectsOf>
  readonly appliance: string
  readonly #options: SessionOptions
  readonly #stream: JetStreamClient
  readonly #patienceMs: number

  constructor(options: SessionOptions) {
    this.#options = options
    this.#stream = options.connection.jetstream()
    this.subjects = subjectsOf(options.appliance)
    this.#patienceMs = options.patienceMs ?? ACKNOWLEDGED_MS
    this.appliance = options.appliance
  }

  /**
   * The last message of a subject; null when there is none. Rejects when the stream is not there, or nobody answers.
   * It is asked by a subject of its own for each appliance, so that servers can let it have that one only.
   */
  async last(kind: 'events' | 'metrics'): Promise<LastMessage | null> {
    const subject = this.subjects[kind]
    const api = `$JS.API.DIRECT.GET.${streams[kind].name}.${subject}`
    const { connection } = this.#options
    const found = await connection
      .request(api, undefined, { timeout: this.#patienceMs })
      .catch((error: unknown) => this.#unanswered(error))
    const { headers: told } = found
    if (told?.code === 404) return null
    const value = (name: string) => told?.get(name) ?? ''
    return {
      ...{ identity: value(headers.identity), epoch: Number(value(headers.epoch)) },
      ...{ seq: Number(value(headers.seq)), streamSeq: Number(value('Nats-Sequence')) },
      eventId: kind === 'events' ? lastEventId(found.data) : null,
    }
  }

  /** Of a stream that is not there nobody says so; but then the server answers otherwise. Always rejects. */
  async #unanswered(error: unknown): Promise<never> {
    if ((error as { code?: string }).code !== 'TIMEOUT') throw error
    const { connection } = this.#options
    const over = new AbortController()
    const late = pause(this.#patienceMs, null, { signal: over.signal, ref: false })
    const answer = await Promise.race([connection.rtt(), late.catch(() => null)])
    over.abort()
    throw answer === null ? error : new NoStreamError({ cause: error })
  }

  /**
   * Tells something; resolves with its number in the stream when it is stored there. `after` is the number in the
   * stream of what was told before: if there is another by now, it rejects. Rejects with TooLargeError before it is sent.
   * Text is taken for JSON.
   */
  async publish(
    kind: Kind,
    subject: string,
    message: { seq: number; body: object | string; after?: number },
  ): Promise<number> {
    const { connection, appliance, place, onPublished } = this.#options
    const { headers: newHeaders } = await import('nats')
    const { body: given } = message
    const body = await packed(typeof given === 'string' ? given : JSON.stringify(given))
    const most = (connection.info?.max_payload ?? 1024 * 1024) - AROUND_BYTES
    if (body.length > most) throw new TooLargeError(body.length, most)
    const told = newHeaders()
    told.set(headers.identity, place.identity)
    told.set(headers.epoch, String(place.epoch))
    told.set(headers.seq, String(message.seq))
    if (message.after !== undefined) {
      told.set('Nats-Expected-Last-Subject-Sequence', String(message.after))
    }
    const send = async (id: { msgID?: string }) =>
      await this.#stream.publish(subject, body, {
        ...{ headers: told, timeout: this.#patienceMs, ...id },
      })
    const taken =
      kind === 'state'
        ? await send({})
        : await send({ msgID: messageId(appliance, kind, place.epoch, message.seq) })
    let { seq } = taken
    if (taken.duplicate && kind !== 'state') {
      // Servers know the id for a while after they have lost, or been told to forget, the message itself.
      const last = await this.last(kind)
      // The library has put it among the headers.
      told.delete('Nats-Msg-Id')
      const isThere = last?.seq === message.seq && last.epoch === place.epoch
      seq = isThere ? last.streamSeq : (await send({})).seq
    }
    onPublished(kind)
    return seq
  }
}

/** Null where it cannot be read. */
function lastEventId(body: Uint8Array): string | null {
  try {
    const text = gunzipSync(body, { maxOutputLength: MOST_BYTES }).toString()
    const { events } = JSON.parse(text) as { events: { id: string }[] }
    return events.at(-1)?.id ?? null
  } catch {
    return null
  }
}
