import fc from 'fast-check'
import t from 'tap'
import { DAY_MS, forecastOf, type Forecast } from '../../src/history/forecast.ts'
import type { Point } from '../../src/history/metrics.ts'
import { normal } from '../support/noise.ts'

const NOW = Date.parse('2026-11-20T21:00:00Z')

/** A value an hour of the last days, of a function of the days since the first. */
function hourly(days: number, valueAt: (day: number) => number): Point[] {
  return Array.from({ length: days * 24 }, (_, index) => {
    const day = (index + 1) / 24
    return { atMs: NOW - (days - day) * DAY_MS, value: valueAt(day) }
  })
}

/** In how many days. */
function inDays({ state, usedUpAtMs, earliestMs, latestMs }: Forecast) {
  const days = (atMs: number | null) => (atMs === null ? null : Math.round((atMs - NOW) / DAY_MS))
  return { state, at: days(usedUpAtMs), from: days(earliestMs), to: days(latestMs) }
}

const ofCapacity = (capacity: number, points: readonly Point[]) =>
  forecastOf(points, { capacity, nowMs: NOW })

t.test('what grows steadily is used up when the line comes to the capacity', (t) => {
  const forecast = ofCapacity(
    1000,
    hourly(60, (day) => 200 + 5 * day),
  )
  t.strictSame(inDays(forecast), { state: 'depleting', at: 100, from: 100, to: 100 })
  t.equal(forecast.days, 60)
  t.ok(Math.abs((forecast.perDay ?? 0) - 5) < 1e-9)
  t.end()
})

t.test('what does not grow has no trend, what shrinks neither, and both say why', (t) => {
  const noise = normal(1)
  t.match(
    ofCapacity(
      1000,
      hourly(60, () => 500),
    ),
    { state: 'no_trend', usedUpAtMs: null },
  )
  t.match(
    ofCapacity(
      1000,
      hourly(60, () => 500 + 20 * noise()),
    ),
    {
      state: 'no_trend',
      reason: 'it does not clearly grow',
    },
  )
  t.match(
    ofCapacity(
      1000,
      hourly(60, (day) => 900 - 5 * day),
    ),
    {
      state: 'no_trend',
      reason: 'less of it is used from day to day',
    },
  )
  t.match(
    ofCapacity(
      1e6,
      hourly(60, (day) => day),
    ),
    {
      state: 'no_trend',
      reason: 'it lasts for more than ten years',
    },
  )
  t.end()
})

t.test('with a short, an old or no history nothing is guessed', (t) => {
  const growing = hourly(60, (day) => 5 * day)
  t.match(ofCapacity(1000, []), { state: 'unknown', days: 0 })
  t.match(ofCapacity(1000, growing.slice(-6 * 24)), {
    state: 'unknown',
    reason: 'values of 7 days are needed',
    days: 6,
  })
  t.match(ofCapacity(1000, growing.slice(-1)), { state: 'unknown' })
  t.match(ofCapacity(1000, growing.slice(0, -49)), {
    state: 'unknown',
    reason: 'there is no value of the last two days',
  })
  t.match(inDays(ofCapacity(1000, growing.slice(-7 * 24))), { state: 'depleting', at: 140 })
  t.end()
})

t.test('what is used up is, and no time is ever in the past', (t) => {
  const full = ofCapacity(
    300,
    hourly(60, (day) => 5 * day),
  )
  t.strictSame(inDays(full), { state: 'used_up', at: 0, from: 0, to: 0 })
  const noise = normal(2)
  for (const capacity of [290, 297, 299, 300, 301, 303, 310]) {
    const forecast = ofCapacity(
      capacity,
      hourly(60, (day) => 5 * day + 3 * noise()),
    )
    for (const atMs of [forecast.usedUpAtMs, forecast.earliestMs, forecast.latestMs]) {
      t.ok((atMs ?? NOW) >= NOW)
    }
  }
  t.end()
})

t.test('gaps are no matter', (t) => {
  const all = hourly(60, (day) => 200 + 5 * day)
  const few = all.filter((_, index) => index % 24 === 3 && (index < 300 || index > 900))
  t.match(inDays(ofCapacity(1000, few)), { state: 'depleting', at: 100 })
  t.end()
})

t.test('backups that expire each week, fortnight or month are no step', (t) => {
  for (const period of [7, 14, 30]) {
    const noise = normal(period)
    const tooth = (net: number) => (day: number) => 500 + 20 * (day % period) + net * day + noise()
    t.match(ofCapacity(1500, hourly(90, tooth(0))), { state: 'no_trend' }, `${period} days`)
  }
  // It is full when the highest tooth touches: 20 * 7 below the capacity of a line of 5 a day.
  const forecast = ofCapacity(
    1500,
    hourly(90, (day) => 500 + 20 * (day % 7) + 5 * day),
  )
  const { at, from, to } = inDays(forecast)
  const truth = (1500 - 500 - 20 * 7 - 5 * 90) / 5
  t.ok(Math.abs((at ?? 0) - truth) <= 5, `${at} of ${truth}`)
  t.ok((from ?? 0) <= truth && (to ?? 0) >= truth)
  t.end()
})

t.test('a cleanup, or a large copy, is a step and no slope', (t) => {
  for (const [size, days] of [
    [-300, 20],
    [100, 40],
    [-300, 3],
  ] as const) {
    const noise = normal(days)
    const points = hourly(90, (day) => 500 + 5 * day + (day > 90 - days ? size : 0) + 3 * noise())
    const truth = (1200 - 500 - 450 - size) / 5
    const { at } = inDays(ofCapacity(1200, points))
    t.ok(Math.abs((at ?? 0) - truth) < 5, `${size}: ${at} of ${truth}`)
  }
  t.end()
})

t.test('a single day that was read wrong is no matter', (t) => {
  const points = hourly(60, (day) => (day > 40 && day <= 41 ? 0 : 200 + 5 * day))
  t.match(inDays(ofCapacity(1000, points)), { state: 'depleting', at: 100 })
  t.end()
})

t.test('what has begun to grow faster is seen by its last days', (t) => {
  const noise = normal(3)
  const points = hourly(90, (day) => 500 + 2 * day + 10 * Math.max(0, day - 70) + 3 * noise())
  const truth = (1200 - 500 - 180 - 200) / 12
  const { at, from, to } = inDays(ofCapacity(1200, points))
  t.ok(Math.abs((at ?? 0) - truth) < 3, `${at} of ${truth}`)
  t.ok((from ?? 0) <= truth + 1 && (to ?? 0) >= truth - 1)
  t.end()
})

/** How often the truth is in the interval, of those that have one. */
function coverage(
  runs: number,
  pointsOf: (seed: number) => { points: Point[]; truth: number },
  capacity = 1000,
) {
  let [hits, told] = [0, 0]
  for (let seed = 1; seed <= runs; seed += 1) {
    const { points, truth } = pointsOf(seed)
    const { state, earliestMs, latestMs } = ofCapacity(capacity, points)
    if (state !== 'depleting') continue
    told += 1
    const atMs = NOW + truth * DAY_MS
    if (atMs >= (earliestMs ?? 0) && atMs <= (latestMs ?? 0)) hits += 1
  }
  return { told: told / runs, hit: hits / told }
}

/** A value a day off the line, of which `kept` goes on to the next day. */
function offLine(days: number, deviation: number, kept: number) {
  return (seed: number) => {
    const noise = normal(seed)
    let off = 0
    const points = Array.from({ length: days }, (_, index): Point => {
      off = kept * off + Math.sqrt(1 - kept ** 2) * deviation * noise()
      const day = index + 0.5 - days
      return { atMs: NOW + day * DAY_MS, value: 500 + 5 * day + off }
    })
    return { points, truth: 100 }
  }
}

t.test('it is used up between the times that are told as often as is told', (t) => {
  for (const days of [14, 30, 60, 90]) {
    const { told, hit } = coverage(300, offLine(days, 10, 0))
    t.ok(told > 0.95 && hit > 0.9, `${days} days, each for itself: ${hit} of ${told}`)
  }
  for (const days of [60, 90]) {
    const { told, hit } = coverage(300, offLine(days, 20, 0.7))
    t.ok(told > 0.9 && hit > 0.84, `${days} days that depend: ${hit} of ${told}`)
  }
  const walk = (seed: number) => {
    const noise = normal(seed)
    let value = 200
    const points = Array.from({ length: 60 }, (_, index): Point => {
      value += 5 + 5 * noise()
      return { atMs: NOW - (59 - index) * DAY_MS, value }
    })
    return { points, truth: (1000 - value) / 5 }
  }
  const { hit } = coverage(300, walk)
  t.ok(hit > 0.82, `random steps: ${hit}`)
  t.end()
})

t.test('what goes nowhere is seldom taken for a trend', (t) => {
  for (const [kept, most] of [
    [0, 0.06],
    [0.7, 0.12],
    [0.95, 0.12],
  ] as const) {
    const flat = (seed: number) => {
      const { points } = offLine(60, 10, kept)(seed)
      return {
        points: points.map(({ atMs, value }) => ({
          atMs,
          value: value - (5 * (atMs - NOW)) / DAY_MS,
        })),
        truth: 0,
      }
    }
    const { told } = coverage(300, flat)
    t.ok(told < most, `${kept}: ${told}`)
  }
  t.end()
})

const series = fc
  .record({
    seed: fc.integer({ min: 1, max: 100_000 }),
    days: fc.integer({ min: 3, max: 90 }),
    slope: fc.double({ min: -10, max: 10, noNaN: true }),
    deviation: fc.double({ min: 0.1, max: 50, noNaN: true }),
  })
  .map(({ seed, days, slope, deviation }) => {
    const noise = normal(seed)
    return Array.from({ length: days * 4 }, (_, index): Point => {
      const day = (index + 1) / 4 - days
      return { atMs: NOW + day * DAY_MS, value: 500 + slope * day + deviation * noise() }
    })
  })

/** Times to the minute. */
function rounded(forecast: Forecast, byMs = 0) {
  const minute = (atMs: number | null) =>
    atMs === null ? null : Math.round((atMs - byMs) / 600_000)
  return {
    state: forecast.state,
    reason: forecast.reason,
    times: [forecast.usedUpAtMs, forecast.earliestMs, forecast.latestMs].map(minute),
  }
}

t.test('units, what is used anyway and when it is change nothing', (t) => {
  fc.assert(
    fc.property(
      series,
      // Powers of two, so that nothing is rounded.
      fc.integer({ min: -20, max: 40 }).map((power) => 2 ** power),
      fc.integer({ min: 0, max: 4096 }),
      fc.integer({ min: 0, max: 1_000_000_000 }),
      (points, scale, shift, laterMs) => {
        const forecast = rounded(ofCapacity(1024, points))
        const scaled = points.map(({ atMs, value }) => ({ atMs, value: value * scale }))
        t.strictSame(rounded(ofCapacity(1024 * scale, scaled)), forecast)
        const later = points.map(({ atMs, value }) => ({ atMs: atMs + laterMs, value }))
        const then = forecastOf(later, { capacity: 1024, nowMs: NOW + laterMs })
        t.strictSame(rounded(then, laterMs), forecast)
        const shifted = points.map(({ atMs, value }) => ({ atMs, value: value + shift }))
        t.equal(ofCapacity(1024 + shift, shifted).state, forecast.state)
      },
    ),
    { numRuns: 200 },
  )
  t.end()
})
