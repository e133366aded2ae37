import type { Message } from '../src/hub/messages.ts'

/** An answer that is not the one asked for, with the words of its problem document. */
export class RequestError extends Error {
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

/** Asks the daemon under /api/v1; the session cookie says who asks. */
export async function request<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(`/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (!response.ok) {
    const { detail, title } = (answer ?? {}) as { detail?: string; title?: string }
    throw new RequestError(response.status, detail ?? title ?? `HTTP ${response.status}`)
  }
  return answer as T
}

/** A frame of the event stream; its data is always an object. */
export type Frame = Message & { data: Record<string, unknown> }

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000

/**
 * Follows the event stream until it is stopped: reconnects with growing pauses
 * and asks for what it missed since the last frame.
 */
export class EventStream {
  readonly #onFrame: (frame: Frame) => void
  readonly #onState: (connected: boolean) => void
  #socket: WebSocket | null = null
  #retry: number | undefined
  #retryMs = FIRST_RETRY_MS
  #lastSeq: number | null = null
  #stopped = true

  constructor(onFrame: (frame: Frame) => void, onState: (connected: boolean) => void) {
    this.#onFrame = onFrame
    this.#onState = onState
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    window.clearTimeout(this.#retry)
    this.#socket?.close()
  }

  #connect(): void {
    const { protocol, host } = window.location
    const scheme = protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${host}/api/v1/monitoring/events`)
    this.#socket = socket
    socket.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS
      if (this.#lastSeq !== null) {
        socket.send(JSON.stringify({ action: 'subscribe', types: ALL, since: this.#lastSeq }))
      }
      this.#onState(true)
    }
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data as string) as Frame
      // The greeting tells where the appliance is, not what this page has seen.
      const greeting = frame.type === 'system' && frame.data.event === 'hello'
      if (this.#lastSeq === null || !greeting) this.#lastSeq = frame.seq
      this.#onFrame(frame)
    }
    socket.onclose = () => {
      this.#onState(false)
      if (this.#stopped) return
      this.#retry = window.setTimeout(() => {
        this.#connect()
      }, this.#retryMs)
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS)
    }
  }
}

const ALL = ['alert', 'task', 'system', 'storage', 'scst', 'tape', 'vtl', 'metrics']
