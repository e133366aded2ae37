import t from 'tap'
import { none } from '../../src/history/forecast.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('viewer')
const ask = (query = '') => api.ask('GET', `/api/v1/monitoring/forecasts${query}`, { token })

t.test('before the first time nothing is known, and that is said', async (t) => {
  t.match(await ask(), { status: 200, body: { computed_at: null, forecasts: [] } })
})

t.test(
  'what is used up first comes first, what has no time last and with its reason',
  async (t) => {
    const at = (day: number) => Date.UTC(2026, 11, day)
    const depleting = (day: number) => ({
      ...{ state: 'depleting' as const, reason: null, perDay: 2, days: 60 },
      ...{ usedUpAtMs: at(day), earliestMs: at(day - 1), latestMs: at(day + 1) },
    })
    const of = { unit: 'bytes' as const, used: 5, capacity: 10 }
    const computedAt = new Date('2026-11-20T20:30:00Z')
    api.show(
      snapshotOf({
        forecasts: read({
          computedAt,
          forecasts: [
            {
              ...of,
              kind: 'filesystem',
              object: '/c',
              forecast: none('no_trend', 60, 'it does not clearly grow'),
            },
            { ...of, kind: 'filesystem', object: '/b', forecast: depleting(9) },
            { ...of, kind: 'thin_pool_data', object: 'vg/pool', forecast: depleting(5) },
          ],
        }),
      }),
    )
    const { status, body } = await ask()
    const times = { used_per_day: 2, history_days: 60, state: 'depleting', reason: null }
    t.strictSame(
      { status, body },
      {
        status: 200,
        body: {
          computed_at: '2026-11-20T20:30:00.000Z',
          forecasts: [
            {
              ...{ kind: 'thin_pool_data', object: 'vg/pool', ...of, ...times },
              used_up_at: '2026-12-05T00:00:00.000Z',
              earliest_at: '2026-12-04T00:00:00.000Z',
              latest_at: '2026-12-06T00:00:00.000Z',
            },
            {
              ...{ kind: 'filesystem', object: '/b', ...of, ...times },
              used_up_at: '2026-12-09T00:00:00.000Z',
              earliest_at: '2026-12-08T00:00:00.000Z',
              latest_at: '2026-12-10T00:00:00.000Z',
            },
            {
              ...{ kind: 'filesystem', object: '/c', ...of, state: 'no_trend', history_days: 60 },
              ...{ reason: 'it does not clearly grow', used_per_day: null },
              ...{ used_up_at: null, earliest_at: null, latest_at: null },
            },
          ],
        },
      },
    )
    t.match((await ask('?kind=thin_pool_data')).body, { forecasts: [{ object: 'vg/pool' }] })
    t.match(await ask('?kind=tape'), { status: 400 })
  },
)
