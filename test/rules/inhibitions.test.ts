import t from 'tap'
import { builtInRules } from '../../src/rules/index.ts'
import { inhibitions, type AlertPattern } from '../../src/rules/inhibitions.ts'

const rules = builtInRules()

const patterns = inhibitions.flatMap(({ by, mutes }) => [by, mutes])

/** The kinds of alerts of a rule that patterns tell from each other by labels, and all others: `TapeDriveTapeAlert {"flag":"20"}`. */
function kindsOf(rule: string): string[] {
  const narrow = patterns
    .filter(({ rules: names, labels }) => labels !== undefined && names.includes(rule))
    .map(({ labels }) => `${rule} ${JSON.stringify(labels)}`)
  return [...new Set(narrow), rule]
}

function nodesOf({ rules: names, labels }: AlertPattern): string[] {
  return names.flatMap((rule) =>
    labels === undefined ? kindsOf(rule) : [`${rule} ${JSON.stringify(labels)}`],
  )
}

const edges = [
  ...inhibitions.flatMap(({ by, mutes }) =>
    nodesOf(by).flatMap((from) => nodesOf(mutes).map((to) => ({ from, to }))),
  ),
  ...rules.flatMap(({ alert, inhibits }) =>
    inhibits === undefined ? [] : [{ from: alert, to: inhibits }],
  ),
]

t.test('nothing mutes itself, not even by way of others', (t) => {
  const cycles: string[][] = []
  const follow = (path: readonly string[]): void => {
    for (const { to } of edges.filter(({ from }) => from === path.at(-1))) {
      if (path.includes(to)) cycles.push([...path, to])
      else follow([...path, to])
    }
  }
  for (const from of new Set(edges.map((edge) => edge.from))) follow([from])
  t.strictSame(cycles, [])
  t.end()
})

t.test('only rules that there are mute and are muted', (t) => {
  const names = rules.map(({ alert }) => alert)
  t.strictSame(
    patterns.flatMap((pattern) => pattern.rules).filter((rule) => !names.includes(rule)),
    [],
  )
  t.end()
})
