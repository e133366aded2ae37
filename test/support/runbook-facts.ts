import { configuredRules } from '../../src/applied-config.ts'
import { collectors } from '../../src/collectors/index.ts'
import type { Config } from '../../src/config/schema.ts'
import { settings } from '../../src/config/settings.ts'
import { loadConfig } from '../../src/config/load.ts'
import { remedies, type Remedy } from '../../src/healing/remedies.ts'
import { inhibitions, type AlertPattern } from '../../src/rules/inhibitions.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { brokenAppliance, findingsOf, type BrokenValues } from './broken-appliance.ts'

/** The rules as they are by default, and what a page has to say of each. */
export interface RunbookFacts {
  rules: readonly Rule[]
  /** The table of facts of each rule, in Markdown, by the name of the rule. */
  tables: ReadonlyMap<string, string>
  /** The settings that a rule goes by, by its name. */
  thresholds: ReadonlyMap<string, readonly string[]>
  /** The list of pages, in Markdown. */
  index: string
}

/** Draws from the rules what their pages say of them. */
export async function runbookFacts(): Promise<RunbookFacts> {
  const [config, broken] = await Promise.all([
    loadConfig({ file: null, env: {} }),
    brokenAppliance(),
  ])
  const rules = configuredRules(config)
  const thresholds = thresholdsOf(config, rules, broken)
  const tables = new Map(
    rules.map((rule) => [
      rule.alert,
      tableOf(rule, {
        ...followsOf(rule, rules),
        labels: labelsOf(rule, broken),
        thresholds: thresholds.get(rule.alert) ?? [],
      }),
    ]),
  )
  return { rules, tables, thresholds, index: indexOf(rules) }
}

const THRESHOLDS = 'monitoring.thresholds.'
/** By how much an alert has to be on the good side of its threshold to be over. */
const MARGIN = `${THRESHOLDS}clear_margin_percent`
/** More than any of what is measured can change by. */
const FAR = 1000

/** Which settings change what a rule finds, or what it goes on with. */
function thresholdsOf(
  config: Config,
  rules: readonly Rule[],
  broken: BrokenValues,
): Map<string, string[]> {
  const before = new Map(rules.map((rule) => [rule.alert, told(rule, broken)]))
  const found = new Map<string, string[]>()
  for (const key of Object.keys(config.monitoring.thresholds)) {
    const { monitoring } = config
    const value = monitoring.thresholds[key as keyof typeof monitoring.thresholds]
    const changed = {
      ...config,
      monitoring: { ...monitoring, thresholds: { ...monitoring.thresholds, [key]: value - FAR } },
    }
    for (const rule of configuredRules(changed)) {
      if (told(rule, broken) === before.get(rule.alert)) continue
      const paths = found.get(rule.alert) ?? []
      found.set(rule.alert, [...paths, THRESHOLDS + key])
    }
  }
  return found
}

function told(rule: Rule, broken: BrokenValues): string {
  const values: readonly unknown[] = broken[rule.subject] ?? []
  const going = values.map((value) => rule.lingers?.(value as never) ?? [])
  return JSON.stringify([findingsOf(rule, broken), going])
}

/** What the rule mutes and what mutes it, in words. */
function followsOf({ alert, inhibits }: Rule, rules: readonly Rule[]) {
  const isIn = ({ rules: names }: AlertPattern) => names.includes(alert)
  return {
    mutes: [
      ...(inhibits === undefined ? [] : [linkTo(inhibits)]),
      ...inhibitions.filter(({ by }) => isIn(by)).map(({ mutes, equal }) => muted(mutes, equal)),
    ],
    mutedBy: [
      ...rules.filter((other) => other.inhibits === alert).map((other) => linkTo(other.alert)),
      ...inhibitions.filter(({ mutes }) => isIn(mutes)).flatMap(({ by }) => by.rules.map(linkTo)),
    ],
  }
}

/** So many are named. */
const NAMED = 4

function muted({ rules }: AlertPattern, equal: readonly string[]): string {
  if (rules.length <= NAMED) return rules.map(linkTo).join(', ')
  const whose = equal.length === 0 ? '' : ` of the same \`${equal.join('`, `')}\``
  return `${rules.length} others${whose}, what follows from it`
}

function linkTo(alert: string): string {
  return `[${alert}](${alert}.md)`
}

function thresholdText(path: string): readonly [string, string] {
  const unless = `${defaultOf(path)} if it is not set`
  return path === MARGIN
    ? ['Ends', `so far on the good side of it: \`${path}\`, ${unless}`]
    : ['Threshold', `\`${path}\`, ${unless}`]
}

function defaultOf(path: string): string {
  const setting = settings.find((one) => one.path.join('.') === path)
  if (setting === undefined) throw new Error(`${path} is no setting`)
  return String(setting.schema.default)
}

function labelsOf(rule: Rule, broken: BrokenValues): string[] {
  return [...new Set(findingsOf(rule, broken).flatMap(({ labels }) => Object.keys(labels)))]
}

function tableOf(
  rule: Rule,
  given: Readonly<Record<'labels' | 'thresholds' | 'mutes' | 'mutedBy', readonly string[]>>,
): string {
  const { alert, severity, source, subject, forSeconds, keepFiringSeconds = 0 } = rule
  const interval = Object.entries(collectors).find(([one]) => one === subject)?.[1].intervalSeconds
  const lines = [
    ['Severity', `\`${severity}\`${ofFlag(alert)}`],
    ['Fires', forSeconds === 0 ? 'at once' : `after ${forSeconds} seconds`],
    ...(keepFiringSeconds === 0 ? [] : [['Goes on for', `${keepFiringSeconds} seconds`]]),
    ['Source', `\`${source}\`${source === 'tape' ? ', `vtl` for virtual hardware' : ''}`],
    [
      'Read',
      `\`${subject}\`, ${interval === undefined ? 'at each evaluation' : `every ${interval} seconds`}`,
    ],
    ['Labels', given.labels.map((label) => `\`${label}\``).join(', ') || 'none'],
    ...[...given.thresholds].sort(marginLast).map(thresholdText),
    ...(given.mutes.length === 0 ? [] : [['Mutes', given.mutes.join(', ')]]),
    ...(given.mutedBy.length === 0 ? [] : [['Muted by', given.mutedBy.join(', ')]]),
    ...remedies.filter((remedy) => remedy.alert === alert).map(healingText),
  ]
  return ['| | |', '| - | - |', ...lines.map(([name, value]) => `| ${name} | ${value} |`)].join(
    '\n',
  )
}

function healingText({ name, kind }: Remedy): readonly [string, string] {
  const setting = `healing.${name}.enabled`
  const unless = defaultOf(setting) === 'false' ? 'off if it is not set' : 'on if it is not set'
  return ['Heals itself', `with \`${setting}\`, ${unless}: the task \`${kind}\``]
}

function marginLast(one: string, other: string): number {
  return Number(one === MARGIN) - Number(other === MARGIN)
}

/** The severity of a flag is its own, and the rule has one only for those that have none. */
function ofFlag(alert: string): string {
  return alert.endsWith('TapeAlert') ? ', or that of the flag' : ''
}

/** Subjects in the order of the list, with what they are called there. */
const SUBJECTS: readonly (readonly [title: string, ...subjects: string[]])[] = [
  ['Tape libraries', 'changers'],
  ['Tape drives', 'tape_drives', 'tape_health', 'tape_alerts'],
  ['Cartridges', 'cartridges'],
  ['Virtual tape libraries', 'mhvtl', 'quadstor'],
  ['SCST', 'scst', 'scst_sessions', 'scst_commands'],
  ['File systems', 'filesystems', 'repositories'],
  ['Disks, arrays and volumes', 'smart', 'md_arrays', 'volume_groups', 'disks', 'enclosures'],
  ['What is missing', 'inventory'],
  ['The machine', 'system', 'services', 'network', 'sensors', 'fc_hosts', 'iscsi'],
]

function indexOf(rules: readonly Rule[]): string {
  const named = SUBJECTS.flatMap(([, ...subjects]) => subjects)
  const groups = [
    ...SUBJECTS.map(([title, ...subjects]) => ({
      title,
      has: (one: string) => subjects.includes(one),
    })),
    { title: 'storwarden itself', has: (one: string) => !named.includes(one) },
  ]
  const sections = groups.map(({ title, has }) => {
    const lines = rules
      .filter(({ subject }) => has(subject))
      .map(({ alert, name, severity }) => `- [${alert}](${alert}.md), ${severity}: ${name}`)
    return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}\n`
  })
  return sections.filter((text) => text !== '').join('\n')
}

/** The page with this table of facts in the place of the one that it has, or below its title where it has none. */
export function withFacts(page: string, table: string): string {
  const [title = '', ...rest] = page.split('\n')
  const body = rest.join('\n').replace(/^\n*(?:\|.*\n)*\n*/, '')
  return `${title}\n\n${table}\n\n${body}`
}

/** The list of pages with its sections written anew, below what it says at its begin. */
export function withIndex(page: string, index: string): string {
  const begin = page.split(/^## /m)[0] ?? ''
  return `${begin.trimEnd()}\n\n${index}`
}
