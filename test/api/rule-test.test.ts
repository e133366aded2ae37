import t from 'tap'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { seriesFrom, storeSeries } from '../support/history.ts'
import { metricsOf } from '../support/metrics.ts'
import { read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('operator')

const RULES = '/api/v1/monitoring/rules'
const CPU = 'system_cpu_usage_percent'

const tried = async (body: object) => {
  const answer = await api.ask('POST', `${RULES}/test`, { token, body })
  return { status: answer.status, body: answer.body as Record<string, unknown> }
}

t.test('a rule is tried on now and on what is stored, without being kept', async (t) => {
  const from = api.clock.now.getTime() - 300_000
  await storeSeries(database, CPU, [seriesFrom({}, from, [70, 90, 90, 90, 70, 70, 90, 70, 70, 90])])
  const metrics = metricsOf({ [CPU]: { values: [[{}, 91]] } }, api.clock.now)
  api.show(snapshotOf({ metrics: read(metrics) }))
  const at = (seconds: number) => new Date(from + seconds * 1000).toISOString()
  const { status, body } = await tried({
    query: 'cpu_usage > 80',
    for_seconds: 60,
    labels: { team: 'storage' },
    since: at(0),
  })
  t.equal(status, 200)
  t.strictSame(body, {
    rule: {
      ...{ name: '', description: '', action: '', query: 'cpu_usage > 80', threshold_value: 80 },
      ...{ clear_threshold: null, for_seconds: 60, keep_firing_seconds: 0, severity: 'warning' },
      ...{ source: 'system', labels: { team: 'storage' }, enabled: true },
    },
    now: {
      at: api.clock.now.toISOString(),
      findings: [
        {
          labels: { team: 'storage' },
          message: 'cpu_usage is 91 % (above 80 %).',
          evidence: {
            ...{ query: 'cpu_usage > 80', threshold_value: 80 },
            ...{ values: { [CPU]: 91 }, metrics: [CPU] },
          },
          value: 91,
        },
      ],
      findings_total: 1,
      places: [{ labels: {}, value: 91, holds: true }],
      places_total: 1,
      undecided: [],
      undecided_total: 0,
      unread: [],
    },
    past: {
      since: at(0),
      until: at(300),
      step_seconds: 30,
      stored_since: at(0),
      periods: [
        {
          labels: { team: 'storage' },
          pending_at: at(30),
          fired_at: at(90),
          resolved_at: at(120),
        },
        { labels: { team: 'storage' }, pending_at: at(270), fired_at: null, resolved_at: null },
      ],
      periods_total: 2,
      too_short: 1,
      undecided_steps: 0,
    },
  })
  t.strictSame(await database.query('select * from rules'), [], 'nothing was kept')
  t.strictSame(await database.query('select * from alerts'), [])
})

t.test('the time that is looked back at has a begin before its end', async (t) => {
  const query = 'load1 > 1'
  const faults = async (time: object) => (await tried({ query, ...time })).body.errors
  t.strictSame(await faults({ since: '2026-11-20T22:00:00Z' }), [
    { path: '/body/since', message: 'must be before until, and not to come' },
  ])
  t.strictSame(await faults({ since: '2026-01-01T00:00:00Z' }), [
    { path: '/body/since', message: 'must be at most 92 days before until' },
  ])
  t.strictSame(await faults({ until: '0000-01-01T00:00:00Z', since: 'x' }), [
    { path: '/body/since', message: 'must match format "date-time"' },
    { path: '/body/until', message: 'must be a time since 1970, without leap seconds' },
  ])
  const { body } = await tried({ query, until: '2027-01-01T00:00:00Z' })
  t.match(body, { past: { until: api.clock.now.toISOString(), stored_since: null, periods: [] } })
})
