import { randomUUID } from 'node:crypto'
import type { JetStreamManager, Msg, NatsConnection } from 'nats'
import type { RawMessage } from './received.ts'

/** Where a stream is read from. */
export interface ReadingOptions {
  connection: NatsConnection
  /** Where answers to it arrive: what their subjects begin with. */
  inbox: string
  stream: string
  /** The number after which it is read; 0: all of it. */
  after: number
  /** Messages that are handed over at a time, and so many more that are asked for meanwhile, at most. */
  most: number
  /** The clock of the daemon, for what the server says in its own time. */
  now: () => Date
  signal: AbortSignal
  /** Told when whatever comes from now on is heard. */
  onListening?: () => void
}

/** A request for messages is open for so long; without an answer to it by then and a little more, something is lost. */
const OPEN_MS = 20_000
const LOST_MS = 5_000
/** The server forgets a reader that does not ask for so long. */
const FORGOTTEN_MS = 120_000
const AGREE_MS = 5_000
const NANO = 1_000_000

/** The stream is not read any more; it has to be begun again after what is stored. */
export class ReadingError extends Error {
  readonly code = 'ERR_FLEET_READING'

  constructor(stream: string, reason: string, options?: ErrorOptions) {
    super(`${stream}: ${reason}`, options)
    this.name = 'ReadingError'
  }
}

/**
 * The messages of a stream after a number, in its order and without gap, as many at a time as there are. The next are
 * asked for when those before are stored, so no more than twice `most` are in memory. Nothing is acknowledged: where it
 * goes on is stored with what was read, which no answer that is lost can set apart. Throws ReadingError when it does not
 * know that nothing was left out, and then one begins again; ends when the signal says so.
 */
export async function* readStream(options: ReadingOptions): AsyncGenerator<RawMessage[], void> {
  const { connection, stream, after, most, now, signal } = options
  const manager = await connection.jetstreamManager()
  const consumer = await addConsumer(manager, stream, after)
  // What the server says in its own time is told in ours.
  const aheadMs = clockAheadMs(now(), consumer.createdMs)
  const inbox = new Inbox(connection, stream, options.inbox)
  const abort = () => {
    inbox.end()
  }
  signal.addEventListener('abort', abort)
  try {
    options.onListening?.()
    let expected = 1
    let open = 0
    while (!signal.aborted) {
      if (open === 0) {
        open = most
        ask(connection, { stream, consumer: consumer.name, inbox: inbox.subject, batch: most })
      }
      const got = await inbox.take(OPEN_MS + LOST_MS)
      const messages: RawMessage[] = []
      for (const message of got) {
        const place = placeOf(message)
        if (place === null) {
          refuse(stream, message)
          // The request is over, and may have been one of fewer messages than it asked for.
          open = 0
          continue
        }
        if (place.consumerSeq !== expected) throw new ReadingError(stream, 'a message was lost')
        expected += 1
        open = Math.max(0, open - 1)
        messages.push(rawOf(message, place, aheadMs))
      }
      if (messages.length > 0) yield messages
    }
  } finally {
    signal.removeEventListener('abort', abort)
    inbox.end()
    // Who is not connected any more cannot say so, and the server forgets it by itself.
    if (!connection.isClosed())
      void manager.consumers.delete(stream, consumer.name).catch(() => undefined)
  }
}

/**
 * Clocks that agree to 5 s are taken for one, as what differs may be the way to the server: a message that is read a
 * second time has the time that it had, so that nobody who is silent was heard later by it.
 */
function clockAheadMs(now: Date, serverMs: number): number {
  return Math.trunc((now.getTime() - serverMs) / AGREE_MS) * AGREE_MS
}

async function addConsumer(
  manager: JetStreamManager,
  stream: string,
  after: number,
): Promise<{ name: string; createdMs: number }> {
  const { AckPolicy, DeliverPolicy } = await import('nats')
  const { name, created } = await manager.consumers.add(stream, {
    ack_policy: AckPolicy.None,
    ...(after === 0
      ? { deliver_policy: DeliverPolicy.All }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: after + 1 }),
    inactive_threshold: FORGOTTEN_MS * NANO,
    mem_storage: true,
    num_replicas: 1,
  })
  return { name, createdMs: Date.parse(created) }
}

/** ADR-13 of NATS: a pull request is answered with messages, and with a status when it is over. */
function ask(
  connection: NatsConnection,
  {
    stream,
    consumer,
    inbox,
    batch,
  }: Record<'stream' | 'consumer' | 'inbox', string> & { batch: number },
): void {
  const request = JSON.stringify({ batch, expires: OPEN_MS * NANO })
  connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, { reply: inbox })
}

interface Place {
  streamSeq: number
  consumerSeq: number
  storedMs: number
}

/** `$JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time in ns>.<pending>`; null of a status. */
function placeOf({ reply = '' }: Msg): Place | null {
  const words = reply.split('.')
  if (words[0] !== '$JS' || words[1] !== 'ACK') return null
  // Servers may put a domain and an account before the name of the stream.
  const [streamSeq, consumerSeq, nanos] = words.length === 9 ? words.slice(5) : words.slice(7)
  return {
    streamSeq: Number(streamSeq),
    consumerSeq: Number(consumerSeq),
    storedMs: Number(BigInt(nanos ?? '0') / BigInt(NANO)),
  }
}

/** 404 and 408: there are no more for now. Anything else is an end. */
function refuse(stream: string, { headers }: Msg): void {
  const code = headers?.code ?? 0
  if (code === 404 || code === 408) return
  throw new ReadingError(stream, `${code} ${headers?.description ?? 'an answer that is none'}`)
}

function rawOf(message: Msg, { streamSeq, storedMs }: Place, aheadMs: number): RawMessage {
  const { subject, headers, data } = message
  return {
    ...{ subject, streamSeq, storedAt: new Date(storedMs + aheadMs) },
    header: (name) => headers?.get(name) ?? '',
    body: data,
  }
}

/** Where answers come in, and wait. */
class Inbox {
  readonly subject: string
  readonly #stream: string
  readonly #stop: () => void
  #waiting: Msg[] = []
  #failure: Error | null = null
  #ended = false
  #wake: () => void = () => undefined

  constructor(connection: NatsConnection, stream: string, prefix: string) {
    this.#stream = stream
    this.subject = `${prefix}.${randomUUID()}`
    const subscription = connection.subscribe(this.subject, {
      callback: (error, message) => {
        if (error) this.#failure = error
        else this.#waiting.push(message)
        this.#wake()
      },
    })
    const status = connection.status()
    this.#stop = () => {
      subscription.unsubscribe()
      // It is one of the library's own, which the type does not say.
      ;(status as { stop?: () => void }).stop?.()
    }
    void this.#watch(status)
  }

  /** What has come in, as soon as there is anything; nothing at the end. */
  async take(patienceMs: number): Promise<Msg[]> {
    if (this.#waiting.length === 0 && this.#failure === null && !this.#ended) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        timer = setTimeout(() => {
          this.#failure ??= new Error('no answer')
          resolve()
        }, patienceMs)
      })
      clearTimeout(timer)
    }
    if (this.#failure !== null) {
      throw new ReadingError(this.#stream, this.#failure.message, { cause: this.#failure })
    }
    return this.#ended ? [] : this.#waiting.splice(0)
  }

  end(): void {
    this.#ended = true
    this.#stop()
    this.#wake()
  }

  /** What was under way when the connection broke is lost, and nobody says so. */
  async #watch(status: AsyncIterable<{ type: string }>): Promise<void> {
    for await (const { type } of status) {
      if (type !== 'disconnect' && type !== 'reconnect') continue
      this.#failure = new Error('the connection broke')
      this.#wake()
    }
    if (this.#ended) return
    this.#failure = new Error('the connection is closed')
    this.#wake()
  }
}
