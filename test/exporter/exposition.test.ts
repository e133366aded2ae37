import assert from 'node:assert/strict'
import fc from 'fast-check'
import { Gauge, Registry } from 'prom-client'
import t from 'tap'
import { Exposition, expose, formatFor, type ExposedFamily } from '../../src/exporter/exposition.ts'
import { channelFamilies } from '../../src/exporter/channels.ts'
import { Exporter, families } from '../../src/exporter/metrics.ts'
import type { SelfMetrics } from '../../src/exporter/self.ts'
import type { ChannelHealth } from '../../src/notify/channel-health.ts'
import type { Reading } from '../../src/snapshot.ts'
import { channelOf, down, fine } from '../support/channels.ts'
import { failed, read, snapshotOf } from '../support/readings.ts'

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

const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', '\\', '\n', '{', '}', ',', '=', ' ', 'é', '磁', '😀') }),
  fc.string({ unit: 'grapheme' }),
)
const difficult = fc.oneof(
  fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1e21, 1e-7, 2 ** 53, 5e-324, 0.1 + 0.2),
  fc.double(),
  fc.integer(),
)

const samples = fc.uniqueArray(
  fc.record({ of: hostile, part: fc.constantFrom('a', 'b'), value: difficult }),
  { selector: ({ of, part }) => `${of} ${part}`, maxLength: 6 },
)

/** Families over time: they and their places come and go, and values change or do not. */
const scrapes = fc.array(
  fc.uniqueArray(fc.record({ of: fc.constantFrom('a', 'b', 'c'), samples }), {
    selector: ({ of }) => of,
  }),
  { minLength: 2, maxLength: 6 },
)

/** What prom-client writes, but for its lines between families, and its word for what is no number. */
async function byPromClient(families: readonly ExposedFamily[]): Promise<string> {
  const registry = new Registry()
  for (const { name, help, values } of families) {
    const gauge = new Gauge({ name, help, labelNames: ['of', 'part'], registers: [registry] })
    for (const { labels, value } of values) gauge.set(labels, value)
  }
  const text = await registry.metrics()
  if (families.length === 0) return ''
  return text.replaceAll('\n\n', '\n').replaceAll(/ Nan$/gm, ' NaN')
}

t.test('whatever changes between scrapes, the text is that of prom-client', async () => {
  const property = fc.asyncProperty(scrapes, async (all) => {
    const plain = new Exposition('prometheus')
    const open = new Exposition('openmetrics')
    for (const scrape of all) {
      const families = scrape.map(({ of, samples }) => ({
        ...{ name: `storwarden_${of}`, help: 'It "is" \\ so\nhere.', type: 'gauge' },
        values: samples.map(({ value, ...labels }) => ({ labels, value })),
      }))
      const theirs = await byPromClient(families)
      assert.equal(plain.text(families), theirs)
      assert.equal(plain.text(families), theirs)
      assert.equal(open.text(families), `${theirs}# EOF\n`)
    }
  })
  await fc.assert(property, { numRuns: 200 })
})

t.test('what has another name, other labels or another order is written anew', (t) => {
  const exposition = new Exposition('prometheus')
  const written = [
    [{ metricName: 'x_sum', labels: { a: '1' }, value: 1 }],
    [{ metricName: 'x_count', labels: { a: '1' }, value: 1 }],
    [{ labels: { a: '1', b: '2' }, value: 1 }],
    [{ labels: { b: '2', a: '1' }, value: 1 }],
    [],
    [{ labels: { b: '2' }, value: 1 }],
  ].map((values) => exposition.text([{ name: 'x', help: 'X.', type: 'gauge', values }]))
  t.strictSame(
    written.map((text) => text.split('\n').slice(2, -1)),
    [
      ['x_sum{a="1"} 1'],
      ['x_count{a="1"} 1'],
      ['x{a="1",b="2"} 1'],
      ['x{b="2",a="1"} 1'],
      [],
      ['x{b="2"} 1'],
    ],
  )
  t.end()
})

t.test('samples are made once for a reading; labels stay the same objects', (t) => {
  const samplesOf = (reading: Reading<readonly ChannelHealth[]>) =>
    channelFamilies.flatMap(({ name, samplesOf }) =>
      name.endsWith('_waiting') ? [samplesOf(snapshotOf({ channels: reading }))] : [],
    )[0] ?? []
  const first = read([fine, down])
  const before = samplesOf(first)
  const after = samplesOf(read([{ ...fine, waiting: 3 }, down, channelOf('syslog')]))
  t.equal(samplesOf(first), before)
  t.strictSame(after, [
    { labels: { channel: 'email' }, value: 3 },
    { labels: { channel: 'webhook' }, value: 12 },
    { labels: { channel: 'syslog' }, value: 0 },
  ])
  t.equal(after[0]?.labels, before[0]?.labels)
  t.equal(after[1]?.labels, before[1]?.labels)
  t.strictSame(samplesOf(failed()), [])
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
