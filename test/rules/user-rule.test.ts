import t from 'tap'
import { evaluate, lastingAlerts, type ActiveAlerts } from '../../src/alerts/evaluate.ts'
import type { Labels } from '../../src/history/metrics.ts'
import {
  brokenRule,
  compileRule,
  sourceOfMetrics,
  type RuleDefinition,
} from '../../src/rules/user-rule.ts'
import { exported, metricsOf, takenAt, type GivenMetric } from '../support/metrics.ts'
import { read, snapshotOf } from '../support/readings.ts'
import { compiledRule, definitionOf } from '../support/user-rules.ts'

const CPU = 'system_cpu_usage_percent'
const cpu = (value: number) => metricsOf({ [CPU]: { values: [[{}, value]] } })

const faults = async (given: Partial<RuleDefinition>) =>
  (await compileRule(definitionOf(given), exported)).faults.map(
    ({ field, message, at }) => `${field}${at === null ? '' : ` ${at.column}`}: ${message}`,
  )

t.test('a finding says what was measured, where, and against what', async (t) => {
  const { rule } = await compiledRule({
    query: 'drive_hours_since_cleaning > 200 and drive_rewrites_per_gigabyte > 3',
    labels: { team: 'storage', serial: 'not this one' },
  })
  const drive = (serial: string) => ({ serial, device: '', library: 'L1', virtual: 'false' })
  const metrics = metricsOf({
    storwarden_tape_drive_motion_since_cleaning_seconds: {
      values: [
        [drive('D1'), 250 * 3600],
        [drive('D2'), 100 * 3600],
      ],
    },
    storwarden_tape_drive_rewrites_total: {
      values: [
        [drive('D1'), 84],
        [drive('D2'), 84],
      ],
    },
    storwarden_tape_drive_medium_written_bytes_total: {
      values: [
        [drive('D1'), 20e9],
        [drive('D2'), 20e9],
      ],
    },
  })
  t.strictSame(rule.check(metrics), [
    {
      labels: { team: 'storage', serial: 'D1', library: 'L1', virtual: 'false' },
      message:
        'serial D1, library L1, virtual false: drive_hours_since_cleaning is 250 hours (above 200 hours) ' +
        'and drive_rewrites_per_gigabyte is 4.2 retries a gigabyte (above 3 retries a gigabyte).',
      evidence: {
        query: 'drive_hours_since_cleaning > 200 and drive_rewrites_per_gigabyte > 3',
        values: {
          drive_hours_since_cleaning: 250,
          storwarden_tape_drive_motion_since_cleaning_seconds: 900_000,
          drive_rewrites_per_gigabyte: 4.2,
          storwarden_tape_drive_rewrites_total: 84,
          storwarden_tape_drive_medium_written_bytes_total: 20e9,
        },
        metrics: [
          'storwarden_tape_drive_motion_since_cleaning_seconds',
          'storwarden_tape_drive_rewrites_total',
          'storwarden_tape_drive_medium_written_bytes_total',
        ],
      },
    },
  ])
  t.strictSame(rule.undecided?.(metrics), [])
  t.notOk('lingers' in rule)
})

t.test('the threshold comes from the query or from beside it', async (t) => {
  const threshold = async (given: Partial<RuleDefinition>) => {
    const { rule, definition } = await compiledRule(given)
    return [definition.thresholdValue, [79, 80, 81].map((value) => rule.check(cpu(value)).length)]
  }
  t.strictSame(await threshold({ query: 'cpu_usage > 80' }), [80, [0, 0, 1]])
  t.strictSame(await threshold({ query: '80% <= cpu_usage' }), [80, [0, 1, 1]])
  t.strictSame(await threshold({ query: 'cpu_usage > 4 * 20', thresholdValue: 80 }), [
    80,
    [0, 0, 1],
  ])
  t.strictSame(await threshold({ query: 'cpu_usage', thresholdValue: 80 }), [80, [0, 0, 1]])
  t.strictSame(await threshold({ query: 'cpu_usage > 80 and cpu_usage < 99' }), [null, [0, 0, 1]])
  const { rule } = await compiledRule({
    query: 'cpu_usage',
    thresholdValue: 80,
    clearThreshold: 75,
  })
  t.strictSame(rule.check(cpu(81)), [
    {
      labels: {},
      message: 'cpu_usage is 81 % (above 80 %).',
      evidence: {
        ...{ query: 'cpu_usage', threshold_value: 80, clear_threshold: 75 },
        ...{ values: { [CPU]: 81 }, metrics: [CPU] },
      },
    },
  ])
  t.strictSame(
    [74, 75, 76, 90].map((value) => rule.lingers?.(cpu(value)).map(({ message }) => message)),
    [
      [],
      [],
      ['cpu_usage is 76 % (above 75 %). The alert lasts for as long as that is so.'],
      ['cpu_usage is 90 % (above 75 %). The alert lasts for as long as that is so.'],
    ],
  )
})

t.test('every fault of the thresholds is told', async (t) => {
  const all: [Partial<RuleDefinition>, string[]][] = [
    [
      { query: 'cpu_usage' },
      ['thresholdValue: is missing: the query is a number, and compares with none'],
    ],
    [
      { query: 'cpu_usage > 80', thresholdValue: 90 },
      ['thresholdValue: is not what the query compares with, 80'],
    ],
    [
      { query: 'cpu_usage > 80 and load1 > 3', thresholdValue: 80, clearThreshold: 70 },
      ['thresholdValue: is for a query that compares with one number'],
    ],
    [
      { query: 'cpu_usage > load1', clearThreshold: 70 },
      ['clearThreshold: is for a query that compares with one number, by >, >=, < or <='],
    ],
    [
      { query: 'cpu_usage == 80', clearThreshold: 70 },
      ['clearThreshold: is for a query that compares with one number, by >, >=, < or <='],
    ],
    [
      { query: 'cpu_usage > 80', clearThreshold: 81 },
      ['clearThreshold: has to be 80 or less: the query is about what is above'],
    ],
    [
      { query: '80 > cpu_usage', clearThreshold: 79 },
      ['clearThreshold: has to be 80 or more: the query is about what is below'],
    ],
    [{ query: 'cpu_usage < 80', clearThreshold: 85 }, []],
    [{ query: 'cpu_usage >= 80', clearThreshold: 80 }, []],
    [
      { query: 'cpu_usge > 80 and', clearThreshold: 85 },
      [
        'query 1: there is no metric cpu_usge; is it cpu_usage or system_cpus?',
        'query 18: expected a number, a name or "(", found the end',
      ],
    ],
  ]
  for (const [given, told] of all) t.strictSame(await faults(given), told, JSON.stringify(given))
})

t.test('an alert belongs where its first metric does', (t) => {
  const all: [string, string][] = [
    ['system_cpu_usage_percent', 'system'],
    ['storwarden_tape_drive_loaded', 'tape'],
    ['storwarden_library_slots', 'tape'],
    ['storwarden_cartridge_loads_total', 'tape'],
    ['vtl_total_tapes', 'vtl'],
    ['storwarden_scst_target_sessions', 'scst'],
    ['storage_usage_percent', 'storage'],
    ['storwarden_filesystem_used_ratio', 'storage'],
    ['tasks_failed', 'task'],
    ['storwarden_collector_success', 'storwarden'],
    ['nodejs_heap_size_used_bytes', 'storwarden'],
  ]
  t.strictSame(
    all.map(([metric]) => [metric, sourceOfMetrics([metric])]),
    all,
  )
  t.equal(sourceOfMetrics([]), 'storwarden')
  t.end()
})

/** What becomes of the alerts of a rule, moment after moment, half a minute apart. */
function follow(
  rule: ReturnType<typeof brokenRule>,
  moments: readonly Readonly<Record<string, GivenMetric>>[],
) {
  let active: ActiveAlerts = new Map()
  let ids = 0
  return moments.map((given, index) => {
    const now = new Date(takenAt.getTime() + index * 30_000)
    const snapshot = snapshotOf({ metrics: read(metricsOf(given, now)) })
    const { changes, errors } = evaluate(active, [rule], snapshot, {
      now,
      newId: () => String(++ids),
    })
    if (errors.length > 0) throw new AggregateError(errors.map(({ error }) => error))
    const lasting = lastingAlerts(active, changes)
    active = new Map(lasting.map((alert) => [alert.fingerprint, alert]))
    return lasting.map(({ resource, state }) => `${resource} ${state}`).sort()
  })
}

const LOADED = 'storwarden_tape_drive_temperature_celsius'
const drive = (serial: string): Labels => ({ serial, library: 'L1' })

t.test('an alert stays while it is not known whether its condition holds', async (t) => {
  const { rule } = await compiledRule({ query: 'drive_temperature > 60' })
  const hot = { [LOADED]: { values: [[drive('1'), 61] as const, [drive('2'), 61] as const] } }
  const both = ['1/L1 firing', '2/L1 firing']
  t.strictSame(
    follow(rule, [
      hot,
      // The whole subject failed, one library did not answer, one drive does not tell its temperature.
      { [LOADED]: { state: 'failed' } },
      { [LOADED]: { state: 'partial', problems: [{ labels: { library: 'L1' }, error: 'gone' }] } },
      { [LOADED]: { values: [[drive('2'), 50]], unknown: [drive('1')] } },
      // Nothing is collected yet.
      {},
      { [LOADED]: { values: [[drive('1'), 50]] } },
    ]),
    [both, both, both, ['1/L1 firing'], ['1/L1 firing'], []],
  )
  t.strictSame(
    follow(rule, [hot, { [LOADED]: { state: 'absent' } }]),
    [both, []],
    'what is absent is over',
  )
})

t.test('a rule that can be evaluated no more leaves its alerts as they are', async (t) => {
  const { rule } = await compiledRule({ name: 'Hot', query: 'drive_temperature > 60' })
  const hot = { [LOADED]: { values: [[drive('1'), 61] as const] } }
  let active: ActiveAlerts = new Map()
  for (const each of [rule, brokenRule(definitionOf({ name: 'Hot' }))]) {
    const snapshot = snapshotOf({ metrics: read(metricsOf(hot)) })
    const { changes } = evaluate(active, [each], snapshot, { now: takenAt, newId: () => '1' })
    active = new Map(lastingAlerts(active, changes).map((alert) => [alert.fingerprint, alert]))
  }
  t.equal(active.size, 1)
})
