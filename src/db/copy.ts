import type { Connection, Submittable } from 'pg'
import type { CopySource } from './database.ts'

/** What pg tells a query of its own; its declaration leaves most of it out. */
interface Wire extends Connection {
  query(text: string): void
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/** `ours`: not the server has failed, but what was written to, or read from. */
type Done = (error: Error | null, rows: number, ours: boolean) => void

/** Rows are told one a message: they are handed on by blocks of this size, in bytes. */
const BLOCK_BYTES = 256 * 1024

/** What both have in common: how they begin and end. */
abstract class Copy implements Submittable {
  readonly #text: string
  readonly #done: Done
  #rows = 0
  #error: Error | null = null
  #ours = false

  constructor(text: string, done: Done) {
    this.#text = text
    this.#done = done
  }

  submit(connection: Connection): void {
    ;(connection as Wire).query(this.#text)
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0)
  }

  handleError(error: Error): void {
    this.fail(error)
    this.#done(this.#error, 0, this.#ours)
  }

  handleReadyForQuery(): void {
    this.#done(this.#error, this.#rows, this.#ours)
  }

  handleRowDescription(): void {
    this.fail(new Error('rows where a COPY was expected'))
  }

  handleDataRow(): void {
    // What it is of has failed already.
  }

  handleEmptyQuery(): void {
    this.fail(new Error('an empty statement where a COPY was expected'))
  }

  /** The first error is the one that is told. */
  protected fail(error: Error, ours = false): void {
    if (this.#error !== null) return
    this.#error = error
    this.#ours = ours
  }

  protected get failed(): boolean {
    return this.#error !== null
  }
}

/** `copy … to stdout`: hands on what the server says, as fast as it is taken. */
export class CopyOut extends Copy {
  readonly #write: (block: Buffer) => Promise<void>
  #parts: Buffer[] = []
  #bytes = 0
  #writing: Promise<void> = Promise.resolve()
  #waiting = 0
  #writeError: Error | null = null
  #connection: Connection | null = null

  constructor(text: string, write: (block: Buffer) => Promise<void>, done: Done) {
    super(text, (error, rows, ours) => {
      if (error === null) this.#handOn()
      void this.#writing.then(() => {
        const failure = this.#writeError ?? error
        done(failure, rows, ours || this.#writeError !== null)
      })
    })
    this.#write = write
  }

  handleCopyData({ chunk }: { chunk: Buffer }, connection: Connection): void {
    this.#connection = connection
    // The parser's buffer is filled anew with what comes next.
    this.#parts.push(Buffer.from(chunk))
    this.#bytes += chunk.length
    if (this.#bytes >= BLOCK_BYTES) this.#handOn()
  }

  #handOn(): void {
    if (this.#bytes === 0 || this.#writeError !== null) return
    const block = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    this.#waiting += 1
    const stream = this.#connection?.stream
    stream?.pause()
    this.#writing = this.#writing
      .then(() => this.#write(block))
      .then(
        () => {
          this.#waiting -= 1
          if (this.#waiting === 0) stream?.resume()
        },
        (error: unknown) => {
          this.#writeError ??= error as Error
          // Nobody wants the rest, which may be gigabytes.
          stream?.destroy()
        },
      )
  }
}

/** `copy … from stdin`: tells the server what `source` has, as fast as it takes it. */
export class CopyIn extends Copy {
  readonly #source: CopySource

  constructor(text: string, source: CopySource, done: Done) {
    super(text, done)
    this.#source = source
  }

  handleCopyInResponse(connection: Connection): void {
    void this.#tell(connection as Wire)
  }

  async #tell(wire: Wire): Promise<void> {
    try {
      for await (const chunk of this.#source) {
        if (this.failed) return
        wire.sendCopyFromChunk(chunk)
        await drained(wire)
      }
      if (!this.failed) wire.endCopyFrom()
    } catch (error) {
      if (this.failed) return
      this.fail(error as Error, true)
      wire.sendCopyFail('the source failed')
    }
  }
}

/** Waits until the connection takes more, or is no more. */
async function drained({ stream }: Wire): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return
  await new Promise<void>((resolve) => {
    const over = () => {
      stream.off('drain', over)
      stream.off('close', over)
      resolve()
    }
    stream.on('drain', over)
    stream.on('close', over)
  })
}
