import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How much later than due what waits for the event loop was done, in a while. */
export interface LoopDelay {
  p50Seconds: number
  p99Seconds: number
  maxSeconds: number
  /** How often it was looked at. */
  samples: number
}

/** A process that only waits costs what it wakes up, and what matters here lasts longer than this. */
const RESOLUTION_MS = 500
const BEAT_MS = 60_000
/** One in a hundred of fewer is one. */
const ENOUGH_SAMPLES = 100

/** Measures the delay of the event loop: of the last whole beat, and of the one that lasts. */
export class LoopDelayMeter {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #beat: NodeJS.Timeout | null = null
  #last: LoopDelay | null = null

  start(): void {
    if (this.#beat !== null) return
    this.#histogram.enable()
    this.#beat = setInterval(() => {
      this.beat()
    }, BEAT_MS).unref()
  }

  /** May be called twice. */
  stop(): void {
    if (this.#beat !== null) clearInterval(this.#beat)
    this.#beat = null
    this.#histogram.disable()
  }

  /** Begins anew, and remembers what was. */
  beat(): void {
    this.#last = this.#read()
    this.#histogram.reset()
  }

  /** The worse of both, where both were looked at often enough; null before anything was. */
  delay(): LoopDelay | null {
    const current = this.#read()
    const known = [this.#last, current].filter((one) => one !== null)
    const sure = known.filter(({ samples }) => samples >= ENOUGH_SAMPLES)
    return (
      [...(sure.length > 0 ? sure : known)].sort(
        (one, other) => other.p99Seconds - one.p99Seconds,
      )[0] ?? null
    )
  }

  #read(): LoopDelay | null {
    const { count, max } = this.#histogram
    if (count === 0) return null
    return {
      p50Seconds: late(this.#histogram.percentile(50)),
      p99Seconds: late(this.#histogram.percentile(99)),
      maxSeconds: late(max),
      samples: count,
    }
  }
}

/** The histogram has nanoseconds from one look to the next, the pause between them among it. */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000)
}
