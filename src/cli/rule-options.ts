import { readFile } from 'node:fs/promises'
import { UsageError } from '../arguments.ts'
import { sources } from './alert-list.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import { oneOf, type Options, type Values } from './command.ts'
import { meant } from './remote.ts'

/** Path of the rules. */
export const RULES = '/api/v1/monitoring/rules'

/** The severities, as a rule can have them. */
const severities = ['info', 'warning', 'critical'] as const

/** Options that say what a rule is. */
export const ruleOptions = {
  query: { type: 'string' },
  threshold: { type: 'string' },
  'clear-threshold': { type: 'string' },
  for: { type: 'string' },
  'keep-firing': { type: 'string' },
  severity: { type: 'string' },
  source: { type: 'string' },
  description: { type: 'string' },
  action: { type: 'string' },
  labels: { type: 'string' },
} as const satisfies Options

/** The help of `ruleOptions`. */
export const RULE_USAGE = `  --query TEXT            the condition, e.g. 'cpu_usage > 80'; docs/rules.md has the language
  --threshold NUMBER      what a query without a comparison is compared with, by >
  --clear-threshold NUMBER
                          an alert that fires is over at this value, not at the threshold
  --for TIME              how long it has to hold before it fires: 90s, 5m, 2h, 1d
  --keep-firing TIME      how long it fires on after it is gone
  --severity WORD         ${severities.join(', ')}; warning if not said
  --source WORD           ${sources.join(', ')};
                          that of the first metric if not said
  --description TEXT      why it matters
  --action TEXT           what to do
  --labels A=B,C=D        added to those of the places
`

/** What the daemon is told of a rule. */
export type GivenRule = Record<string, unknown>

/** The fields that options say. Throws UsageError. */
export function givenBy(values: Values<typeof ruleOptions>): GivenRule {
  const fields: GivenRule = {
    query: values.query,
    threshold_value: numberOf('threshold', values.threshold),
    clear_threshold: numberOf('clear-threshold', values['clear-threshold']),
    for_seconds: secondsOf('for', values.for),
    keep_firing_seconds: secondsOf('keep-firing', values['keep-firing']),
    severity: oneOf('severity', values.severity, severities),
    source: oneOf('source', values.source, sources),
    description: values.description,
    action: values.action,
    labels: labelsOf(values.labels),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** The rule in a file: JSON, as the daemon takes it. Throws UsageError. */
export async function readRule(file: string): Promise<GivenRule> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new UsageError([`${file}: ${(cause as Error).message}`], { cause })
  }
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // Told below, without the text of the file.
  }
  throw new UsageError([`${file}: must be a JSON object`])
}

/** The rule that is meant, by its name or as much of its begin as tells it from the others. */
export async function findRule(client: Client, wanted: string): Promise<Answer> {
  const listing = await client.get(RULES)
  return meant('rule', wanted, listing.objects('rules'), (rule) =>
    [rule.text('name'), rule.text('id')].filter((name) => name !== null),
  )
}

/** A rule that is there as it would be given. */
export function givenAs(rule: Answer): GivenRule {
  const members = rule.toJSON() as GivenRule
  return Object.fromEntries(FIELDS.map((field) => [field, members[field]]))
}

/** A rule whose thresholds are those of its query. */
export const THRESHOLDLESS = { threshold_value: null, clear_threshold: null }

const FIELDS = [
  ...['name', 'description', 'action', 'query', 'threshold_value', 'clear_threshold'],
  ...['for_seconds', 'keep_firing_seconds', 'severity', 'source', 'labels', 'enabled'],
]

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new UsageError([`--${option} ${text}: must be a number`])
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

function secondsOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, amount, unit = 's'] = /^(\d{1,9})([smhdw])?$/.exec(text) ?? []
  if (amount !== undefined) return Number(amount) * (SECONDS[unit] ?? 1)
  throw new UsageError([`--${option} ${text}: must be a time such as 90s, 5m, 2h or 1d`])
}

function labelsOf(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return undefined
  const pairs = text.split(',').map((pair) => {
    const [, name, value] = /^\s*(\w+)=(.*)$/.exec(pair) ?? []
    if (name === undefined || value === undefined) {
      throw new UsageError([`--labels ${text}: must be NAME=VALUE, with commas between several`])
    }
    return [name, value.trim()] as const
  })
  return Object.fromEntries(pairs)
}
