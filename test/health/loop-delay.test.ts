import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { eventLoopComponent } from '../../src/health/loop-check.ts'
import { LoopDelayMeter } from '../../src/loop-delay.ts'

const told = (p99Seconds: number) =>
  eventLoopComponent(() => ({ p50Seconds: 0.001, p99Seconds, maxSeconds: 3, samples: 600 })).check()

t.test('what waits long for its turn makes the event loop degraded, or down', async (t) => {
  t.strictSame(await told(0.0123456), {
    status: 'up',
    message: 'in time',
    details: { p50_seconds: 0.001, p99_seconds: 0.012, max_seconds: 3 },
  })
  t.match(await told(0.25), {
    status: 'degraded',
    message: 'one in a hundred things waits 0.25 s for its turn',
  })
  t.match(await told(1), { status: 'down', message: /waits 1 s for its turn$/ })
  t.match(await eventLoopComponent(() => null).check(), { status: 'unknown' })
})

t.test('a loop that was busy is late, and remembered for a beat', async (t) => {
  const meter = new LoopDelayMeter()
  t.equal(meter.delay(), null)
  meter.start()
  meter.start()
  t.teardown(() => {
    meter.stop()
    meter.stop()
  })
  for (let busy = 0; busy < 3; busy += 1) {
    await pause(510)
    const until = performance.now() + 900
    while (performance.now() < until);
  }
  await pause(510)
  const delay = meter.delay()
  t.ok((delay?.p99Seconds ?? 0) > 0.3, `late by ${delay?.p99Seconds ?? 0} s`)
  meter.beat()
  t.strictSame(meter.delay()?.p99Seconds, delay?.p99Seconds)
})
