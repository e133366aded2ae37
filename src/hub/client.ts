import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Principal } from '../auth/principal.ts'
import type { Backlog, Readers } from './backlog.ts'
import { closeCodes, type ClientLimits, type HubCounters } from './limits.ts'
import {
  eventFrame,
  frameOf,
  MalformedMessageError,
  parseClientMessage,
  type ClientMessage,
  type HubEvent,
} from './messages.ts'
import { HeldNumbers, numbersFrame, type HubNumbers } from './numbers.ts'
import { Subscription } from './subscription.ts'

/** What a client needs of the hub it belongs to. */
export interface ClientSurroundings {
  backlog: Backlog
  readers: Readers
  /** All types that there are, and those that the client may read. */
  types: readonly string[]
  readable: readonly string[]
  greeting: Readonly<Record<string, string>>
  now: () => Date
  /** The last event that was broadcast. */
  lastSeq: () => number
  counters: HubCounters
  limits: ClientLimits
}

/**
 * One client of the event stream. It is live, and gets each event as it is broadcast; or it reads stored
 * events until it has those that were broadcast meanwhile, too. Since an event is stored before it is
 * broadcast nothing has to be kept in memory for a client that is behind.
 */
export class StreamClient {
  readonly principal: Principal
  lastHeardMs: number
  lastPingMs: number
  readonly #ws: WebSocket
  readonly #socket: Duplex
  readonly #around: ClientSurroundings
  readonly #subscription: Subscription
  #live = false
  #reading = false
  readonly #heldNumbers = new HeldNumbers()
  #inbox: ClientMessage[] = []
  #malformed = 0
  #settling: NodeJS.Timeout | null = null
  #closing: NodeJS.Timeout | null = null

  constructor(ws: WebSocket, socket: Duplex, principal: Principal, around: ClientSurroundings) {
    this.#ws = ws
    this.#socket = socket
    this.#around = around
    this.principal = principal
    this.#subscription = new Subscription(around.readable, around.lastSeq())
    this.lastHeardMs = around.now().getTime()
    this.lastPingMs = this.lastHeardMs
  }

  /** Greets and listens. Until it says something, or a moment has passed, it gets no events. */
  start(): void {
    const heard = () => (this.lastHeardMs = this.#around.now().getTime())
    this.#ws.on('pong', heard)
    this.#ws.on('ping', heard)
    // ws closes the connection itself after an error of the protocol.
    this.#ws.on('error', () => undefined)
    this.#ws.on('message', (data: Buffer, isBinary: boolean) => {
      heard()
      this.#receive(data, isBinary)
    })
    this.#ws.on('close', () => {
      this.#live = false
      if (this.#settling) clearTimeout(this.#settling)
      if (this.#closing) clearTimeout(this.#closing)
    })
    this.#socket.on('drain', () => {
      this.#flushNumbers()
    })
    const { readable, greeting, limits } = this.#around
    this.#tell({ event: 'hello', seq: this.#subscription.cursor, types: readable, ...greeting })
    this.#settling = setTimeout(() => void this.#catchUp(), limits.settleMs)
  }

  /** Whether an event that was broadcast is to be written to it now; it counts as sent then. */
  takes(event: HubEvent): boolean {
    return this.#live && this.#subscription.advance(event)
  }

  /** Whether it is told numbers of an appliance; of the daemon itself with null. */
  wantsNumbers(appliance: string | null): boolean {
    return this.#isOpen() && this.#subscription.takesNumbersOf(appliance)
  }

  /** Whether numbers are to be written to it now; else the latest replace those of the same that still wait. */
  takesNumbers(numbers: HubNumbers): boolean {
    if (!this.wantsNumbers(numbers.appliance)) return false
    if (this.#live && !this.#socket.writableNeedDrain) return true
    if (this.#heldNumbers.hold(numbers)) this.#around.counters.dropped += 1
    return false
  }

  /** Of a socket for which nothing waits; null when something does, or where bytes do not go to it as they are. */
  get idleDescriptor(): number | null {
    if (!this.#isOpen() || this.#socket.writableLength > 0 || 'encrypted' in this.#socket)
      return null
    const { _handle: handle } = this.#socket as { _handle?: { fd?: unknown } | null }
    return typeof handle?.fd === 'number' && handle.fd >= 0 ? handle.fd : null
  }

  /** The socket has taken so many bytes of a frame; the rest is written. */
  sent(frame: Buffer, bytes: number): void {
    if (bytes === frame.length) this.#around.counters.sent += 1
    else this.write(bytes === 0 ? frame : frame.subarray(bytes))
  }

  /** Events were broadcast that this client was not offered: it reads them from where they are stored. */
  fallBehind(): void {
    if (this.#live) void this.#catchUp()
  }

  ping(nowMs: number): void {
    this.lastPingMs = nowMs
    if (this.#isOpen()) this.#ws.ping()
  }

  /** Closes with a code and a reason, and cuts the connection when that is not answered. */
  close(code: number, reason: string): void {
    if (this.#closing) return
    this.#live = false
    this.#heldNumbers.clear()
    this.#closing = setTimeout(() => {
      this.terminate()
    }, this.#around.limits.closeMs)
    this.#ws.close(code, reason)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  #isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const { readable, limits } = this.#around
    try {
      if (isBinary) throw new MalformedMessageError('text frames only')
      const message = parseClientMessage(data.toString('utf8'), readable)
      if (this.#inbox.push(message) > limits.maxInbox) {
        this.close(closeCodes.policyViolation, 'too many messages at once')
        return
      }
    } catch (error) {
      if (!(error instanceof MalformedMessageError)) throw error
      this.#malformed += 1
      if (this.#malformed > limits.maxMalformed) {
        this.close(closeCodes.policyViolation, 'too many malformed messages')
        return
      }
      this.#tell({ event: 'error', message: error.message })
      return
    }
    // A client that is behind reads its inbox when it has caught up.
    if (!this.#reading) void this.#catchUp()
  }

  /** Carries out what the client has asked for, and reads stored events until it has all of them. */
  async #catchUp(): Promise<void> {
    if (this.#settling) clearTimeout(this.#settling)
    this.#live = false
    this.#reading = true
    try {
      while (this.#isOpen()) {
        const message = this.#inbox.shift()
        if (message) await this.#obey(message)
        await this.#readStored()
        if (this.#inbox.length > 0) continue
        // Nothing is broadcast between this comparison and the next tick.
        if (this.#subscription.cursor < this.#around.lastSeq()) continue
        this.#live = true
        this.#flushNumbers()
        return
      }
    } catch {
      // The stored events cannot be read: better a client that comes again than one with a gap.
      this.#tell({ event: 'error', message: 'stored events cannot be read now' })
      this.close(closeCodes.tryAgainLater, 'stored events cannot be read now')
    } finally {
      this.#reading = false
    }
  }

  async #obey(message: ClientMessage): Promise<void> {
    if (message.action === 'unsubscribe') {
      this.#subscription.remove(message.types)
      return
    }
    this.#subscription.add(message.types)
    if (message.appliances !== undefined) this.#subscription.choose(message.appliances)
    if (message.metricsOf !== undefined) this.#subscription.chooseMetrics(message.metricsOf)
    if (message.since === null) return
    const { since } = message
    const last = this.#around.lastSeq()
    if (since > last) {
      this.#tell({ event: 'gap', since, oldest_seq: null, last_seq: last })
      return
    }
    const oldest = await this.#around.readers.read(() => this.#around.backlog.oldest())
    this.#subscription.rewind(since)
    const firstKept = oldest ?? last + 1
    if (since + 1 < firstKept) {
      this.#tell({ event: 'gap', since, oldest_seq: oldest, last_seq: last })
    }
  }

  async #readStored(): Promise<void> {
    const { backlog, readers, limits, lastSeq, types: all } = this.#around
    const subscription = this.#subscription
    while (this.#isOpen() && subscription.cursor < lastSeq()) {
      const target = lastSeq()
      const types = subscription.selection(all)
      const events = await readers.read(() =>
        backlog.since(subscription.cursor, limits.chunkEvents, types, subscription.whose),
      )
      for (const event of events) {
        if (this.#socket.writableNeedDrain) await this.#drained()
        if (!this.#isOpen()) return
        if (subscription.advance(event)) this.write(eventFrame(event))
      }
      if (events.length < limits.chunkEvents) subscription.skipTo(target)
    }
    subscription.caughtUp()
  }

  async #drained(): Promise<void> {
    const closed = new AbortController()
    const abort = () => {
      closed.abort()
    }
    this.#ws.once('close', abort)
    try {
      await once(this.#socket, 'drain', { signal: closed.signal })
    } catch {
      // Closed instead: whoever waited sees that for himself.
    } finally {
      this.#ws.off('close', abort)
    }
  }

  #tell(data: Readonly<Record<string, unknown>>): void {
    const timestamp = this.#around.now().toISOString()
    this.write(frameOf({ type: 'system', data, timestamp, seq: this.#subscription.cursor }))
  }

  #flushNumbers(): void {
    while (this.#live && !this.#socket.writableNeedDrain) {
      const numbers = this.#heldNumbers.take()
      if (numbers === null) return
      // Meanwhile it may have chosen otherwise. Built anew: they carry the seq up to which this client has everything.
      if (this.wantsNumbers(numbers.appliance)) {
        this.write(numbersFrame(numbers, this.#subscription.cursor))
      }
    }
  }

  /** Past ws, which would build the frame once for each client; it writes nothing of its own in between. */
  write(frame: Buffer): void {
    if (!this.#isOpen()) return
    const { counters, limits } = this.#around
    const queued = this.#socket.writableLength
    if (queued > 0 && queued + frame.length > limits.maxQueueBytes) {
      counters.evicted += 1
      this.close(closeCodes.tryAgainLater, 'too slow: resume with since')
      return
    }
    counters.sent += 1
    this.#socket.write(frame)
  }
}
