import t from 'tap'
import {
  aggregatesOf,
  chosenOf,
  firstAggregate,
  measureOf,
  queryOfSpan,
  shortNames,
  spanOf,
  summaryOf,
  textOfChosen,
  type Chosen,
} from '../../dashboard/pages/metrics/asked.ts'
import { lineCount, linesWith } from '../../dashboard/pages/metrics/exposition.ts'

const chosen: Chosen[] = [
  { name: 'api_total_requests', labels: {}, aggregate: 'rate' },
  {
    name: 'storwarden_filesystem_used_ratio',
    labels: { mountpoint: '/srv/a;b', note: 'say "x", {y}\\' },
    aggregate: 'avg',
  },
]

t.test('the address says what is chosen, whatever stands in a label', (t) => {
  const text = textOfChosen(chosen)
  t.match(text, /^rate\(api_total_requests\);avg\(storwarden_filesystem_used_ratio\{mountpoint=/)
  t.strictSame(chosenOf(text), chosen)
  t.end()
})

t.test('what cannot be read of an address is left out', (t) => {
  t.strictSame(chosenOf(''), [])
  t.strictSame(chosenOf('rate(a);guess(b);avg(c)'), [{ name: 'a', labels: {}, aggregate: 'rate' }])
  t.strictSame(chosenOf('avg(a{b=c})'), [])
  t.strictSame(chosenOf('avg(a'), [])
  t.end()
})

t.test('the address says the time', (t) => {
  const from = new Date('2026-11-28T00:00:00Z')
  const to = new Date('2026-11-28T06:00:00Z')
  t.strictSame(spanOf({}), { seconds: 86_400 })
  t.strictSame(spanOf({ last: '3600' }), { seconds: 3600 })
  t.strictSame(spanOf({ last: 'x', from: 'x', to: 'y' }), { seconds: 86_400 })
  t.strictSame(spanOf({ from: to.toISOString(), to: from.toISOString() }), { seconds: 86_400 })
  t.strictSame(queryOfSpan({ from, to }), {
    ...{ last: undefined, from: '2026-11-28T00:00:00.000Z', to: '2026-11-28T06:00:00.000Z' },
  })
  t.strictSame(spanOf(queryOfSpan({ from, to }) as Record<string, string>), { from, to })
  t.end()
})

t.test('rates are of counters', (t) => {
  t.ok(aggregatesOf('counter').includes('rate'))
  t.notOk(aggregatesOf('gauge').includes('increase'))
  t.equal(firstAggregate('counter', 'storwarden_network_receive_bytes_total'), 'rate')
  t.equal(firstAggregate('gauge', 'system_load1'), 'avg')
  t.end()
})

t.test('a name says what its values are in', (t) => {
  const measured = (name: string, aggregate: Chosen['aggregate'] = 'avg') => {
    const { unit, perSecond, scale } = measureOf({ name, aggregate })
    return [unit, perSecond, scale]
  }
  t.strictSame(measured('storwarden_filesystem_used_ratio'), ['percent', false, 100])
  t.strictSame(measured('system_cpu_usage_percent'), ['percent', false, 1])
  t.strictSame(measured('storwarden_drive_written_bytes_total', 'rate'), ['bytes', true, 1])
  t.strictSame(measured('storwarden_backup_success_timestamp_seconds'), ['timestamp', false, 1])
  t.strictSame(measured('storwarden_array_sync_bytes_per_second'), ['bytes', true, 1])
  t.strictSame(measured('system_cpu_usage_percent', 'count'), ['number', false, 1])
  t.end()
})

t.test('series are called by what tells them apart', (t) => {
  const ratio = { name: 'storwarden_used_ratio', aggregate: 'avg' as const }
  const drawn = ['/a', '/b'].map((mount) => ({
    chosen: ratio,
    labels: { mount, type: 'xfs' },
  }))
  const cpu = { chosen: { name: 'cpu_percent', aggregate: 'avg' as const }, labels: {} }
  const most = { chosen: { ...cpu.chosen, aggregate: 'max' as const }, labels: {} }
  t.strictSame(shortNames(drawn), ['/a', '/b'])
  t.strictSame(shortNames(drawn.slice(0, 1)), ['used_ratio'])
  t.strictSame(shortNames([...drawn, cpu]), ['used_ratio /a', 'used_ratio /b', 'cpu_percent'])
  t.strictSame(shortNames([cpu, most]), ['avg(cpu_percent)', 'max(cpu_percent)'])
  t.end()
})

t.test('of nothing there is no least and no mean', (t) => {
  const points = [3, 1, 2].map((value, index) => [new Date(index), value] as const)
  t.strictSame(summaryOf(points), { last: 2, least: 1, mean: 2, most: 3 })
  t.strictSame(summaryOf([]), { last: null, least: null, mean: null, most: null })
  t.end()
})

t.test('the raw text is narrowed to the lines with all the words', (t) => {
  const text = '# HELP up Whether it is up.\nup 1\n\ndrive_up{serial="HU1"} 0\n'
  t.equal(lineCount(text), 3)
  t.equal(linesWith(text, '').length, 3)
  t.strictSame(linesWith(text, 'UP hu1'), ['drive_up{serial="HU1"} 0'])
  t.end()
})
