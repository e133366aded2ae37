import { performance } from 'node:perf_hooks'
import { Slots } from './limits.ts'
import type { Release } from './limits.ts'
import { Quarantine } from './quarantine.ts'
import type { Lane, StuckCall } from './quarantine.ts'

/**
 * How a call ended: it came back; it ended without an answer, as one that was killed does; or it is still
 * there after its deadline, until `gone` settles.
 */
export type Settled<T> =
  | { kind: 'returned'; value: T }
  | { kind: 'killed'; value: T }
  | { kind: 'stuck'; value: T; call: StuckCall; gone: Promise<unknown> }

/**
 * What a call needs. A request is a command that the daemon sends itself: it starts no process, and where the
 * host of its device takes one command at a time it waits here for the others, because in the kernel nobody
 * could take it back.
 */
export type CallKind = 'process' | 'request'

/**
 * Lets calls through: one at a time and in order per device, a limited number of
 * processes in all, none to what is quarantined.
 */
export class Lanes {
  readonly quarantine = new Quarantine()
  readonly #slots: Slots
  readonly #maxWaitMs: number
  readonly #devices = new Map<string, Slots>()
  readonly #hosts = new Map<string, Slots>()
  /** By device, or by tool. */
  readonly #calls = new Map<string, { begun: number; underWay: number }>()

  constructor(limits: { processes: number; maxWaitMs: number }) {
    this.#slots = new Slots(limits.processes)
    this.#maxWaitMs = limits.maxWaitMs
  }

  /**
   * Makes the call when it is its turn. `start` must settle soon after its deadline, whatever became of
   * the process: a stuck one holds neither its slot nor its lane, the quarantine stands for it.
   *
   * Rejects with BusyError, QuarantinedError, or what `start` rejects with.
   */
  async run<T>(
    lane: Lane,
    what: string,
    start: () => Promise<Settled<T>>,
    kind: CallKind = 'process',
  ): Promise<T> {
    const until = performance.now() + this.#maxWaitMs
    const held: Release[] = []
    try {
      await this.#enter(lane, kind, what, until, held)
      return await this.#follow(lane, start)
    } finally {
      release(held)
      if (this.#devices.get(lane.device)?.idle()) this.#devices.delete(lane.device)
    }
  }

  /** How many calls to a device were ever begun, and how many of them are waited for. */
  calls(device: string): { begun: number; underWay: number } {
    return { ...(this.#calls.get(device) ?? { begun: 0, underWay: 0 }) }
  }

  async #enter(
    lane: Lane,
    kind: CallKind,
    what: string,
    until: number,
    held: Release[],
  ): Promise<void> {
    const alone = () => this.quarantine.isSuspect(lane) || (kind === 'request' && lane.hostTakesOne)
    this.#refuse(lane)
    if (lane.exclusive) held.push(await this.#turn(this.#devices, lane.device, what, until))
    for (;;) {
      this.#refuse(lane)
      const waitsForHost = alone()
      const waits: Release[] = []
      try {
        if (waitsForHost)
          waits.push(await this.#turn(this.#hosts, lane.scsiHost ?? '', what, until))
        if (kind === 'process') {
          waits.push(await this.#slots.acquire(what, millisecondsUntil(until)))
        }
      } catch (error) {
        release(waits)
        throw error
      }
      // While this call waited for its turn another one may have got stuck, or come back.
      if (waitsForHost === alone() && this.quarantine.refusal(lane) === null) {
        held.push(...waits)
        return
      }
      release(waits)
    }
  }

  async #follow<T>(lane: Lane, start: () => Promise<Settled<T>>): Promise<T> {
    const epoch = this.quarantine.epoch(lane)
    const calls = this.#calls.get(lane.device) ?? { begun: 0, underWay: 0 }
    this.#calls.set(lane.device, calls)
    calls.begun += 1
    calls.underWay += 1
    const settled = await start().finally(() => (calls.underWay -= 1))
    if (settled.kind === 'stuck') this.quarantine.add(settled.call, settled.gone)
    if (settled.kind === 'returned') this.quarantine.returned(lane, epoch)
    return settled.value
  }

  #turn(table: Map<string, Slots>, key: string, what: string, until: number): Promise<Release> {
    let slots = table.get(key)
    if (slots === undefined) table.set(key, (slots = new Slots(1)))
    return slots.acquire(what, millisecondsUntil(until))
  }

  #refuse(lane: Lane): void {
    const refusal = this.quarantine.refusal(lane)
    if (refusal !== null) throw refusal
  }
}

function release(held: readonly Release[]): void {
  for (const give of held) give()
}

function millisecondsUntil(until: number): number {
  return Math.max(1, Math.round(until - performance.now()))
}
