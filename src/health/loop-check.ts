import type { LoopDelay } from '../loop-delay.ts'
import type { Component } from './components.ts'

/** A dashboard feels it, and time-outs of a second come near. */
const DEGRADED_SECONDS = 0.25
/** Probes of systemd and Kubernetes, and peers of the daemon, give up. */
const DOWN_SECONDS = 1

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
