import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Component } from './components.ts'

/** How much later than due what waits for the event loop was done, in a while. */
export interface LoopDelay {
  p50Seconds: number
  p99Seconds: number
  maxSeconds: number
  /** How often it was looked at. */
  samples: number
}

const RESOLUTION_MS = 50
const BEAT_MS = 30_000
/** One in a hundred of fewer is one. */
const ENOUGH_SAMPLES = 100
/** A dashboard feels it, and time-outs of a second come near. */
const DEGRADED_SECONDS = 0.25
/** Probes of systemd and Kubernetes, and peers of the daemon, give up. */
const DOWN_SECONDS = 1

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

/** The event loop, on which everything waits that the daemon does: degraded or down when that is long. */
export function eventLoopComponent(delay: () => LoopDelay | null): Component {
  return {
    name: 'event_loop',
    critical: false,
    check() {
      const found = delay()
      if (found === null) return { status: 'unknown', message: 'not measured yet' }
      const { p50Seconds, p99Seconds, maxSeconds } = found
      const details = {
        ...{ p50_seconds: rounded(p50Seconds), p99_seconds: rounded(p99Seconds) },
        max_seconds: rounded(maxSeconds),
      }
      if (p99Seconds < DEGRADED_SECONDS) return { status: 'up', message: 'in time', details }
      const message = `one in a hundred things waits ${rounded(p99Seconds)} s for its turn`
      return { status: p99Seconds < DOWN_SECONDS ? 'degraded' : 'down', message, details }
    },
  }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
