import t from 'tap'
import type { Collected, Collector } from '../../src/collectors/collector.ts'
import { ABSENT, defaultSettings, whole } from '../../src/collectors/collector.ts'
import type { EndedCollection } from '../../src/collectors/lane.ts'
import { CollectorLoop, isCollecting } from '../../src/collectors/loop.ts'
import type { Sensor } from '../../src/collectors/sensors.ts'
import type { Host } from '../../src/host/host.ts'

type SensorsCollector = Collector<readonly Sensor[]> & { name: 'sensors' }
type Outcome = Collected<readonly Sensor[]> | typeof ABSENT

const host = {} as Host

/** A loop of one collector that does what the test tells it, on a clock that the test moves. */
function loopOf(collect: () => Promise<Outcome>, more: Partial<SensorsCollector> = {}) {
  const ended: EndedCollection[] = []
  const restarted: string[] = []
  const clock = { now: new Date('2026-11-20T21:00:00Z') }
  const collector: SensorsCollector = {
    name: 'sensors',
    intervalSeconds: 30,
    timeoutMs: 50,
    collect,
    ...more,
  }
  const loop = new CollectorLoop({
    host,
    collectors: [collector],
    settings: () => defaultSettings,
    now: () => clock.now,
    onCollected: (one) => ended.push(one),
    onRestart: (name) => restarted.push(name),
  })
  return {
    loop,
    ended,
    restarted,
    advance: (seconds: number) => (clock.now = new Date(clock.now.getTime() + seconds * 1000)),
  }
}

const fan: Sensor = {
  id: 'chip/fan1',
  chip: 'chip',
  label: 'front',
  kind: 'fan',
  unit: 'rpm',
  value: 1200,
  max: null,
  critical: null,
  alarm: false,
}

t.test('what was never collected is pending and has no reading', (t) => {
  const { loop } = loopOf(() => Promise.resolve(whole([])))
  t.strictSame(loop.readings(), {})
  t.match(loop.health(), [{ name: 'sensors', state: 'pending', ageSeconds: null, error: null }])
  t.end()
})

t.test('a reading has a time, a value and an age', async (t) => {
  const { loop, advance } = loopOf(() => Promise.resolve(whole([fan])))
  await loop.collectAll()
  advance(12)
  t.strictSame(loop.readings().sensors, {
    state: 'read',
    value: [fan],
    problems: [],
    coverage: 'all',
    takenAt: new Date('2026-11-20T21:00:00Z'),
    durationSeconds: 0,
  })
  t.match(loop.health(), [{ state: 'read', ageSeconds: 12, failingSince: null }])
})

t.test('a failure keeps the last value as the last one, not as the value', async (t) => {
  const outcomes = [Promise.resolve(whole([fan])), Promise.reject(new Error('chip is gone'))]
  const { loop, advance } = loopOf(() => outcomes.shift() ?? Promise.reject(new Error('still')))
  await loop.collectAll()
  advance(30)
  await loop.collectAll()
  t.strictSame(loop.readings().sensors, {
    state: 'failed',
    error: 'chip is gone',
    since: new Date('2026-11-20T21:00:30Z'),
    durationSeconds: 0,
    last: { value: [fan], takenAt: new Date('2026-11-20T21:00:00Z') },
  })
  advance(30)
  await loop.collectAll()
  t.match(loop.readings().sensors, { error: 'still', since: new Date('2026-11-20T21:00:30Z') })
  t.match(loop.health(), [
    { state: 'failed', ageSeconds: 60, failingSince: new Date('2026-11-20T21:00:30Z') },
  ])
})

t.test('a reading of gaps only counts as failed, and as no success', async (t) => {
  const nothing: Outcome = {
    value: [],
    problems: [{ labels: { chip: 'a' }, error: 'no answer' }],
    coverage: 'none',
  }
  const { loop } = loopOf(() => Promise.resolve(nothing))
  await loop.collectAll()
  t.match(loop.health(), [{ state: 'failed', ageSeconds: null, error: 'no answer' }])
})

t.test('hardware that is not there is absent, and starts anew when it comes back', async (t) => {
  const outcomes: Outcome[] = [whole([fan]), ABSENT, whole([fan])]
  const before: unknown[] = []
  const { loop } = loopOf(() => Promise.resolve(outcomes.shift() ?? ABSENT), {
    accumulate(previous, current) {
      before.push(previous)
      return current
    },
  })
  await loop.collectAll()
  await loop.collectAll()
  t.match(loop.readings().sensors, { state: 'absent' })
  await loop.collectAll()
  t.strictSame(before, [undefined, undefined])
})

t.test('a value is accumulated with the one before it and the time between', async (t) => {
  const calls: unknown[] = []
  const { loop, advance } = loopOf(() => Promise.resolve(whole([fan])), {
    accumulate(previous, current, seconds, at) {
      calls.push([previous, seconds, at])
      return current
    },
  })
  await loop.collectAll()
  advance(30)
  await loop.collectAll()
  t.strictSame(calls, [
    [undefined, 0, new Date('2026-11-20T21:00:00Z')],
    [[fan], 30, new Date('2026-11-20T21:00:30Z')],
  ])
})

t.test('a collection that never ends fails at its deadline and is not started twice', async (t) => {
  let started = 0
  const { loop, advance } = loopOf(() => {
    started += 1
    return new Promise<Outcome>(() => undefined)
  })
  await loop.collectAll()
  t.match(loop.readings().sensors, { state: 'failed', error: 'not collected within 50 ms' })
  advance(30)
  await loop.collectAll()
  t.match(loop.readings().sensors, {
    state: 'failed',
    error: 'the collection of 2026-11-20T21:00:00.000Z has not ended',
  })
  t.equal(started, 1)
})

t.test('every collection that has ended is told, with how it did', async (t) => {
  const gaps: Outcome = {
    ...{ value: [], coverage: 'none' },
    problems: [{ labels: { chip: 'a' }, error: 'no answer' }],
  }
  const outcomes: (() => Promise<Outcome>)[] = [
    () => Promise.resolve(whole([fan])),
    () => Promise.resolve(gaps),
    () => Promise.resolve(ABSENT),
    () => Promise.reject(new Error('chip is gone')),
    () => new Promise(() => undefined),
  ]
  const never = () => Promise.reject(new Error('it is not asked'))
  const { loop, ended } = loopOf(() => (outcomes.shift() ?? never)())
  for (let time = 0; time < 6; time += 1) await loop.collectAll()
  const of = { subject: 'sensors', seconds: 0 }
  t.strictSame(ended, [
    { ...of, status: 'ok', value: [fan], error: null },
    { ...of, status: 'error', value: [], error: 'no answer' },
    { ...of, status: 'ok', value: undefined, error: null },
    { ...of, status: 'error', value: undefined, error: 'chip is gone' },
    { ...of, status: 'timeout', value: undefined, error: 'not collected within 50 ms' },
  ])
})

t.test('a collector that throws instead of rejecting is a failed reading', async (t) => {
  const { loop } = loopOf(() => {
    throw new TypeError('programming error')
  })
  await loop.collectAll()
  t.match(loop.readings().sensors, { state: 'failed', error: 'programming error' })
})

t.test('a collector without any reading long after it was due is started again', async (t) => {
  let started = 0
  const { loop, restarted, advance } = loopOf(() => {
    started += 1
    return Promise.resolve(whole([]))
  })
  t.teardown(() => {
    loop.stop()
  })
  loop.check()
  await loop.start()
  advance(90)
  loop.check()
  t.strictSame([started, loop.restarts(), restarted], [1, 0, []], 'two beats may be late')
  advance(1)
  loop.check()
  await loop.collectAll()
  t.strictSame([loop.restarts(), restarted], [1, ['sensors']])
  t.ok(started > 1)
  loop.check()
  t.equal(loop.restarts(), 1, 'it has a reading again')
  loop.stop()
  advance(3600)
  loop.check()
  t.equal(loop.restarts(), 1, 'what was stopped stays so')
})

t.test('start collects at once, and may be called twice like stop', async (t) => {
  let started = 0
  const collected = new Promise<void>((resolve) => {
    const { loop } = loopOf(() => {
      started += 1
      resolve()
      return Promise.resolve(whole([]))
    })
    void loop.start()
    void loop.start()
    loop.stop()
    loop.stop()
  })
  await collected
  t.equal(started, 1)
})

t.test('collectors are dead when none of them has succeeded for five minutes', (t) => {
  const collecting = (...collectors: [ageSeconds: number | null, intervalSeconds: number][]) =>
    isCollecting(
      collectors.map(([ageSeconds, intervalSeconds]) => ({ ageSeconds, intervalSeconds })),
    )
  t.equal(collecting([299, 10], [4000, 300]), true)
  t.equal(collecting([300, 10], [4000, 300]), false)
  t.equal(collecting([300, 10], [20, 300]), true, 'one of them does')
  t.equal(collecting([null, 10], [null, 300]), true, 'none has ended yet')
  t.equal(collecting(), true, 'there are none')
  t.equal(collecting([3000, 3600]), true, 'it was told to collect so rarely')
  t.equal(collecting([7200, 3600]), false)
  t.end()
})
