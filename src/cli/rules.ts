import { severitySpan } from './alert-words.ts'
import type { Answer } from './answer.ts'
import { EXIT_DONE, parseWords, remoteOptions, REMOTE_USAGE, type Command } from './command.ts'
import { connected } from './remote.ts'
import { printFault } from './rule-faults.ts'
import { findRule, givenAs, RULES } from './rule-options.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { duration, when } from './times.ts'
import { shown } from './words.ts'

/** Lists rules. */
export const rules: Command = {
  name: 'rules',
  usage: `usage: storwarden rules [options]

What alerts are raised for: the built-in rules and those that users wrote.

  --own            only those of users
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, { own: { type: 'boolean' }, ...remoteOptions })
    const listing = await connected(values.url, around).get(RULES)
    const all = listing.objects('rules')
    const found = values.own ? all.filter((rule) => rule.flag('builtin') !== true) : all
    const { terminal } = around
    if (values.json) {
      terminal.json(values.own ? { rules: found, total: found.length } : listing)
      return EXIT_DONE
    }
    printTable(
      terminal,
      [
        { title: 'NAME', whole: true },
        { title: 'SEVERITY', whole: true },
        { title: 'SOURCE' },
        { title: 'FOR', right: true },
        { title: 'STATE' },
        { title: 'CONDITION' },
      ],
      found.map((rule) => [
        shown(rule.text('name')),
        severitySpan(rule.text('severity')),
        shown(rule.text('source')),
        duration(rule.number('for_seconds')),
        stateSpan(rule),
        rule.flag('builtin') === true ? shown(rule.text('title')) : conditionOf(rule),
      ]),
    )
    if (found.length === 0) terminal.line('no such rules')
    return EXIT_DONE
  },
}

/** Shows one rule. */
export const rulesShow: Command = {
  name: 'rules show',
  usage: `usage: storwarden rules show NAME [options]

NAME is that of a rule, or as much of its begin as tells it from the others.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME'] })
    const rule = await findRule(connected(values.url, around), positionals[0] ?? '')
    if (values.json) around.terminal.json(rule)
    else printRule(around.terminal, rule, around.now())
    return EXIT_DONE
  },
}

/** Removes a rule. */
export const rulesDelete: Command = {
  name: 'rules delete',
  usage: `usage: storwarden rules delete NAME [options]

NAME is that of a rule of a user. Its alerts end at the next evaluation.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME'] })
    const client = connected(values.url, around)
    const rule = await findRule(client, positionals[0] ?? '')
    await client.delete(`${RULES}/${encodeURIComponent(rule.text('id') ?? '')}`)
    if (values.json) around.terminal.json(rule)
    else around.terminal.line(`${shown(rule.text('name'))}: deleted`)
    return EXIT_DONE
  },
}

/** Prints all of a rule. */
export function printRule(terminal: Terminal, rule: Answer, now: Date): void {
  const clear = rule.number('clear_threshold')
  const labels = Object.entries(rule.object('labels')?.toJSON() ?? {})
  const optional = (name: string, value: string | null): [string, Span][] =>
    value === null || value === '' ? [] : [[name, value]]
  printFacts(terminal, [
    ['name', { text: shown(rule.text('name')), style: 'strong' }],
    ...optional('title', rule.text('title') === rule.text('name') ? null : rule.text('title')),
    ['severity', severitySpan(rule.text('severity'))],
    ['source', shown(rule.text('source'))],
    ['state', stateSpan(rule)],
    ...optional('query', rule.text('query')),
    ...optional('threshold', rule.number('threshold_value')?.toString() ?? null),
    ...optional('over at', clear?.toString() ?? null),
    ['fires after', duration(rule.number('for_seconds'))],
    ['fires on for', duration(rule.number('keep_firing_seconds'))],
    ...optional('labels', labels.map(([name, value]) => `${name}=${String(value)}`).join(', ')),
    ...optional('why', rule.text('description')),
    ...optional('what to do', rule.text('action')),
    ...changes(rule, now),
  ])
  for (const fault of rule.objects('faults')) printFault(terminal, givenAs(rule), fault)
}

function changes(rule: Answer, now: Date): [string, Span][] {
  const created = rule.time('created_at')
  const updated = rule.time('updated_at')
  if (created === null) return []
  return [
    ['written', `${when(created, now)} by ${shown(rule.text('created_by'))}`],
    ['changed', `${when(updated, now)} by ${shown(rule.text('updated_by'))}`],
  ]
}

function conditionOf(rule: Answer): string {
  const query = shown(rule.text('query')).replace(/\s+/g, ' ')
  const threshold = rule.number('threshold_value')
  // Where the query has no comparison of its own.
  return threshold === null || /[<>=]/.test(query.replace(/\{[^}]*\}/g, ''))
    ? query
    : `${query} > ${threshold}`
}

function stateSpan(rule: Answer): Span {
  if (rule.objects('faults').length > 0) return { text: 'not evaluated', style: 'bad' }
  if (rule.flag('enabled') === false) return { text: 'off', style: 'faint' }
  return rule.flag('builtin') === true ? 'built in' : 'on'
}
