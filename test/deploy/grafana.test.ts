import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { packageRoot } from '../../src/package.ts'
import { compareQuery, exportedMetrics } from '../support/exported.ts'
import {
  dashboardText,
  drawnPanels,
  whenAllIsChosen,
  type Dashboard,
  type Panel,
} from '../support/grafana.ts'
import { lacks, run } from '../support/peer.ts'
import { deploy, readYaml } from '../support/prometheus.ts'
import { readQuery } from '../support/promql.ts'

const text = dashboardText()
const dashboard = JSON.parse(text) as Dashboard
const drawn = drawnPanels(dashboard)
const targets = drawn.flatMap(({ row, panel }) =>
  (panel.targets ?? []).map((target) => ({ where: `${row}: ${panel.title}`, ...target })),
)
const datasource = { type: 'prometheus', uid: '${datasource}' }

t.test('the dashboard is that of the families that are exported', (t) => {
  const script = join(packageRoot, 'scripts/grafana.mjs')
  const wanted = execFileSync(process.execPath, [script, '--print'], {
    encoding: 'utf8',
    maxBuffer: 1e7,
  })
  t.equal(text, wanted, 'npm run build && node scripts/grafana.mjs writes it anew')
  t.end()
})

t.test('it has rows for everything, and is looked at anew every five seconds', (t) => {
  t.match(dashboard, { uid: 'storwarden', refresh: '5s', schemaVersion: 39 })
  t.ok(dashboard.timepicker.refresh_intervals.includes('5s'))
  const rows = dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)
  t.strictSame(
    rows.filter((title) => !title.endsWith('in detail')),
    [
      ...['Overview', 'Alerts', 'Libraries', 'Drives', 'Cartridges', 'SCST', 'Storage', 'System'],
      ...['The daemon itself', 'Operations', 'Notifications', 'Fleet'],
    ],
  )
  t.ok(drawn.length >= 11)
  t.strictSame(
    dashboard.templating.list.map(({ name, type }) => `${name} ${type}`),
    ['datasource datasource', 'instance query', 'library query', 'target query'],
  )
  t.end()
})

t.test('panels are of types that Grafana has, each with an id, a text and a place', (t) => {
  const ids = [...dashboard.panels, ...dashboard.panels.flatMap(({ panels }) => panels ?? [])].map(
    ({ id }) => id,
  )
  t.strictSame(ids, [...new Set(ids)])
  const types = ['timeseries', 'stat', 'table', 'bargauge', 'state-timeline']
  for (const { row, panel } of drawn) {
    t.ok(types.includes(panel.type), panel.type)
    t.ok(panel.description, `${row}: ${panel.title} says what it shows`)
  }
  for (const panels of [
    dashboard.panels,
    ...dashboard.panels.flatMap(({ panels }) => (panels === undefined ? [] : [panels])),
  ]) {
    t.strictSame(overlapping(panels), [])
    t.ok(panels.every(({ gridPos: { x, w } }) => x >= 0 && x + w <= 24))
  }
  for (const { id, gridPos, panels = [] } of dashboard.panels) {
    t.ok(
      panels.every((panel) => panel.gridPos.y > gridPos.y),
      `what row ${id} holds is below it`,
    )
  }
  t.end()
})

t.test('every query asks the data source that is chosen', (t) => {
  for (const { row, panel } of drawn) {
    t.strictSame(panel.datasource, datasource, panel.title)
    const references = (panel.targets ?? []).map(({ refId }) => refId)
    t.strictSame(references, [...new Set(references)], `${row}: ${panel.title}`)
  }
  for (const target of targets) {
    t.strictSame(target.datasource, datasource, target.where)
    t.notSame(target.range, target.instant, target.where)
  }
  t.end()
})

t.test('what is not known is a gap, and unknown', (t) => {
  for (const { row, panel } of drawn) {
    const { noValue, custom } = panel.fieldConfig?.defaults ?? {}
    t.equal(noValue, 'unknown', `${row}: ${panel.title}`)
    t.not(custom?.spanNulls, true, panel.title)
  }
  t.notMatch(text, /vector\(|absent\(|or on\(/)
  // Alerts have no sample where there are none: those of an appliance that answers are 0.
  t.strictSame(
    targets.filter(({ expr }) => expr.includes(' or ')).map(({ where }) => where),
    ['Overview: Critical alerts', 'Overview: Warnings'],
  )
  t.end()
})

t.test('queries ask for what is exported, and everything that is exported is drawn', async (t) => {
  const exported = await exportedMetrics()
  const asked = new Set<string>()
  for (const { where, expr, legendFormat, instant } of targets) {
    const chosen = whenAllIsChosen(expr)
    t.notMatch(chosen, /\$/, where)
    const others = { up: [], ALERTS: ['alertname', 'alertstate', 'severity'] }
    const { faults, labels } = compareQuery(chosen, exported, others, { totals: instant })
    // Of what this version never has a sample no label is known.
    const declared = readQuery(chosen).selectors.every(
      ({ metric }) => exported.get(metric)?.labels.size === 0,
    )
    t.strictSame(declared ? [] : faults, [], where)
    for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
      t.ok(declared || labels.has(label), `${where}: ${label} of ${expr}`)
    }
    for (const { metric } of readQuery(chosen).selectors) {
      asked.add(metric.replace(/_(bucket|count|sum)$/, ''))
      asked.add(metric)
    }
  }
  const names = [...exported.keys()].filter(
    (name) => name.startsWith('storwarden_') && !/_(bucket|count|sum)$/.test(name),
  )
  t.strictSame(
    names.filter((name) => !asked.has(name)),
    [],
  )
})

t.test('promtool takes every query', { skip: lacks('promtool', '--version') }, (t) => {
  const rules = targets.map(({ expr }, index) => ({
    record: `dashboard:query:${index}`,
    expr: whenAllIsChosen(expr),
  }))
  const file = join(t.testdir({}), 'rules.yml')
  writeFileSync(file, stringify({ groups: [{ name: 'dashboard', rules }] }))
  t.match(run('promtool', ['check', 'rules', file]), `${rules.length} rules found`)
  t.end()
})

t.test('provisioning names the data source and the place of the dashboard', (t) => {
  const folder = join(deploy, 'grafana/provisioning')
  t.match(readYaml(join(folder, 'datasources/storwarden.yml')), {
    apiVersion: 1,
    datasources: [{ type: 'prometheus', url: /^http/, jsonData: { timeInterval: '15s' } }],
  })
  t.match(readYaml(join(folder, 'dashboards/storwarden.yml')), {
    apiVersion: 1,
    providers: [{ name: 'storwarden', type: 'file', options: { path: /^\// } }],
  })
  t.match(readYaml(join(deploy, 'prometheus/prometheus.yml')), {
    global: { scrape_interval: '15s', scrape_timeout: '5s' },
  })
  t.end()
})

function overlapping(panels: readonly Panel[]): string[] {
  return panels.flatMap((one, index) =>
    panels
      .slice(index + 1)
      .filter((other) => overlap(one.gridPos, other.gridPos))
      .map((other) => `${one.title} and ${other.title}`),
  )
}

function overlap(one: Panel['gridPos'], other: Panel['gridPos']): boolean {
  return (
    one.x < other.x + other.w &&
    other.x < one.x + one.w &&
    one.y < other.y + other.h &&
    other.y < one.y + one.h
  )
}
