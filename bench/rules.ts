// What one evaluation of every built-in rule costs, with the alerts that the snapshot leads to firing
// already, as every half minute. The peer writes the same snapshot as JSON once.
import { evaluate } from '../src/alerts/evaluate.ts'
import { builtInRules } from '../src/rules/index.ts'
import { alertsOf, MEASURED, snapshotOf } from './support/appliance.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const rules = builtInRules()
const rows: Cell[][] = []
for (const name of MEASURED) rows.push(await measure(name))
printTable(
  `Evaluating ${rules.length} rules`,
  ['recording', 'active alerts', 'CPU ms', 'JSON.stringify', 'ratio'],
  rows,
)

async function measure(name: string): Promise<Cell[]> {
  const snapshot = await snapshotOf(name)
  const active = alertsOf(snapshot)
  const context = { now: new Date('2026-11-21T00:00:30Z'), newId: () => 'new' }
  const spent = await interleave([
    { name: 'rules', run: () => evaluate(active, rules, snapshot, context) },
    { name: 'json', run: () => JSON.stringify(snapshot) },
  ])
  const ours = spent.get('rules')?.cpuMs ?? Number.NaN
  const peer = spent.get('json')?.cpuMs ?? Number.NaN
  return [name, String(active.size), ours, peer, ratio(ours, peer)]
}
