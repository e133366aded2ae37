import t from 'tap'
import { calculatedNumbers } from '../../../src/rules/expression/calculated.ts'
import { Catalogue } from '../../../src/rules/expression/names.ts'
import { metricsOf, rangesOfQuery, readQuery } from '../../../src/rules/expression/query.ts'
import { exported, exportedNames } from '../../support/metrics.ts'

const faults = async (query: string) =>
  (await readQuery(query, exported)).faults.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  )
const metrics = async (query: string) => {
  const { query: read, faults } = await readQuery(query, exported)
  return read === null ? faults.map(({ message }) => message) : metricsOf(read)
}

t.test('a metric has its full name and shorter ones', async (t) => {
  const names: [string, string][] = [
    ['storwarden_tape_drive_temperature_celsius', 'storwarden_tape_drive_temperature_celsius'],
    ['tape_drive_temperature_celsius', 'storwarden_tape_drive_temperature_celsius'],
    ['drive_temperature_celsius', 'storwarden_tape_drive_temperature_celsius'],
    ['drive_temperature', 'storwarden_tape_drive_temperature_celsius'],
    ['drive_rewrites', 'storwarden_tape_drive_rewrites_total'],
    ['system_cpu_usage_percent', 'system_cpu_usage_percent'],
    ['system.cpu_usage_percent', 'system_cpu_usage_percent'],
    ['cpu_usage_percent', 'system_cpu_usage_percent'],
    ['cpu_usage', 'system_cpu_usage_percent'],
    ['scst.total_luns', 'scst_total_luns'],
    // Both are named so without a prefix or a unit; the one whose full name it is has it.
    ['system_uptime_seconds', 'system_uptime_seconds'],
    ['system_uptime', 'system_uptime_seconds'],
    ['load1', 'system_load1'],
    ['loaded_tapes', 'vtl_loaded_tapes'],
    ['library_slots', 'storwarden_library_slots'],
  ]
  for (const [name, full] of names) t.strictSame(await metrics(`${name} > 1`), [full], name)
})

t.test('what operators speak of is calculated from metrics', async (t) => {
  t.strictSame(
    await metrics('drive_hours_since_cleaning > 200 and drive_rewrites_per_gigabyte > 3'),
    [
      'storwarden_tape_drive_motion_since_cleaning_seconds',
      'storwarden_tape_drive_rewrites_total',
      'storwarden_tape_drive_medium_written_bytes_total',
    ],
  )
  for (const { name, query, metrics: from } of calculatedNumbers) {
    t.notOk(
      exportedNames.some((metric) => metric.name === name),
      `${name} is no metric`,
    )
    t.strictSame(await metrics(`${query} > 1`), from, name)
    t.strictSame(await metrics(`${name}{virtual!="true"} > 1`), from, name)
  }
  const none = new Catalogue([{ name: 'system_load1', help: '', type: 'gauge' }])
  t.equal(none.find('drive_hours_since_cleaning').kind, 'unknown', 'without its metrics it is none')
})

t.test('a name of several is told with all of them', async (t) => {
  t.strictSame(await faults('total_drives > 3'), [
    '1:1 total_drives may be tape_total_drives or vtl_total_drives',
  ])
  t.strictSame(await faults('filesystem_used > 3'), [
    '1:1 filesystem_used may be storwarden_filesystem_used_bytes or storwarden_filesystem_used_ratio',
  ])
})

t.test('a name of none is told with those that are near', async (t) => {
  const all: [string, string][] = [
    ['cpu_usge', '; is it cpu_usage or system_cpus?'],
    ['drive_temprature', '; is it drive_temperature or drive_temperature_limit or active_drives?'],
    [
      'hours_since_cleaning',
      '; is it drive_hours_since_cleaning or drive_motion_since_cleaning or drive_moved_since_cleaning?',
    ],
    ['quux', ''],
  ]
  for (const [name, near] of all) {
    t.strictSame(await faults(`${name} > 3`), [`1:1 there is no metric ${name}${near}`])
  }
})

t.test('every fault is told at once', async (t) => {
  const all: [string, string[]][] = [
    ['1 > 0', ['1:1 names no metric: it says the same for ever']],
    ['time() > 3', ['1:1 names no metric: it says the same for ever']],
    [
      'load1 and not load5 or 3',
      [
        '1:1 "and" needs a condition; this is a number: compare it with something',
        '1:15 there is no metric load5; is it load1 or system_load5?',
        '1:24 "or" needs a condition; this is a number: compare it with something',
      ],
    ],
    [
      '(load1 > 3) + 1 > -(load1 < 2)',
      [
        '1:1 "+" needs a number; this is true or false',
        '1:20 "-" needs a number; this is true or false',
      ],
    ],
    [
      'load1{a.b="1", c=~"(", d!~"*", e=~"ok"} > 1',
      [
        '1:7 a.b is no name of a label',
        '1:16 missing closing ): `(`',
        '1:24 missing argument to repetition operator: `*`',
      ],
    ],
    ['drive_hours_since_cleaning{serial=~"["} > 1', ['1:28 missing closing ]: `[`']],
    [
      'avgover(load1, 5m) > quux and foo() > 1',
      [
        '1:1 there is no function avgover; is it avg_over?',
        '1:22 there is no metric quux',
        '1:31 there is no function foo; there are sum, min, max, avg, count, avg_over, min_over, max_over, rate, increase, delta, predict_linear, abs, round, floor, ceil, time',
      ],
    ],
    [
      'max(load1, 2) + abs() + time(1) + sum() > 1',
      [
        '1:1 it is max(x), or with by (labels)',
        '1:17 it is abs(x)',
        '1:25 it is time()',
        '1:35 it is sum(x), or with by (labels)',
      ],
    ],
    ['max by (a.b) (load1) > 1', ['1:9 a.b is no name of a label']],
    ['abs by (a) (load1) > 1', ['1:9 "by" is for sum, min, max, avg, count']],
    [
      'avg_over(load1) + predict_linear(load1, 5m) > 1',
      [
        '1:1 it is avg_over(metric, duration)',
        '1:19 it is predict_linear(metric, duration, how far ahead)',
      ],
    ],
    [
      'avg_over(load1 + 1, 5m) + avg_over(drive_hours_since_cleaning, 5m) > 1',
      [
        '1:10 avg_over needs a metric: only of metrics the past is stored',
        '1:36 avg_over needs a metric: drive_hours_since_cleaning is calculated from storwarden_tape_drive_motion_since_cleaning_seconds',
      ],
    ],
    [
      'rate(load1, 5m) + increase(load1, 5m) + delta(drive_loads, 1d) > 1',
      [
        '1:6 rate is for what counts up, and system_load1 goes up and down: use delta',
        '1:28 increase is for what counts up, and system_load1 goes up and down: use delta',
        '1:47 storwarden_tape_drive_loads_total counts up, and from 0 again after a reset: use increase',
      ],
    ],
    [
      'avg_over(load1, 8d) + avg_over(load1, 1GB) + avg_over(load1, load1) + avg_over(load1, 0) > 1',
      [
        '1:17 a duration is more than nothing here, and at most 7 days',
        '1:39 this has to be a duration, such as 5m, 6h or 1d',
        '1:62 this has to be a duration, such as 5m, 6h or 1d',
        '1:87 a duration is more than nothing here, and at most 7 days',
      ],
    ],
    ['load1 > 1 / 0', ['1:9 this is no number']],
    [
      'cpu_usge > 1 and',
      [
        '1:1 there is no metric cpu_usge; is it cpu_usage or system_cpus?',
        '1:17 expected a number, a name or "(", found the end',
      ],
    ],
  ]
  for (const [query, told] of all) t.strictSame(await faults(query), told, query)
})

t.test('units have to go together', async (t) => {
  const all: [string, string[]][] = [
    ['cpu_usage > 80% and filesystem_used_ratio >= 95%', []],
    ['filesystem_used_bytes / filesystem_size_bytes > 80%', []],
    ['filesystem_available_bytes < 500GB', []],
    ['filesystem_available_bytes < 500', []],
    ['filesystem_used_bytes > 80%', ['1:25 80 % of what? What it stands beside is in bytes']],
    ['uptime < 500GB', ['1:1 seconds and bytes do not go together']],
    ['drive_hours_since_cleaning > 8d', ['1:1 hours and seconds do not go together']],
    ['cpu_usage - filesystem_used_ratio > 1', ['1:1 percent and ratio do not go together']],
    ['time() - drive_health_read_timestamp > 1d', []],
    [
      'rate(system_cpu_seconds[1m]) > 1',
      [
        '1:24 "[" means nothing here',
        '1:25 expected ")", found "1m"',
        '1:27 "]" means nothing here',
      ],
    ],
  ]
  for (const [query, told] of all) t.strictSame(await faults(query), told, query)
})

t.test('a query says how much of the past it needs', async (t) => {
  const { query } = await readQuery(
    'avg_over(load1, 5m) > max_over(load1{a="b"}, 1h) or increase(drive_rewrites, 1d) > load1',
    exported,
  )
  t.strictSame(query && [...rangesOfQuery(query)], [
    ['system_load1', 3600 + 600],
    ['storwarden_tape_drive_rewrites_total', 86_400 + 600],
  ])
})

t.test('a query full of faults is told the first of them, in little time', async (t) => {
  const query = Array.from({ length: 200 }, (_, index) => `unknown_metric_${index}`).join('+')
  const cpu = process.cpuUsage()
  t.equal((await faults(query)).length, 20)
  t.ok(process.cpuUsage(cpu).user < 3_000_000)
})
