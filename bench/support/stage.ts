import { LineProcess } from './line-process.ts'
import { buildC } from './peers.ts'
import { cpuSecondsOf, memoryOf } from './process.ts'

/** Bytes of a frame. */
export const PAYLOAD = 4_096

let clientProgram: string | null = null

/** A server that is measured, and how it is started. */
export interface Contestant {
  name: string
  argv: readonly string[]
}

/** What a round of frames took. */
export interface Round {
  /** Seconds of the server a million deliveries. */
  cpu: number
  /** To the last client, ms, frame by frame. */
  lastMs: number[]
}

/** A server with its clients. */
export class Stage {
  readonly #server: LineProcess
  readonly #clients: LineProcess
  readonly #reading: number
  readonly #emptyMb: number

  private constructor(server: LineProcess, clients: LineProcess, reading: number, emptyMb: number) {
    this.#server = server
    this.#clients = clients
    this.#reading = reading
    this.#emptyMb = emptyMb
  }

  static async open({ argv }: Contestant, clients: number, silent = 0): Promise<Stage> {
    const server = new LineProcess(argv)
    const port = await server.line()
    const emptyMb = memoryOf(server.pid).anonymousMb
    clientProgram ??= buildC('clients')
    const audience = new LineProcess([clientProgram])
    audience.tell(`open ${port} ${clients} ${silent}`)
    await audience.line()
    // Greetings, and what follows them, are not counted.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    audience.tell(`frames ${PAYLOAD}`)
    await audience.line()
    return new Stage(server, audience, clients - silent, emptyMb)
  }

  /** One frame after the other, the next when the last client has the one before. */
  async round(frames: number): Promise<Round> {
    const cpu = cpuSecondsOf(this.#server.pid)
    const lastMs: number[] = []
    for (let frame = 0; frame < frames; frame += 1) {
      this.#server.tell(String(PAYLOAD))
      const [, nanoseconds] = (await this.#clients.line()).split(' ')
      lastMs.push(Number(nanoseconds) / 1e6)
    }
    const seconds = cpuSecondsOf(this.#server.pid) - cpu
    return { cpu: (seconds / (frames * this.#reading)) * 1e6, lastMs }
  }

  memoryMb(): number {
    return memoryOf(this.#server.pid).anonymousMb
  }

  /** KiB a client, of clients that have heard nothing yet. */
  idleKib(): number {
    return ((this.memoryMb() - this.#emptyMb) * 1024) / this.#reading
  }

  close(): void {
    this.#clients.end()
    this.#server.end()
  }
}
