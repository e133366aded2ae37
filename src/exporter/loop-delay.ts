import type { LoopDelay, LoopDelayMeter } from '../loop-delay.ts'
import type { Instruments } from './instruments.ts'

/** How late the event loop is, in the last half minute; nothing while it is not measured. */
export function declareLoopDelay(
  instruments: Instruments,
  meter: Pick<LoopDelayMeter, 'delay'>,
): void {
  const tell = (name: string, help: string, of: (delay: LoopDelay) => number) => {
    instruments.live(`event_loop_delay_${name}_seconds`, help, [], () => {
      const delay = meter.delay()
      return delay === null ? [] : [[{}, of(delay)] as const]
    })
  }
  const what = 'what waits for the event loop is done after it is due, in the last half minute'
  tell('p50', `How long ${what}: half of it sooner.`, ({ p50Seconds }) => p50Seconds)
  tell('p99', `How long ${what}: 99 of a hundred sooner.`, ({ p99Seconds }) => p99Seconds)
  tell('max', `How long ${what}, at most.`, ({ maxSeconds }) => maxSeconds)
}
