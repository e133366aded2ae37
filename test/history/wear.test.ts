import t from 'tap'
import { DAY_MS, type Forecast } from '../../src/history/forecast.ts'
import type { Point } from '../../src/history/metrics.ts'
import { wearOf } from '../../src/history/wear.ts'
import { seeded } from '../support/noise.ts'

const NOW = Date.parse('2026-11-20T21:00:00Z')

/** In how many days. */
function inDays({ state, usedUpAtMs }: Forecast) {
  return { state, at: usedUpAtMs === null ? null : Math.round((usedUpAtMs - NOW) / DAY_MS) }
}

/** A use now and then, by chance, in 200 days. */
function uses(seed: number, perDay: number): Point[] {
  const random = seeded(seed)
  let value = 3
  return Array.from({ length: 200 }, (_, index) => {
    if (random() < perDay) value += 1
    return { atMs: NOW - (199 - index) * DAY_MS, value }
  })
}

t.test('what is used now and then is worn out by its pace', (t) => {
  const weekly = Array.from({ length: 30 }, (_, index) => ({
    atMs: NOW - (29 - index) * 7 * DAY_MS,
    value: index,
  }))
  const forecast = wearOf(weekly, { limit: 50, nowMs: NOW })
  t.match(inDays(forecast), { state: 'depleting', at: 147 })
  t.match(wearOf(weekly, { limit: 29, nowMs: NOW }), { state: 'used_up', usedUpAtMs: NOW })
  t.match(wearOf(weekly.slice(-4), { limit: 50, nowMs: NOW }), {
    state: 'unknown',
    reason: '5 uses are needed, it had 3',
  })
  t.match(wearOf(weekly.slice(0, -3), { limit: 50, nowMs: NOW }), { state: 'unknown' })
  t.match(wearOf(weekly, { limit: 1e6, nowMs: NOW }), { state: 'no_trend' })
  t.match(wearOf([], { limit: 50, nowMs: NOW }), { state: 'unknown', days: 0 })
  t.end()
})

t.test('after a value that is lower it is another cartridge', (t) => {
  const first = Array.from({ length: 60 }, (_, index) => index)
  const second = Array.from({ length: 40 }, (_, index) => Math.floor(index / 2))
  const points = [...first, ...second].map((value, index, all) => ({
    atMs: NOW - (all.length - 1 - index) * DAY_MS,
    value,
  }))
  t.match(inDays(wearOf(points, { limit: 50, nowMs: NOW })), { state: 'depleting', at: 64 })
  t.end()
})

t.test('it is worn out between the times that are told as often as is told', (t) => {
  let [hits, told] = [0, 0]
  for (let seed = 1; seed <= 300; seed += 1) {
    const points = uses(seed, 0.15)
    const { state, earliestMs, latestMs } = wearOf(points, { limit: 100, nowMs: NOW })
    if (state !== 'depleting') continue
    told += 1
    const atMs = NOW + ((100 - (points.at(-1)?.value ?? 0)) / 0.15) * DAY_MS
    if (atMs >= (earliestMs ?? 0) && atMs <= (latestMs ?? 0)) hits += 1
  }
  t.ok(told === 300 && hits / told > 0.93, `${hits} of ${told}`)
  t.end()
})
