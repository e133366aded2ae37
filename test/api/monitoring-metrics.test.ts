import t from 'tap'
import { DatabaseUnavailableError } from '../../src/db/database.ts'
import { expose, formatFor } from '../../src/exporter/exposition.ts'
import { startTestApi } from '../support/api.ts'
import { storeSamples } from '../support/api-samples.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t), {
  metrics: {
    async render(accept, more = []) {
      const up = { name: 'storwarden_up', help: 'Up.', type: 'gauge', values: [] }
      return { contentType: 'text/plain', body: expose([up, ...more], formatFor(accept)) }
    },
    json: async () => [],
  },
})
t.teardown(() => api.stop())
await storeSamples(database, api.clock.now)
const viewer = await api.session('viewer')
const scrape = async (headers: Record<string, string> = {}) => {
  const path = '/api/v1/monitoring/metrics/prometheus'
  const { status, body } = await api.ask('GET', path, { token: viewer, headers })
  return { status, text: String(body) }
}
const HEADER = ['# HELP storwarden_up Up.', '# TYPE storwarden_up gauge']
const counted = (events: number) => [
  '# HELP monitoring_total_events Events that were ever stored.',
  '# TYPE monitoring_total_events counter',
  `monitoring_total_events ${events}`,
  '# HELP monitoring_active_alerts Alerts that fire and are not muted.',
  '# TYPE monitoring_active_alerts gauge',
  'monitoring_active_alerts 1',
  '',
]

t.test('what monitoring counts stands beside the metrics, with help and type', async (t) => {
  t.strictSame(await scrape(), { status: 200, text: [...HEADER, ...counted(1)].join('\n') })
})

t.test('events that are forgotten are still counted', async (t) => {
  await database.query('delete from events')
  await database.query('delete from event_days')
  t.strictSame((await scrape()).text.split('\n').slice(2), counted(1))
})

t.test(
  'in OpenMetrics, whose counters end in _total, the name stays and the type is unknown',
  async (t) => {
    const { text } = await scrape({ accept: 'application/openmetrics-text' })
    t.match(text.split('\n'), [
      ...HEADER,
      /HELP/,
      ...['# TYPE monitoring_total_events unknown', 'monitoring_total_events 1'],
    ])
  },
)

t.test('while the database is away the rest is answered', async (t) => {
  api.db.of = /event_days|from alerts/
  api.db.failure = new DatabaseUnavailableError('away')
  t.strictSame(await scrape(), { status: 200, text: [...HEADER, ''].join('\n') })
  api.db.failure = null
})
