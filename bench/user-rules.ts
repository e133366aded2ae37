// What one evaluation of ten thousand rules times places costs, of rules that users wrote, with what fires firing
// already, as every half minute. The peer is as many rules written by hand, `a > 80` and no more, in the same engine.
import { evaluate, lastingAlerts, type ActiveAlerts } from '../src/alerts/evaluate.ts'
import type { Metric, MetricName, Metrics, Series } from '../src/history/metrics.ts'
import { Catalogue } from '../src/rules/expression/names.ts'
import type { Rule } from '../src/rules/rule.ts'
import { compileRule, type RuleDefinition } from '../src/rules/user-rule.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const METRICS = 200
const names = Array.from({ length: METRICS }, (_, index): MetricName => {
  return { name: `storwarden_bench_${index}`, help: '', type: 'gauge' }
})
const catalogue = new Catalogue(names)
const now = new Date('2026-11-21T00:00:30Z')
const nameOf = (rule: number) => `bench_${rule % METRICS}`

/** A rule in ten finds what it looks for everywhere, the others nowhere. */
const queries: Readonly<Record<string, (rule: number, limit: number) => string>> = {
  'a > 80': (rule, limit) => `${nameOf(rule)} > ${limit}`,
  'a > 80 and b / c > 0': (rule, limit) =>
    `${nameOf(rule)} > ${limit} and ${nameOf(rule + 1)} / ${nameOf(rule + 2)} > 0`,
  'max by (library) (a) > 80': (rule, limit) =>
    `max by (library) (${nameOf(rule)}{virtual!="true"}) > ${limit}`,
  'avg_over(a, 5m) > 80': (rule, limit) => `avg_over(${nameOf(rule)}, 5m) > ${limit}`,
}

const READ = {
  state: 'read',
  problems: [],
  coverage: 'all',
  takenAt: now,
  durationSeconds: 0,
} as const

const rows: Cell[][] = []
for (const query of Object.keys(queries)) {
  for (const places of [1, 100]) rows.push(await measure(query, places, 10))
}
rows.push(await measure('a > 80', 1, 1))
printTable(
  'Evaluating rules of users, one in ten of which fires; at last all of them do',
  ['query', 'rules', 'places', 'alerts', 'CPU ms', 'by hand', 'ratio'],
  rows,
)

async function measure(query: string, places: number, oneIn: number): Promise<Cell[]> {
  const limits = Array.from({ length: 10_000 / places }, (_, rule) =>
    rule % oneIn === 0 ? 50 : 1000,
  )
  const rules: Rule[] = []
  for (const [rule, limit] of limits.entries()) {
    rules.push(await compiled(`Rule ${rule}`, queries[query]?.(rule, limit) ?? ''))
  }
  const byHand = limits.map((limit, rule) => ruleByHand(`Rule ${rule}`, nameOf(rule), limit))
  const metrics = metricsOf(places)
  // Each time another moment, of which nothing is calculated yet.
  const snapshot = () => ({
    takenAt: now,
    readings: { metrics: { ...READ, value: { ...metrics } } },
  })
  const context = { now, newId: () => 'new' }
  const { changes } = evaluate(new Map(), rules, snapshot(), context)
  const alerts = lastingAlerts(new Map(), changes)
  const active: ActiveAlerts = new Map(alerts.map((alert) => [alert.fingerprint, alert]))
  const spent = await interleave([
    { name: 'rules', run: () => evaluate(active, rules, snapshot(), context) },
    { name: 'by hand', run: () => evaluate(active, byHand, snapshot(), context) },
  ])
  const ours = spent.get('rules')?.cpuMs ?? Number.NaN
  const peer = spent.get('by hand')?.cpuMs ?? Number.NaN
  const counts = [rules.length, places, active.size].map(String)
  return [query, ...counts, ours, peer, ratio(ours, peer)]
}

function metricsOf(places: number): Metrics {
  const metrics = new Map(
    names.map((name, seed): [string, Metric] => {
      const values = Array.from({ length: places }, (_, place) => ({
        labels: { serial: `DRV${place}`, library: `L${place % 4}`, virtual: 'false' },
        value: 60 + ((seed + place) % 40),
      }))
      return [name.name, { ...name, state: 'read', problems: [], unknown: [], values }]
    }),
  )
  const past = new Map(
    [...metrics].map(([name, { values }]): [string, Series[]] => [
      name,
      values.map(({ labels, value }) => ({
        labels,
        points: Array.from({ length: 31 }, (_, index) => ({
          atMs: now.getTime() - (30 - index) * 30_000,
          value,
        })),
      })),
    ]),
  )
  return {
    takenAt: now,
    get: (name) => metrics.get(name) ?? null,
    over: (name) => past.get(name) ?? null,
  }
}

async function compiled(name: string, query: string): Promise<Rule> {
  const definition: RuleDefinition = {
    ...{ name, description: '', action: '', query, thresholdValue: null, clearThreshold: null },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'warning', source: 'system' },
    ...{ labels: {}, enabled: true },
  }
  const { compiled: made, faults } = await compileRule(definition, catalogue)
  if (made === null) throw new Error(faults.map(({ message }) => message).join('; '))
  return made.rule
}

/** What somebody would write who wants nothing but this one condition. */
function ruleByHand(alert: string, name: string, limit: number): Rule {
  const rule: Rule<'metrics'> = {
    ...{ alert, name: alert, subject: 'metrics', severity: 'warning', source: 'system' },
    ...{ forSeconds: 0, description: '', action: '' },
    check: (metrics) =>
      (metrics.get(`storwarden_${name}`)?.values ?? [])
        .filter(({ value }) => value > limit)
        .map(({ labels, value }) => ({ labels, message: `${name} is ${value}` })),
  }
  return rule
}
