import { connect, type Socket } from 'node:net'
import { atDeadline } from '../deadline.ts'
import { encodeFrame, FrameReader } from './frames.ts'
import { PrivilegedError, unreachable, type PrivilegedTrouble } from './privileged-error.ts'
import { MAX_ANSWER_BYTES, PROTOCOL, type Hello, type Request } from './protocol.ts'
import { errorOfWire, isWireError } from './wire-errors.ts'

/** What a connection is made with. */
export interface ConnectionOptions {
  socket: string
  /** Of this program. */
  version: string
  /** How long connecting and being greeted may take together. */
  greetingMs: number
}

/** Room for what is around an answer. */
const MAX_FRAME_BYTES = MAX_ANSWER_BYTES + 64 * 1024

interface Pending {
  resolve: (result: unknown) => void
  reject: (error: Error) => void
  takeBack: () => void
}

/** A connection to the privileged program, after both have said hello. */
export class ClientConnection {
  /** Version of the program at the other end. */
  readonly version: string
  readonly #path: string
  readonly #socket: Socket
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #ended: PrivilegedError | null = null
  #onEnd: () => void = () => undefined

  private constructor(path: string, socket: Socket, version: string) {
    this.#path = path
    this.#socket = socket
    this.version = version
  }

  /** Connects and says hello. Rejects with PrivilegedError. */
  static async open(options: ConnectionOptions): Promise<ClientConnection> {
    const { socket: path, version, greetingMs } = options
    const socket = connect({ path })
    // It is not what keeps the daemon running.
    socket.unref()
    const reader = new FrameReader(MAX_FRAME_BYTES)
    return await new Promise((resolve, reject) => {
      let connection: ClientConnection | null = null
      const fail = (error: PrivilegedError) => {
        takeBack()
        socket.destroy()
        if (connection === null) reject(error)
        else connection.#end(error)
      }
      const trouble = (kind: PrivilegedTrouble, words: string) => {
        fail(new PrivilegedError(kind, path, words))
      }
      const takeBack = atDeadline(greetingMs, () => {
        trouble('silent', `no greeting within ${greetingMs} ms`)
      })
      socket.once('connect', () => {
        const hello: Hello = { type: 'hello', protocol: PROTOCOL, version }
        socket.write(encodeFrame(hello))
      })
      socket.on('error', (error) => {
        fail(connection === null ? unreachable(path, error) : lost(path))
      })
      socket.once('close', () => {
        fail(lost(path))
      })
      socket.on('data', (chunk: Buffer) => {
        try {
          for (const message of reader.push(chunk)) {
            assertNotRefused(path, message)
            if (connection !== null) connection.#take(message)
            else {
              const greeted = greetingOf(path, message)
              takeBack()
              connection = new ClientConnection(path, socket, greeted)
              resolve(connection)
            }
          }
        } catch (error) {
          if (error instanceof PrivilegedError) fail(error)
          else trouble('version', `says what is not understood: ${(error as Error).message}`)
        }
      })
    })
  }

  /** Told when it has ended, whoever ended it. */
  onEnd(told: () => void): void {
    this.#onEnd = told
    if (this.#ended !== null) told()
  }

  /** How many requests are under way. */
  get inFlight(): number {
    return this.#pending.size
  }

  /**
   * Asks and resolves with the result. Rejects with what the operation failed with, or with a PrivilegedError: it
   * ended before it answered, or does not answer within `timeoutMs` and some more.
   */
  ask(operation: string, params: object, timeoutMs: number, patienceMs: number): Promise<unknown> {
    if (this.#ended !== null) return Promise.reject(this.#ended)
    const id = (this.#lastId += 1)
    const request: Request = { type: 'request', id, operation, params, timeout_ms: timeoutMs }
    return new Promise((resolve, reject) => {
      const waitMs = timeoutMs + patienceMs
      const takeBack = atDeadline(waitMs, () => {
        const words = `${operation}: no answer within ${waitMs} ms`
        // Its answer would come to nobody: with the connection it is given up.
        this.#end(new PrivilegedError('silent', this.#path, words))
        this.#socket.destroy()
      })
      this.#pending.set(id, { resolve, reject, takeBack })
      this.#socket.write(encodeFrame(request))
    })
  }

  /** Ends it; what is under way is given up. */
  close(): void {
    this.#end(lost(this.#path))
    this.#socket.destroy()
  }

  /** Throws PrivilegedError. */
  #take(message: unknown): void {
    const { type, id, error, result } = message as Record<string, unknown>
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (type !== 'answer' || typeof id !== 'number' || pending === undefined) {
      throw new PrivilegedError('version', this.#path, 'answers what was not asked')
    }
    this.#pending.delete(id)
    pending.takeBack()
    if (error === undefined) pending.resolve(result)
    else if (isWireError(error)) pending.reject(errorOfWire(error))
    else pending.reject(new PrivilegedError('version', this.#path, 'an error without words'))
  }

  #end(error: PrivilegedError): void {
    if (this.#ended !== null) return
    this.#ended = error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject, takeBack } of pending) {
      takeBack()
      reject(error)
    }
    this.#onEnd()
  }
}

function lost(path: string): PrivilegedError {
  const words = 'it ended before it answered: look at journalctl -u storwarden-privileged'
  return new PrivilegedError('lost', path, words)
}

/** Throws PrivilegedError. */
function assertNotRefused(path: string, message: unknown): void {
  const { type, reason } = (message ?? {}) as Record<string, unknown>
  if (type !== 'refused') return
  const words = typeof reason === 'string' ? reason.slice(0, 200) : 'no reason given'
  throw new PrivilegedError('refused', path, `refused: ${words}`)
}

/** The version of the other end. Throws PrivilegedError where it does not greet as this end does. */
function greetingOf(path: string, message: unknown): string {
  const { type, protocol, version } = (message ?? {}) as Record<string, unknown>
  if (type === 'hello' && protocol === PROTOCOL && typeof version === 'string') return version
  const words =
    `speaks ${typeof protocol === 'number' ? `protocol ${protocol}` : 'something else'}, not ${PROTOCOL}: install both ` +
    'programs of one version, then systemctl restart storwarden-privileged'
  throw new PrivilegedError('version', path, words)
}
