import type { StreamClient } from './client.ts'

/** Sends the same bytes to many sockets, without waiting; what the addon does (src/host/native.ts). */
export interface EachSender {
  sendEach(descriptors: Int32Array, bytes: Uint8Array): Int32Array
}

/** Hands frames to many clients at a time. */
export class FanOut {
  readonly #native: EachSender | null
  #descriptors = new Int32Array(64)

  /** Without the addon each client is written to by Node, at 1.3 times the CPU. */
  constructor(native: EachSender | null) {
    this.#native = native
  }

  /**
   * Writes the frame to each client. Sockets for which nothing waits get it in one call of the addon; what one of them
   * does not take is written as it is to the others, and so counted, waited for and cut short.
   */
  write(clients: readonly StreamClient[], frame: Buffer): void {
    if (this.#native === null) {
      for (const client of clients) client.write(frame)
      return
    }
    if (this.#descriptors.length < clients.length) {
      this.#descriptors = new Int32Array(2 * clients.length)
    }
    const idle: StreamClient[] = []
    for (const client of clients) {
      const descriptor = client.idleDescriptor
      if (descriptor === null) client.write(frame)
      else this.#descriptors[idle.push(client) - 1] = descriptor
    }
    const taken = this.#native.sendEach(this.#descriptors.subarray(0, idle.length), frame)
    for (const [index, client] of idle.entries()) client.sent(frame, Math.max(0, taken[index] ?? 0))
  }
}
