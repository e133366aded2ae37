import type { ChannelHealth } from './channel-health.ts'
import { askHttp, type HttpRequest } from './http.ts'
import { NotifyError } from './notifier.ts'
import type { Reach } from './reach.ts'

/** What is asked, and when. */
export interface HeartbeatSettings {
  /** Nothing is asked without. */
  url: string | null
  intervalMs: number
}

/** What a heartbeat depends on. */
export interface HeartbeatOptions {
  settings: () => HeartbeatSettings
  /** Whether all is well; that it cannot be told is a no. */
  isWell: () => Promise<boolean>
  /** Of whoever asks, as User-Agent. */
  agent: string
  /** Which addresses may be asked. */
  reach: () => Reach
  now: () => Date
}

/** The longest that the other side may take. */
const LONGEST_MS = 10_000

/** Asks a URL as long as all is well, so that whoever watches it notices silence: a dead man's switch. */
export class Heartbeat {
  readonly #options: HeartbeatOptions
  #timer: NodeJS.Timeout | null = null
  #beating: Promise<void> | null = null
  #stopped = true
  #failingSince: Date | null = null
  #failuresInARow = 0
  #lastError: string | null = null
  #lastDeliveredAt: Date | null = null

  constructor(options: HeartbeatOptions) {
    this.#options = options
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#schedule(0)
  }

  /** Nothing is asked after this; resolves when what is being asked has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#beating
  }

  /** How that goes; null when nothing is to be asked. */
  health(): ChannelHealth | null {
    if (this.#options.settings().url === null) return null
    const failing = this.#failingSince !== null
    return {
      name: 'heartbeat',
      up: failing ? false : this.#lastDeliveredAt === null ? null : true,
      failingSince: this.#failingSince,
      failuresInARow: this.#failuresInARow,
      lastError: this.#lastError,
      lastDeliveredAt: this.#lastDeliveredAt,
      // What was missed is not made up for.
      ...{ waiting: 0, oldestWaitingAt: null, oldestWaitingSeconds: null },
      ...{ givenUp: 0, lastGivenUpAt: null },
    }
  }

  /** Asks once, if all is well. Never rejects; one that is under way is not begun again. */
  beat(): Promise<void> {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = null
    })
    return this.#beating
  }

  async #beat(): Promise<void> {
    const { settings, isWell, agent, reach, now } = this.#options
    const { url, intervalMs } = settings()
    if (url === null || !(await isWell().catch(() => false))) return
    const error = await ask({
      url,
      agent,
      reach: reach(),
      timeoutMs: Math.min(LONGEST_MS, intervalMs),
    })
    if (error === null) {
      this.#failingSince = null
      this.#failuresInARow = 0
      this.#lastError = null
      this.#lastDeliveredAt = now()
    } else {
      this.#failingSince ??= now()
      this.#failuresInARow += 1
      this.#lastError = error
    }
  }

  /** One beat after the other: they never pile up. */
  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => {
      void this.beat().then(() => {
        if (!this.#stopped) this.#schedule(this.#options.settings().intervalMs)
      })
    }, delayMs)
  }
}

/** Why it did not answer well; null when it did. The text does not hold the URL, which may hold a key. */
async function ask(
  asked: Pick<HttpRequest, 'url' | 'agent' | 'reach' | 'timeoutMs'>,
): Promise<string | null> {
  try {
    await askHttp({ ...asked, body: null, secrets: [] })
    return null
  } catch (error) {
    if (error instanceof NotifyError) return error.message
    throw error
  }
}
