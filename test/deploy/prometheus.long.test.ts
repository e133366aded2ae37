import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { builtInRules, defaultThresholds } from '../../src/rules/index.ts'
import { severities, sources } from '../../src/rules/rule.ts'
import { compareQuery, exportedMetrics } from '../support/exported.ts'
import {
  deploy,
  readYaml,
  shippedRules,
  type AlertRule,
  type RecordingRule,
} from '../support/prometheus.ts'
import { lacks, run } from '../support/peer.ts'
import { readQuery } from '../support/promql.ts'

const folder = join(deploy, 'prometheus')
const tests = readdirSync(join(folder, 'tests')).map((name) => join(folder, 'tests', name))
const skip = lacks('promtool', '--version')

const rules = shippedRules().flatMap((group) => group.rules)
const alerts = rules.filter((rule): rule is AlertRule => 'alert' in rule)
const recorded = rules.filter((rule): rule is RecordingRule => 'record' in rule)
const builtIn = new Map(builtInRules().map((rule) => [rule.alert, rule]))

const FLAG_SEVERITY = '{{ $labels.severity }}'

/** What Prometheus has of itself, with its labels besides job and instance. */
const ofPrometheus: Readonly<Record<string, string[]>> = {
  up: [],
  ALERTS: ['alertname', 'alertstate', ...['library', 'serial', 'driver', 'target', 'uuid']],
}

t.test('promtool takes configuration and rules', { skip }, (t) => {
  t.match(run('promtool', ['check', 'config', join(folder, 'prometheus.yml')]), /SUCCESS/)
  t.match(run('promtool', ['check', 'rules', join(folder, 'storwarden.rules.yml')]), /SUCCESS/)
  t.end()
})

t.test('so it does when the token is asked for', { skip }, (t) => {
  const text = readFileSync(join(folder, 'prometheus.yml'), 'utf8')
  const file = join(t.testdir({ token: 'secret' }), 'token')
  const withToken = text
    .replace('    metrics_path: /metrics\n', '')
    .replace('- storwarden.rules.yml', `- ${join(folder, 'storwarden.rules.yml')}`)
    .replace(/# (metrics_path|authorization|  credentials_file):/g, '$1:')
    .replace('/etc/prometheus/storwarden.token', file)
  const config = join(t.testdirName, 'prometheus.yml')
  writeFileSync(config, withToken)
  t.match(readYaml(config), {
    scrape_configs: [
      {
        metrics_path: '/api/v1/monitoring/metrics/prometheus',
        authorization: { credentials_file: file },
      },
    ],
  })
  t.match(run('promtool', ['check', 'config', config]), /SUCCESS/)
  t.end()
})

for (const file of tests) {
  t.test(`the rules do what ${file.slice(folder.length + 1)} says`, { skip }, (t) => {
    t.match(run('promtool', ['test', 'rules', file]), /SUCCESS/)
    t.end()
  })
}

t.test('each alert is tested where it fires and where it does not yet, and while unknown', (t) => {
  const fires = new Set<string>()
  const silent = new Set<string>()
  const lasting = new Set<string>()
  for (const group of tests.flatMap((file) => (readYaml(file) as TestFile).tests)) {
    for (const { alertname, exp_alerts: expected } of group.alert_rule_test ?? []) {
      ;(expected.length > 0 ? fires : silent).add(alertname)
    }
    for (const { exp_samples: expected } of group.promql_expr_test ?? []) {
      for (const { labels } of expected) lasting.add(/"(\w+)"/.exec(labels)?.[1] ?? labels)
    }
  }
  const names = alerts.map(({ alert }) => alert).sort()
  t.strictSame([...fires].sort(), names)
  t.strictSame([...silent].sort(), names)
  const held = alerts.filter(({ expr }) => expr.includes('last_over_time')).map(nameOf)
  t.strictSame(
    held.filter((name) => !lasting.has(name)),
    ['TargetMissing', 'ArrayMissing'],
    'which like the others that miss something have a test of their own',
  )
  t.ok(alerts.length >= 25)
  t.end()
})

t.test('what rules ask for is exported, under these labels and of this type', async (t) => {
  const exported = await exportedMetrics()
  const others = {
    ...ofPrometheus,
    ...Object.fromEntries(recorded.map(({ record }) => [record, null])),
  }
  for (const rule of rules) {
    const { faults, labels } = compareQuery(rule.expr, exported, others)
    t.strictSame(faults, [], nameOf(rule))
    t.strictSame(
      labelsInTemplates(rule).filter((label) => !labels.has(label)),
      [],
      `labels of ${nameOf(rule)}`,
    )
  }
})

t.test('what has no sample any more is not over before its collector has read all', async (t) => {
  const exported = await exportedMetrics()
  // What the daemon itself remembers has samples whenever it answers.
  const kept = [
    'cartridges',
    'tape_alerts',
    'channels',
    'tasks',
    'incidents',
    'collectors',
    'consistency',
    'backups',
    'certificates',
    'database',
    'fleet',
  ]
  for (const { alert, expr } of alerts) {
    const { selectors } = readQuery(expr)
    const complete = selectors
      .filter(({ metric }) => metric === 'storwarden_collector_complete')
      .flatMap(({ matchers }) => matchers.map(({ value }) => value))
    for (const { metric, call, range } of selectors) {
      const subject = exported.get(metric)?.subject ?? null
      if (subject === null || kept.includes(subject)) continue
      // What grew or shrank over a span of time lasts for as long as the span.
      if (range !== null && call !== 'last_over_time') continue
      if (alert === 'StorageFillsUp') continue
      t.ok(complete.includes(subject), `${alert}: ${subject} for ${metric}`)
    }
  }
})

t.test('what a built-in rule is called is the same condition', (t) => {
  const thresholds: Record<string, number> = {
    StorageCapacityWarning: defaultThresholds.capacityWarningPercent / 100,
    StorageCapacityCritical: defaultThresholds.capacityCriticalPercent / 100,
    FileSystemInodesLow: defaultThresholds.inodesFreePercent / 100,
    ThinPoolDataFull: defaultThresholds.thinPoolWarningPercent / 100,
    ThinPoolDataFullCritical: defaultThresholds.thinPoolCriticalPercent / 100,
    ThinPoolMetadataFull: defaultThresholds.thinPoolWarningPercent / 100,
    ThinPoolMetadataFullCritical: defaultThresholds.thinPoolCriticalPercent / 100,
    VolumeGroupNearlyFull: defaultThresholds.volumeGroupPercent / 100,
    TapeDriveRetriesHigh: defaultThresholds.tapeRetriesPerGigabyte,
    TapeDriveCleaningDue: defaultThresholds.tapeCleaningHours,
    CartridgeLifeLow: defaultThresholds.cartridgeLifeWarningPercent / 100,
    CartridgeLifeCritical: defaultThresholds.cartridgeLifeCriticalPercent / 100,
  }
  for (const { alert, expr, labels } of alerts) {
    const rule = builtIn.get(alert)
    if (rule === undefined) continue
    // The severity of a TapeAlert flag comes with it.
    t.equal(labels.severity, alert.endsWith('TapeAlert') ? FLAG_SEVERITY : rule.severity, alert)
    const { source = '' } = labels
    t.ok(source === rule.source || source.includes(`}}${rule.source}{{`), alert)
    const threshold = thresholds[alert]
    if (threshold === undefined) continue
    const drawn = [...expr.matchAll(/(?:<|>|<=) ([\d.]+)/g)].map(([, number]) => Number(number))
    t.ok(drawn.includes(threshold), `${alert} at ${threshold}`)
  }
  t.end()
})

t.test('each alert says how grave it is, where it belongs, what is wrong and what to do', (t) => {
  const pages = readFileSync(join(folder, 'runbooks.md'), 'utf8')
  const headings = [...pages.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  const here: string[] = []
  const missing: string[] = []
  for (const { alert, labels, annotations } of alerts) {
    t.ok([...severities, FLAG_SEVERITY].includes(labels.severity ?? ''), alert)
    const source = labels.source?.replace(/^.*\}\}(\w+)\{\{ end \}\}$/, '$1')
    t.ok((sources as readonly string[]).includes(source ?? ''), `${alert}: ${source}`)
    t.strictSame(Object.keys(annotations), ['summary', 'description', 'runbook_url'], alert)
    t.match(annotations.description, /\.$/, alert)
    // Without any appliance there is none to name.
    if (alert !== 'StorwardenNotScraped') {
      t.match(annotations.summary, '{{ $labels.instance }}', alert)
    }
    const page = annotations.runbook_url ?? ''
    if (builtIn.has(alert)) {
      t.equal(page, `http://{{ $labels.instance }}/runbooks/${alert}`)
      if (!existsSync(join(deploy, `../docs/runbooks/${alert}.md`))) missing.push(alert)
    } else {
      t.equal(page, `deploy/prometheus/runbooks.md#${alert.toLowerCase()}`)
      here.push(alert)
    }
  }
  t.strictSame(headings, here, 'pages in the order of the rules')
  t.strictSame(missing, [], 'each page is there')
  t.end()
})

interface TestFile {
  tests: {
    alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[]
    promql_expr_test?: { exp_samples: { labels: string }[] }[]
  }[]
}

function nameOf(rule: AlertRule | RecordingRule): string {
  return 'alert' in rule ? rule.alert : rule.record
}

function labelsInTemplates(rule: AlertRule | RecordingRule): string[] {
  if (!('alert' in rule)) return []
  const texts = [...Object.values(rule.annotations), ...Object.values(rule.labels)]
  return texts.flatMap((text) =>
    [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? ''),
  )
}
