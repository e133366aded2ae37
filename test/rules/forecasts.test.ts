import t from 'tap'
import type { Forecast } from '../../src/history/forecast.ts'
import type { ForecastKind, Forecasts, ObjectForecast } from '../../src/history/forecasts.ts'
import { capacityUsedUpSoon } from '../../src/rules/forecasts.ts'

const NOW = new Date('2026-11-20T21:00:00Z')
const DAY_MS = 86_400_000

function one(
  days: { at: number | null; to: number | null },
  more: Partial<ObjectForecast> & { state?: Forecast['state'] } = {},
): ObjectForecast {
  const ms = (count: number | null) => (count === null ? null : NOW.getTime() + count * DAY_MS)
  const { state = 'depleting', ...rest } = more
  return {
    ...{
      kind: 'filesystem',
      object: '/srv/backup',
      unit: 'bytes',
      used: 2 ** 40,
      capacity: 2 ** 41,
    },
    forecast: {
      ...{ state, reason: null, perDay: 2 ** 37, days: 60 },
      ...{ usedUpAtMs: ms(days.at), earliestMs: ms(days.at), latestMs: ms(days.to) },
    },
    ...rest,
  }
}

const of = (...forecasts: ObjectForecast[]): Forecasts => ({ computedAt: NOW, forecasts })
const found = (value: Forecasts) => capacityUsedUpSoon.check(value).map(({ labels }) => labels)
const lingering = (value: Forecasts) => capacityUsedUpSoon.lingers?.(value).length

t.test('it is said when it is expected within a week, and as good as sure within two', (t) => {
  const place = { kind: 'filesystem', object: '/srv/backup' }
  t.strictSame(found(of(one({ at: 6.9, to: 13.9 }))), [place])
  t.strictSame(found(of(one({ at: 7.1, to: 7.2 }))), [])
  t.strictSame(found(of(one({ at: 3, to: 14.1 }))), [], 'it may as well last for longer')
  t.strictSame(
    found(of(one({ at: 0, to: 0 }, { state: 'used_up' }))),
    [place],
    'also when it came true',
  )
  t.strictSame(found(of(one({ at: null, to: null }, { state: 'no_trend' }))), [])
  t.end()
})

t.test('it does not come and go about its thresholds', (t) => {
  t.equal(lingering(of(one({ at: 8.9, to: 27.9 }))), 1)
  t.equal(lingering(of(one({ at: 9.1, to: 10 }))), 0)
  t.equal(lingering(of(one({ at: 5, to: 28.1 }))), 0)
  t.end()
})

t.test('what is not known keeps its alert as it is', (t) => {
  const unknown = one({ at: null, to: null }, { state: 'unknown' })
  t.strictSame(capacityUsedUpSoon.undecided?.(of(unknown)), [
    { kind: 'filesystem', object: '/srv/backup' },
  ])
  t.strictSame(capacityUsedUpSoon.undecided?.({ computedAt: null, forecasts: [] }), [{}])
  t.end()
})

t.test('the message says how much, when, and between when', (t) => {
  t.match(capacityUsedUpSoon.check(of(one({ at: 5, to: 9 }))), [
    {
      source: 'storage',
      message:
        'file system /srv/backup: 1.0 TiB of 2.0 TiB used, used up about 2026-11-25 ' +
        '(between 2026-11-25 and 2026-11-29 with 95 %).',
      evidence: { used_bytes: 2 ** 40, used_per_day_bytes: 2 ** 37, history_day_count: 60 },
    },
  ])
  const cleaning = {
    ...{ kind: 'cleaning_cartridge' as ForecastKind, object: 'CLNU01L1', unit: 'loads' as const },
    ...{ used: 50, capacity: 50, state: 'used_up' as const },
  }
  t.match(capacityUsedUpSoon.check(of(one({ at: 0, to: 0 }, cleaning))), [
    {
      source: 'tape',
      message: 'uses of cleaning cartridge CLNU01L1: 50 of 50 used, nothing is left.',
    },
  ])
  t.end()
})
