import { performance } from 'node:perf_hooks'
import { Slots } from './limits.ts'
import type { Release } from './limits.ts'
import { Quarantine } from './quarantine.ts'
import type { Lane, StuckCall } from './quarantine.ts'

/** How a call ended: it came back, it was killed at its deadline, or it could not be killed. */
export type Settled<T> =
  | { kind: 'returned'; value: T }
  | { kind: 'killed'; value: T }
  | { kind: 'stuck'; value: T; call: StuckCall; gone: Promise<unknown> }

/**
 * Lets calls through: one at a time and in order per device, a limited number in all,
 * none to what is quarantined.
 */
export class Lanes {
  readonly quarantine = new Quarantine()
  readonly #slots: Slots
  readonly #maxWaitMs: number
  readonly #devices = new Map<string, Slots>()
  readonly #hosts = new Map<string, Slots>()

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
  async run<T>(lane: Lane, what: string, start: () => Promise<Settled<T>>): Promise<T> {
    const until = performance.now() + this.#maxWaitMs
    const held: Release[] = []
    try {
      await this.#enter(lane, what, until, held)
      return await this.#follow(lane, start)
    } finally {
      release(held)
      if (this.#devices.get(lane.device)?.idle()) this.#devices.delete(lane.device)
    }
  }

  async #enter(lane: Lane, what: string, until: number, held: Release[]): Promise<void> {
    this.#refuse(lane)
    if (lane.exclusive) held.push(await this.#turn(this.#devices, lane.device, what, until))
    for (;;) {
      this.#refuse(lane)
      const alone = this.quarantine.isSuspect(lane)
      const waits: Release[] = []
      try {
        if (alone) waits.push(await this.#turn(this.#hosts, lane.scsiHost ?? '', what, until))
        waits.push(await this.#slots.acquire(what, millisecondsUntil(until)))
      } catch (error) {
        release(waits)
        throw error
      }
      // While this call waited for its turn another one may have got stuck, or come back.
      if (alone === this.quarantine.isSuspect(lane) && this.quarantine.refusal(lane) === null) {
        held.push(...waits)
        return
      }
      release(waits)
    }
  }

  async #follow<T>(lane: Lane, start: () => Promise<Settled<T>>): Promise<T> {
    const epoch = this.quarantine.epoch(lane)
    const settled = await start()
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
