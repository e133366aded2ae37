import { compileRule, type RuleDefinition, type UserRule } from '../../src/rules/user-rule.ts'
import { exported } from './metrics.ts'

/** A rule about the processors, or as a test wants it. */
export function definitionOf(given: Partial<RuleDefinition> = {}): RuleDefinition {
  return {
    name: 'Processors busy',
    description: 'Backups take longer.',
    action: 'See what runs.',
    query: 'cpu_usage > 80',
    thresholdValue: null,
    clearThreshold: null,
    forSeconds: 0,
    keepFiringSeconds: 0,
    severity: 'warning',
    source: 'system',
    labels: {},
    enabled: true,
    ...given,
  }
}

/** Compiles it, on the metrics that the daemon exports; throws when it has faults. */
export async function compiledRule(given: Partial<RuleDefinition> = {}): Promise<UserRule> {
  const { compiled, faults } = await compileRule(definitionOf(given), exported)
  if (compiled === null) throw new Error(faults.map(({ message }) => message).join('; '))
  return compiled
}
