import t from 'tap'
import type { MdArray } from '../../src/collectors/md-arrays.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import type { System } from '../../src/collectors/system.ts'
import { families } from '../../src/exporter/metrics.ts'
import type { Family } from '../../src/exporter/family.ts'
import { metricNames, metricsOf, metricSources } from '../../src/history/samples.ts'
import { numbersOf } from '../../src/numbers.ts'
import type { Reading, Snapshot } from '../../src/snapshot.ts'
import { openAppliance } from '../support/appliance.ts'
import { noRequests } from '../support/idle.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'
import { openRecording } from '../support/recording.ts'

const sources = metricSources(families)

/** The metrics of a snapshot without a past. */
function metricsIn(snapshot: Snapshot) {
  return metricsOf(sources, snapshot, {
    numbers: () => numbersOf(snapshot, [], noRequests),
    over: () => null,
  })
}

const array = {
  name: 'md0',
  level: 'raid1',
  id: 'U1',
  syncProgress: null,
  syncBytesPerSecond: null,
}
const resync = {
  name: 'md1',
  level: 'raid1',
  id: 'U2',
  syncProgress: 0.5,
  syncBytesPerSecond: null,
}
const arrays = [array, resync] as MdArray[]
const scst = { targets: [], devices: [] } as unknown as Scst

t.test('a metric says of what was read, and of which place nothing is known', (t) => {
  const problems = [{ labels: { array: 'md2' }, error: 'no answer' }]
  const metrics = metricsIn(snapshotOf({ md_arrays: read(arrays, { problems }) }))
  t.strictSame(metrics.get('storwarden_array_sync_bytes_per_second'), {
    name: 'storwarden_array_sync_bytes_per_second',
    help: 'Speed of resync, recovery or check; no sample when idle.',
    type: 'gauge',
    state: 'partial',
    problems,
    values: [],
    unknown: [{ array: 'md1', level: 'raid1', uuid: 'U2' }],
  })
  t.strictSame(metrics.get('storwarden_array_sync_progress_ratio')?.values, [
    { labels: { array: 'md1', level: 'raid1', uuid: 'U2' }, value: 0.5 },
  ])
  t.equal(metrics.get('storwarden_array_of_pigs'), null)
  t.end()
})

t.test('what failed has no values, what is absent has none but counts 0', (t) => {
  const metrics = metricsIn(
    snapshotOf({ md_arrays: failed('no answer'), scst: absent(), scst_sessions: absent() }),
  )
  t.match(metrics.get('storwarden_array_size_bytes'), {
    state: 'failed',
    problems: [{ labels: {}, error: 'no answer' }],
    values: [],
    unknown: [],
  })
  t.match(metrics.get('storwarden_disk_size_bytes'), {
    state: 'failed',
    problems: [{ labels: {}, error: 'not read yet' }],
  })
  t.match(metrics.get('storwarden_scst_running'), { state: 'absent', problems: [], values: [] })
  t.strictSame(metrics.get('scst_total_sessions'), {
    name: 'scst_total_sessions',
    help: 'Sessions of all targets.',
    type: 'gauge',
    state: 'absent',
    problems: [],
    values: [{ labels: {}, value: 0 }],
    unknown: [],
  })
  t.end()
})

t.test('a number is as good as the worst of what it counts, and unknown where it is null', (t) => {
  const metrics = metricsIn(
    snapshotOf({ changers: read([]), tape_drives: failed(), scst: read(scst) }),
  )
  const told = ['vtl_total_slots', 'vtl_total_drives', 'scst_total_sessions', 'api_error_rate'].map(
    (name) => metrics.get(name),
  )
  t.strictSame(
    told.map((metric) => [metric?.state, metric?.values, metric?.unknown]),
    [
      ['read', [{ labels: {}, value: 0 }], []],
      ['failed', [], [{}]],
      ['failed', [], [{}]],
      ['read', [], [{}]],
    ],
  )
  t.end()
})

t.test('a metric was read when its subject was', (t) => {
  const takenAt = new Date('2026-11-20T20:59:50Z')
  const changers = { ...read([]), takenAt } as Reading<[]>
  const metrics = metricsIn(
    snapshotOf({
      changers,
      scst: { ...read(scst), takenAt } as Reading<Scst>,
      scst_sessions: absent(),
      md_arrays: failed(),
    }),
  )
  const times = ['tape_total_slots', 'scst_total_sessions', 'api_total_requests'].map((name) =>
    new Date(metrics.readAtMs(name) ?? 0).toISOString(),
  )
  t.strictSame(times, [
    '2026-11-20T20:59:50.000Z',
    '2026-11-20T21:00:00.000Z',
    '2026-11-20T21:00:00.000Z',
  ])
  t.equal(metrics.readAtMs('storwarden_array_disks'), null)
  t.equal(metrics.readAtMs('storwarden_disk_size_bytes'), null)
  t.end()
})

t.test('nothing is computed before it is asked for, nor twice', (t) => {
  let counted = 0
  let sampled = 0
  const family: Family = {
    ...{ name: 'storwarden_x', help: 'X.', type: 'gauge', subject: 'system' },
    samplesOf: () => {
      sampled += 1
      return [{ labels: {}, value: 1 }]
    },
    unknownOf: () => [],
  }
  const asked: unknown[] = []
  const snapshot = snapshotOf({ system: read({} as System) })
  const metrics = metricsOf(metricSources([family]), snapshot, {
    numbers: () => {
      counted += 1
      return numbersOf(snapshotOf({}), [], noRequests)
    },
    over: (name, seconds) => {
      asked.push([name, seconds])
      return name === 'storwarden_x' ? [] : null
    },
  })
  t.strictSame([counted, sampled], [0, 0])
  t.equal(metrics.get('storwarden_x'), metrics.get('storwarden_x'))
  t.strictSame([counted, sampled], [0, 1])
  metrics.get('system_load1')
  metrics.get('tasks_total')
  t.strictSame([counted, sampled], [1, 1])
  t.strictSame(
    [metrics.over('storwarden_x', 60), metrics.over('storwarden_x', 60), metrics.over('y', 60)],
    [[], [], null],
  )
  t.strictSame(asked, [
    ['storwarden_x', 60],
    ['y', 60],
  ])
  t.end()
})

t.test('of a recorded appliance every number and every exported sample is a metric', async (t) => {
  const now = new Date('2026-11-20T21:00:00Z')
  const { loop, monitor } = openAppliance(openRecording('01-steady'), () => now)
  await loop.collectAll()
  await monitor.evaluate()
  const snapshot = monitor.snapshot()
  const metrics = metricsIn(snapshot)
  const { timestamp, collectors, ...sections } = numbersOf(snapshot, [], noRequests)
  t.ok([timestamp, collectors])
  const numbers = Object.entries(sections).flatMap(([section, numbers]) =>
    Object.entries(numbers).map(
      ([key, value]) => [`${section}_${key}`, value as number | null] as const,
    ),
  )
  const exported = families.map(({ name, samplesOf }) => [name, samplesOf(snapshot)] as const)
  t.strictSame(
    metricNames(sources)
      .map(({ name }) => name)
      .sort(),
    [...exported, ...numbers].map(([name]) => name).sort(),
  )
  for (const [name, value] of numbers) {
    t.strictSame(
      metrics.get(name)?.values,
      value === null ? [] : [{ labels: {}, value }],
      `${name} is ${value}`,
    )
  }
  for (const [name, samples] of exported) t.strictSame(metrics.get(name)?.values, samples, name)
  const names = metricNames(sources)
  for (const { name, help } of names) t.match(help, /^[A-Z0-9u].*\.$/s, `${name} has a sentence`)
})
