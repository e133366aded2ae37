import type { Answer } from '../../wire/request.ts'

/** A rule as the daemon has it. */
export type Rule = Answer<'GET /monitoring/rules'>['rules'][number]

/** What alerts of it say that they were raised by: of built-in ones the id, of others the name. */
export function isOf(alert: { rule: string }, { id, name }: Pick<Rule, 'id' | 'name'>): boolean {
  return alert.rule === id || alert.rule === name
}

/** The rule that an address names: by its id, or as alerts name it. */
export function ruleOf(rules: readonly Rule[], named: string): Rule | undefined {
  return rules.find(({ id }) => id === named) ?? rules.find(({ name }) => name === named)
}

/** Those that the address asks for. */
export function filtered(
  rules: readonly Rule[],
  { q = '', severity, source, kind }: Readonly<Record<string, string>>,
): readonly Rule[] {
  const sought = q.toLowerCase().split(/\s+/)
  return rules.filter((rule) => {
    const text = [rule.title, rule.name, rule.description, rule.query].join(' ').toLowerCase()
    return (
      sought.every((word) => text.includes(word)) &&
      (severity === undefined || rule.severity === severity) &&
      (source === undefined || rule.source === source) &&
      (kind === undefined || rule.builtin === (kind === 'builtin'))
    )
  })
}
