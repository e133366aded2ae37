import { RecordingHoleError } from '../../src/host/host.ts'
import type { Native, SgIoAnswer, SgIoRequest } from '../../src/host/native.ts'
import type { ReplayHost } from '../../src/host/replay-host.ts'
import { nativeError, sgIoAnswer } from './fake-native.ts'

/** A request that was handed to the kernel. */
export interface SentRequest {
  device: string
  /** Seconds since the start. */
  at: number
  /** Whether it has come back. */
  done: boolean
}

/** ILLEGAL REQUEST, INVALID FIELD IN CDB. */
const REFUSED = Buffer.from('70000500000000060000000024000000', 'hex')

/**
 * The devices of a recording behind SG_IO. One can be made to hang: it keeps what it is asked, and where
 * all share one slot it keeps that too.
 */
export class RecordedBus implements Pick<
  Native,
  'sgIo' | 'read' | 'readAttributes' | 'tcpListeners'
> {
  /** In the order they came. */
  readonly sent: SentRequest[] = []
  /** Told of every request before it is looked at. */
  onRequest: () => void = () => undefined
  readonly #replay: ReplayHost
  readonly #oneSlot: boolean
  readonly #seconds: () => number
  #hung: string | null = null
  #slotKept = false
  /** Those that the device that hangs keeps, and those that wait for the slot. */
  #kept: (() => void)[] = []
  #waiting: (() => void)[] = []

  constructor(replay: ReplayHost, options: { oneSlot: boolean; seconds: () => number }) {
    this.#replay = replay
    this.#oneSlot = options.oneSlot
    this.#seconds = options.seconds
  }

  /** From now on the device answers nothing. */
  hang(device: string): void {
    this.#hung = device
  }

  /** The adapter gives the slot to others, though what was in it has not come back. */
  freeSlot(): void {
    this.#slotKept = false
    for (const go of this.#waiting.splice(0)) go()
  }

  /** The device answers again: what it kept comes back as timed out. */
  recover(): void {
    this.#hung = null
    for (const go of this.#kept.splice(0)) go()
    this.freeSlot()
  }

  /** The devices of the requests that have not come back. */
  outstanding(): string[] {
    return this.sent.filter(({ done }) => !done).map(({ device }) => device)
  }

  async sgIo(device: string, request: SgIoRequest): Promise<SgIoAnswer> {
    const sent = { device, at: this.#seconds(), done: false }
    this.sent.push(sent)
    this.onRequest()
    if (this.#slotKept) await new Promise<void>((go) => this.#waiting.push(go))
    const hangs = device === this.#hung
    if (hangs) {
      this.#slotKept = this.#oneSlot
      await new Promise<void>((go) => this.#kept.push(go))
    }
    sent.done = true
    // DID_TIME_OUT, and the bytes that happened to be in the buffer.
    if (hangs) return sgIoAnswer({ hostStatus: 3, data: new Uint8Array(request.dataInBytes) })
    return this.#answer(device, request)
  }

  /** There are no files on a bus. */
  read(): Promise<void> {
    return Promise.reject(new Error('a bus has no files'))
  }

  tcpListeners(): never {
    throw nativeError('ENOENT', 'sock_diag')
  }

  readAttributes(): Promise<void> {
    return this.read()
  }

  async #answer(device: string, { cdb, dataInBytes }: SgIoRequest): Promise<SgIoAnswer> {
    try {
      const options = { dataInBytes, clearsTapeAlert: true } as const
      return sgIoAnswer(await this.#replay.scsi(device, cdb, options))
    } catch (error) {
      if (error instanceof RecordingHoleError) return sgIoAnswer({ status: 2, sense: REFUSED })
      throw error
    }
  }
}
