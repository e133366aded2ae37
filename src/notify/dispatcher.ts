import { abandon, endLeases } from './delivery.ts'
import { Lane, results, type LaneOptions } from './lane.ts'
import type { Notifier } from './notifier.ts'
import { KEPT_MS } from './retry.ts'

/** What is sent with, and whose time it is. */
export interface DispatcherOptions extends LaneOptions {
  /** The channels that there are now. */
  notifiers: () => readonly Notifier[]
  /** No other daemon works on the database: what was being sent when the last one was killed need not wait. */
  alone?: boolean
}

const BEAT_MS = 5_000
const ABANDON_MS = 3600_000

/**
 * Sends what waits in the outbox, channel by channel, each message until it was taken or is a day old.
 * At least once: a daemon that is killed between the receipt and its note sends again, with the same id.
 * Several daemons on one database take turns, message by message.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  #lanes: readonly Lane[] = []
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #stopped = false
  #leasesEnded: boolean
  #abandonedAt: Date | null = null

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#leasesEnded = options.alone !== true
  }

  /** Sends what waits, and looks again every few seconds. */
  start(): void {
    if (this.#timer !== null) return
    this.#stopped = false
    this.#timer = setInterval(() => {
      this.wake()
    }, BEAT_MS)
    this.wake()
  }

  /** Looks now, because something was put up for sending. */
  wake(): void {
    if (this.#timer !== null) void this.sendDue()
  }

  /** Sends one message before all others, and also on a channel that is taken to be down. */
  async sendFirst(channel: string, id: string): Promise<void> {
    if (this.#stopped) return
    await this.#current()
      .find(({ name }) => name === channel)
      ?.sendFirst(id)
  }

  /** Channels that are left alone, because they do not take anything. */
  breakers(): { name: string; state: 'open' | 'half_open' }[] {
    return this.#lanes.flatMap(({ name, breaker }) =>
      breaker === 'closed' ? [] : [{ name: `notifications ${name}`, state: breaker }],
    )
  }

  /** Nothing is sent after this; resolves when what is being sent has ended. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#stopped = true
    await this.#looking
    await Promise.all(this.#lanes.map((lane) => lane.stop()))
    this.#lanes = []
  }

  /** Sends what is due now; resolves when that is done. Never rejects. */
  async sendDue(): Promise<void> {
    this.#looking ??= this.#tidy().finally(() => {
      this.#looking = null
    })
    await this.#looking
    if (this.#stopped || !this.#leasesEnded) return
    await Promise.all(this.#current().map((lane) => lane.sendDue()))
  }

  /** The lanes of the channels that there are now; a channel that was set up anew goes on in its lane. */
  #current(): readonly Lane[] {
    const lanes = this.#options.notifiers().map((notifier) => {
      const lane = this.#lanes.find(({ name }) => name === notifier.name)
      if (lane !== undefined) {
        lane.notifier = notifier
        return lane
      }
      const created = new Lane(notifier, this.#options)
      for (const result of results) created.tell(result, 0)
      return created
    })
    for (const gone of this.#lanes.filter((lane) => !lanes.includes(lane))) void gone.stop()
    this.#lanes = lanes
    return lanes
  }

  /** Sees to what no lane does: what is leased to nobody, and what waits for a channel that is gone. */
  async #tidy(): Promise<void> {
    const { database, now, notifiers, onAttempts, onError } = this.#options
    try {
      if (!this.#leasesEnded) await endLeases(database)
      this.#leasesEnded = true
      const at = now()
      if (this.#abandonedAt !== null && Number(at) - Number(this.#abandonedAt) < ABANDON_MS) return
      const channels = notifiers().map(({ name }) => name)
      const before = new Date(Number(at) - KEPT_MS)
      for (const { channel, count } of await abandon(database, { channels, before, now: at })) {
        onAttempts(channel, 'given_up', count)
        onError(new Error(`${channel}: ${count} messages are given up: it is not set up any more`))
      }
      this.#abandonedAt = at
    } catch (cause) {
      onError(new Error('notifications: nothing is sent now', { cause }))
    }
  }
}
