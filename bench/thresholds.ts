// What one evaluation of 10,000 rules times places costs: rules of users with a threshold each, beside every built-in
// rule, on numbers that were read anew. The peer is Prometheus with the same thresholds on the same series: what it takes
// more than another Prometheus that scrapes the same at the same time and has no rules.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { stringify } from 'yaml'
import { evaluate, lastingAlerts, byFingerprint } from '../src/alerts/evaluate.ts'
import { expose } from '../src/exporter/exposition.ts'
import { familiesOf, type Family, type FamilyGroup } from '../src/exporter/family.ts'
import { metricNames, metricsOf, metricSources } from '../src/history/samples.ts'
import { Catalogue } from '../src/rules/expression/names.ts'
import { builtInRules } from '../src/rules/index.ts'
import type { Rule } from '../src/rules/rule.ts'
import { compileRule, type RuleDefinition } from '../src/rules/user-rule.ts'
import type { Snapshot } from '../src/snapshot.ts'
import { snapshotOf } from './support/appliance.ts'
import { interleave } from './support/measure.ts'
import { findProgram, serve, type Served } from './support/programs.ts'
import { cpuSecondsOf } from './support/process.ts'
import { serveText } from './support/scrapes.ts'
import { goal, printTable, ratio, type Cell } from './support/table.ts'

const PAIRS = 10_000
/** Prometheus evaluates every second, for so long. */
const SECONDS = 10
/** Of every reading. */
const ABOUT = {
  problems: [],
  coverage: 'all',
  durationSeconds: 0,
  takenAt: new Date('2026-11-21T00:00:00Z'),
} as const
/** What a threshold is for a rule that fires everywhere, and for one that does nowhere. */
const LIMITS = { fires: 50, rests: 1000 } as const

interface Case {
  name: string
  rules: number
  metrics: number
  /** One rule in so many fires at each of its places. */
  oneIn: number
}

const CASES: readonly Case[] = [
  { name: '100 rules at 100 places, none fires', rules: 100, metrics: 100, oneIn: Infinity },
  { name: '100 rules at 100 places, one in ten fires', rules: 100, metrics: 100, oneIn: 10 },
  { name: '10,000 rules at a place, one in ten fires', rules: 10_000, metrics: 200, oneIn: 10 },
]

interface Place {
  serial: string
  library: string
  numbers: readonly number[]
}

type Incidents = NonNullable<Snapshot['readings']['incidents']>

// No built-in rule is about it.
const group: FamilyGroup<'incidents', Place> = {
  subject: 'incidents',
  prefix: 'storwarden_bench',
  items: (value) => value as unknown as Place[],
  labels: ({ serial, library }) => ({ serial, library, virtual: 'false' }),
}

const steady = await snapshotOf('01-steady')
const rows: Cell[][] = []
for (const one of CASES) {
  const row = await measure(one)
  if (row !== null) rows.push(row)
}
printTable(
  `Evaluating ${PAIRS} rules x places and ${builtInRules().length} built-in rules, CPU ms`,
  ['', 'alerts', 'ours', 'Prometheus', 'ratio', 'goal'],
  rows,
)

async function measure({ name, rules, metrics, oneIn }: Case): Promise<Cell[] | null> {
  const families = familiesFor(metrics)
  const limits = Array.from({ length: rules }, (_, rule) => ({
    name: `Rule${rule}`,
    query: `storwarden_bench_${rule % metrics} > ${rule % oneIn === 0 ? LIMITS.fires : LIMITS.rests}`,
  }))
  const state = stateOf(metrics, PAIRS / rules)
  const peer = await ofPrometheus(families, state, limits)
  if (peer === null) return null
  const { run, alerts } = await ofOurs(families, state, limits)
  const ours = (await interleave([{ name: 'ours', run }])).get('ours')?.cpuMs ?? Number.NaN
  return [name, String(alerts), ours, peer, ratio(ours, peer), goal(ours, peer, 1)]
}

async function ofOurs(
  families: readonly Family[],
  state: Snapshot,
  limits: readonly { name: string; query: string }[],
) {
  const sources = metricSources(families)
  const catalogue = new Catalogue(metricNames(sources))
  const rules: Rule[] = [...builtInRules()]
  for (const limit of limits) rules.push(await compiled(limit, catalogue))
  const now = new Date('2026-11-21T00:00:30Z')
  const context = { now, newId: () => 'new' }
  const beat = () => {
    const snapshot = { takenAt: now, readings: { ...steady.readings, ...readAnew(state).readings } }
    const value = metricsOf(sources, snapshot, { numbers: notAsked, over: () => null })
    const metrics = { ...ABOUT, state: 'read', value } as const
    return { ...snapshot, readings: { ...snapshot.readings, metrics } }
  }
  const { changes } = evaluate(new Map(), rules, beat(), context)
  const active = byFingerprint(lastingAlerts(new Map(), changes))
  return { run: () => evaluate(active, rules, beat(), context), alerts: active.size }
}

async function compiled(
  { name, query }: { name: string; query: string },
  catalogue: Catalogue,
): Promise<Rule> {
  const definition: RuleDefinition = {
    ...{ name, description: '', action: '', query, thresholdValue: null, clearThreshold: null },
    ...{ forSeconds: 0, keepFiringSeconds: 0, severity: 'warning', source: 'system' },
    ...{ labels: {}, enabled: true },
  }
  const { compiled: made, faults } = await compileRule(definition, catalogue)
  if (made === null) throw new Error(faults.map(({ message }) => message).join('; '))
  return made.rule
}

/** CPU ms of an evaluation; null where there is no Prometheus. */
async function ofPrometheus(
  families: readonly Family[],
  state: Snapshot,
  limits: readonly { name: string; query: string }[],
): Promise<number | null> {
  const exposed = families.map(({ name, help, type, samplesOf }) => {
    return { name, help, type, values: samplesOf(state) }
  })
  const text = expose(exposed, 'prometheus')
  const target = await serveText(() => text)
  const folder = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
  const rules = limits.map(({ name, query }) => ({ alert: name, expr: query }))
  const without = await startPrometheus(join(folder, 'without'), target.url, [])
  const having = without && (await startPrometheus(join(folder, 'with'), target.url, rules))
  if (without === null || having === null) return null
  try {
    // Until both have scraped, and the alerts are known.
    await pause(4_000)
    const before = [cpuSecondsOf(having.pid), cpuSecondsOf(without.pid), await evaluations(having)]
    await pause(SECONDS * 1000)
    const after = [cpuSecondsOf(having.pid), cpuSecondsOf(without.pid), await evaluations(having)]
    const [more = 0, rest = 0, times = 0] = after.map(
      (value, index) => value - (before[index] ?? 0),
    )
    return ((more - rest) * 1000) / times
  } finally {
    await Promise.all([having.end(), without.end(), target.stop()])
    rmSync(folder, { recursive: true })
  }
}

async function startPrometheus(
  folder: string,
  target: string,
  rules: readonly object[],
): Promise<Served | null> {
  mkdirSync(folder)
  const targets = [{ targets: [new URL(target).host] }]
  const config = {
    global: { scrape_interval: '3s', evaluation_interval: '1s' },
    scrape_configs: [{ job_name: 'bench', static_configs: targets }],
    rule_files: [join(folder, 'rules.yml')],
  }
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config))
  writeFileSync(join(folder, 'rules.yml'), stringify({ groups: [{ name: 'bench', rules }] }))
  const program = findProgram('prometheus')
  if (program === null) return null
  return await serve(
    (port) => [
      ...[program, `--config.file=${join(folder, 'prometheus.yml')}`],
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    '/-/ready',
  )
}

/** How often it has evaluated its rules. */
async function evaluations({ url }: Served): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^prometheus_rule_group_iterations_total\{.*\} (\S+)$/m.exec(text)?.[1])
}

function familiesFor(metrics: number): Family[] {
  const columns = Array.from({ length: metrics }, (_, column) => {
    return [`${column}`, ['gauge' as const, 'Made up.', ({ numbers }: Place) => numbers[column]]]
  })
  return familiesOf(
    group,
    Object.fromEntries(columns) as Parameters<typeof familiesOf<'incidents', Place>>[1],
  )
}

function stateOf(metrics: number, count: number): Snapshot {
  const places = Array.from({ length: count }, (_, place): Place => ({
    ...{ serial: `DRV${place}`, library: `L${place % 4}` },
    numbers: Array.from({ length: metrics }, (_, metric) => 60 + ((metric + place) % 40)),
  }))
  const incidents = { ...ABOUT, state: 'read', value: places } as unknown as Incidents
  return { takenAt: ABOUT.takenAt, readings: { incidents } }
}

/** The same, as if it had been asked again. */
function readAnew({ takenAt, readings }: Snapshot): Snapshot {
  const again = Object.entries(readings).map(([subject, reading]) => [subject, { ...reading }])
  return { takenAt, readings: Object.fromEntries(again) as Snapshot['readings'] }
}

function notAsked(): never {
  throw new Error('no rule asks for it')
}
