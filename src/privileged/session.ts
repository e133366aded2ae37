import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { CommandError, HostError, OutputLimitError } from '../host/host.ts'
import type { PrivilegedOperation, PrivilegedRequest } from '../host/privileged/closed-list.ts'
import { encodeFrame, FrameError, FrameReader } from '../host/privileged/frames.ts'
import {
  MAX_ANSWER_BYTES,
  MAX_REQUEST_BYTES,
  PROTOCOL,
  type Answer,
  type Hello,
} from '../host/privileged/protocol.ts'
import { wireErrorOf } from '../host/privileged/wire-errors.ts'
import { auditedParams, type AuditEntry, type Peer } from './audit.ts'
import { decide } from './decide.ts'
import { refuse } from './farewell.ts'
import { faultOfHello } from './schemas.ts'

/** How long the other end may take. */
export interface SessionTimes {
  /** For the rest of a message of which the beginning has come, the first one from the connection on. */
  messageMs: number
  /** To take an answer. */
  answerMs: number
  /** From one request to the next. */
  restMs: number
}

/** What a session is made with. */
export interface SessionParts {
  peer: Peer
  version: string
  scstConfigPath: string
  times: SessionTimes
  audit: (entry: AuditEntry) => void
  /** Carries out what was granted; `signal` is aborted when nobody waits for it any more. */
  carryOut: (
    request: PrivilegedRequest,
    limits: { timeoutMs: number; signal: AbortSignal },
  ) => Promise<object>
  /** Told of what is no failure of the machine. */
  onFailure: (error: unknown) => void
  onEnd: () => void
}

/** What changes the machine is on record before it is done. */
const CHANGES: ReadonlySet<PrivilegedOperation> = new Set([
  ...(['write_scst', 'write_scst_config', 'move_medium', 'eject_medium'] as const),
  ...(['exchange_medium'] as const),
  ...(['vtl_command', 'write_vtl_file', 'make_vtl_home'] as const),
  ...(['remove_vtl_medium', 'remove_vtl_lock', 'change_repository'] as const),
])

/** So many refusals of one connection, and it is closed: whoever knows the list has none. */
const MAX_REFUSALS = 16

/** A connection of somebody who was let in. */
export class Session {
  readonly #socket: Socket
  readonly #parts: SessionParts
  readonly #reader = new FrameReader(MAX_REQUEST_BYTES)
  readonly #inFlight = new Set<number>()
  readonly #gone = new AbortController()
  #greeted = false
  #refusals = 0
  #timer: NodeJS.Timeout | null = null

  constructor(socket: Socket, parts: SessionParts) {
    this.#socket = socket
    this.#parts = parts
  }

  /** Begins to listen to the other end. */
  start(): void {
    const socket = this.#socket
    socket.on('error', () => socket.destroy())
    // Whoever says that nothing more comes does not wait for answers either.
    socket.once('end', () => socket.destroy())
    socket.once('close', () => {
      this.#wait(null)
      this.#gone.abort()
      this.#parts.onEnd()
    })
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk)
    })
    this.#wait('a greeting')
    socket.resume()
  }

  /** Closes it; commands that are under way are killed. */
  stop(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.push(chunk)) {
        if (this.#socket.destroyed || this.#gone.signal.aborted) return
        if (this.#greeted) this.#request(message)
        else this.#greet(message)
      }
      if (this.#reader.partial) this.#waitForRest()
      else this.#wait(this.#greeted ? 'a request' : 'a greeting')
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#refuseConnection(error.message)
    }
  }

  #greet(message: unknown): void {
    const fault = faultOfHello(message)
    if (fault !== null) {
      this.#refuseConnection(`no greeting: ${fault}`)
      return
    }
    this.#greeted = true
    this.#wait(null)
    // Of another protocol: it is told which one is spoken here, and closes.
    const hello: Hello = { type: 'hello', protocol: PROTOCOL, version: this.#parts.version }
    this.#send(hello)
    if ((message as Hello).protocol !== PROTOCOL) {
      this.#refuseConnection(`protocol ${(message as Hello).protocol}`)
    }
  }

  #request(message: unknown): void {
    const { peer, audit, scstConfigPath } = this.#parts
    const decision = decide(message, { inFlight: this.#inFlight, scstConfigPath })
    if (decision.kind === 'violation') {
      this.#refuseConnection(decision.reason)
      return
    }
    if (decision.kind === 'granted') {
      void this.#carryOut(decision)
      return
    }
    const { id, operation, code, reason } = decision
    audit({ event: 'request', peer, id, operation, decision: 'refused', reason })
    this.#send({ type: 'answer', id, error: { code, message: `${operation}: ${reason}` } })
    this.#refusals += 1
    if (this.#refusals >= MAX_REFUSALS) this.#refuseConnection('too much was refused')
  }

  async #carryOut({
    id,
    request,
    timeoutMs,
  }: Extract<ReturnType<typeof decide>, { kind: 'granted' }>): Promise<void> {
    const { peer, audit, carryOut, onFailure } = this.#parts
    const { operation } = request
    const granted = {
      ...({ event: 'request', peer, id, operation, decision: 'granted' } as const),
      params: auditedParams(request),
    } as const
    if (CHANGES.has(operation)) audit({ ...granted, outcome: 'begun' })
    this.#inFlight.add(id)
    const began = performance.now()
    const limits = { timeoutMs, signal: this.#gone.signal }
    const ended = await (async () => carryOut(request, limits))().then(
      (result) => ({ result, error: null, outcome: 'ok' }),
      (error: unknown) => {
        if (!(error instanceof HostError)) onFailure(error)
        const { code: outcome, message } = wireErrorOf(error)
        return { result: null, error, outcome, message }
      },
    )
    this.#inFlight.delete(id)
    audit({
      ...granted,
      outcome: ended.outcome,
      error: 'message' in ended ? ended.message : null,
      exit_code: exitCodeOf(ended),
      duration_ms: Math.round(performance.now() - began),
    })
    this.#answer(id, operation, ended)
    if (!this.#reader.partial) this.#wait('a request')
  }

  #answer(id: number, operation: string, ended: { result: object | null; error: unknown }): void {
    const answer: Answer =
      ended.result === null
        ? { type: 'answer', id, error: wireErrorOf(ended.error) }
        : { type: 'answer', id, result: ended.result }
    const frame = encodeFrame(answer)
    if (frame.length <= MAX_ANSWER_BYTES) this.#write(frame)
    else {
      const error = wireErrorOf(new OutputLimitError([operation], MAX_ANSWER_BYTES))
      this.#send({ type: 'answer', id, error })
    }
  }

  #send(message: Hello | Answer): void {
    this.#write(encodeFrame(message))
  }

  #write(frame: Buffer): void {
    const socket = this.#socket
    if (socket.destroyed || socket.writableEnded) return
    // Who does not take answers cannot have others kept for it.
    const late = setTimeout(() => {
      this.#audit('an answer was not taken')
      socket.destroy()
    }, this.#parts.times.answerMs)
    socket.write(frame, () => {
      clearTimeout(late)
    })
  }

  #refuseConnection(reason: string): void {
    if (this.#gone.signal.aborted) return
    this.#audit(reason)
    this.#gone.abort()
    this.#wait(null)
    refuse(this.#socket, reason)
  }

  #audit(reason: string): void {
    const { audit, peer } = this.#parts
    audit({ event: 'connection', peer, decision: 'refused', reason })
  }

  /** Its time counts from the beginning of the message: who sends a byte now and then gains none. */
  #waitForRest(): void {
    if (this.#waitsFor === 'the rest of a message' || this.#waitsFor === 'a greeting') return
    this.#wait('the rest of a message')
  }

  #waitsFor: string | null = null

  #wait(what: string | null): void {
    if (what === 'a greeting' && this.#waitsFor === what) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#waitsFor = what
    if (what === null || this.#socket.destroyed || this.#gone.signal.aborted) return
    const { messageMs, restMs } = this.#parts.times
    const isRest = what === 'a request'
    // Who waits for an answer need not ask anything.
    if (isRest && this.#inFlight.size > 0) return
    this.#timer = setTimeout(
      () => {
        if (isRest) this.#socket.end()
        else this.#refuseConnection(`${what} did not come within ${messageMs} ms`)
      },
      isRest ? restMs : messageMs,
    )
  }
}

function exitCodeOf(ended: { result: object | null; error: unknown }): number | null {
  if (ended.error instanceof CommandError) return ended.error.exitCode
  const { exit_code: exitCode } = (ended.result ?? {}) as { exit_code?: unknown }
  return typeof exitCode === 'number' ? exitCode : null
}
