import t from 'tap'
import { expose, formatFor, type ExposedFamily } from '../../src/exporter/exposition.ts'
import { Exporter, families } from '../../src/exporter/metrics.ts'
import type { SelfMetrics } from '../../src/exporter/self.ts'

const written: ExposedFamily[] = [
  {
    name: 'storwarden_reads_total',
    help: 'Reads\nof "all" \\ disks.',
    type: 'counter',
    values: [{ labels: { disk: 'a"b\\c\nd' }, value: 3 }],
  },
  { name: 'storwarden_idle', help: 'Nothing.', type: 'gauge', values: [] },
]

t.test('the text of Prometheus escapes what has to be escaped', (t) => {
  t.equal(
    expose(written, 'prometheus'),
    [
      '# HELP storwarden_reads_total Reads\\nof "all" \\\\ disks.',
      '# TYPE storwarden_reads_total counter',
      'storwarden_reads_total{disk="a\\"b\\\\c\\nd"} 3',
      '# HELP storwarden_idle Nothing.',
      '# TYPE storwarden_idle gauge',
      '',
    ].join('\n'),
  )
  t.end()
})

t.test('OpenMetrics names a counter without _total, its samples with it, and ends', (t) => {
  const text = expose(written, 'openmetrics')
  t.match(text, '# TYPE storwarden_reads counter\nstorwarden_reads_total{')
  t.ok(text.endsWith('# EOF\n'))
  t.end()
})

t.test('numbers that are not finite have words', (t) => {
  const values = [NaN, Infinity, -Infinity].map((value) => ({ labels: {}, value }))
  const text = expose([{ name: 'storwarden_x', help: 'X.', type: 'gauge', values }], 'prometheus')
  t.strictSame(text.split('\n').slice(2, 5), [
    'storwarden_x NaN',
    'storwarden_x +Inf',
    'storwarden_x -Inf',
  ])
  t.end()
})

t.test('the Accept header chooses the format', (t) => {
  t.equal(formatFor(undefined), 'prometheus')
  t.equal(formatFor('*/*'), 'prometheus')
  t.equal(formatFor('application/openmetrics-text;version=1.0.0,text/plain;q=0.5'), 'openmetrics')
  t.end()
})

const UNITS =
  /_(bytes|seconds|ratio|celsius|rpm|volts|amperes|watts|sectors|bits_per_second|bytes_per_second)$/

t.test('every family of the hardware is named once, by the rules of Prometheus', (t) => {
  const names = families.map(({ name }) => name)
  t.strictSame(names, [...new Set(names)])
  for (const { name, type, help } of families) {
    t.match(name, /^storwarden_[a-z0-9_]+$/)
    t.equal(type === 'counter', name.endsWith('_total'), `${name} is a ${type}`)
    t.match(help, /^[A-Zu].*\.$/s, `${name} has a sentence for help`)
    t.notMatch(name, /(percent|_ms|_kb|milli)/, `${name} is in base units`)
    if (/[Bb]ytes|[Ss]ize of/.test(help) && !help.includes('Whether')) {
      t.match(name.replace(/_total$/, ''), UNITS, `${name} has its unit in its name`)
    }
  }
  t.end()
})

t.test('what has no value is left out', async (t) => {
  const values = [NaN, 0, 1].map((value) => ({ labels: { of: `${value}` }, value }))
  const lag = { name: 'nodejs_eventloop_lag_mean_seconds', help: 'Lag.', type: 'gauge', values }
  const exporter = new Exporter({
    snapshot: () => ({ takenAt: new Date(0), readings: {} }),
    alerts: () => [],
    self: { families: () => Promise.resolve([lag]) } as unknown as SelfMetrics,
  })
  const { body } = await exporter.text('prometheus')
  t.match(
    body,
    'nodejs_eventloop_lag_mean_seconds{of="0"} 0\nnodejs_eventloop_lag_mean_seconds{of="1"} 1',
  )
  t.notMatch(body, 'NaN')
})
