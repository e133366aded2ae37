import type { RuleDefinition, UserRule } from '../../rules/user-rule.ts'
import { sourceOfMetrics } from '../../rules/user-rule.ts'
import type { ApiContext } from '../context.ts'
import type { Fault } from '../problem.ts'
import { definitionOf, faultJson, type GivenRule } from './shapes.ts'

/** What is wrong with a rule that is given, as far as its parts have the right shape. */
export async function faultsOfRule(given: GivenRule, { ruleBook }: ApiContext): Promise<Fault[]> {
  const { query, condition } = given
  const faults: Fault[] = [...nameFaults(given.name), ...labelFaults(given.labels ?? {})]
  if (typeof query === 'string' && typeof condition === 'string' && query !== condition) {
    faults.push({ path: '/body/condition', message: 'is another word for query: give one of them' })
  }
  const path = typeof query === 'string' ? '/body/query' : '/body/condition'
  if (typeof query !== 'string' && typeof condition !== 'string') {
    const isUnsound = 'query' in given && query === undefined
    if (!isUnsound && !('condition' in given && condition === undefined)) {
      faults.push({ path: '/body/query', message: 'is missing' })
    }
    return faults
  }
  const definition = { ...definitionOf(given), source: given.source ?? 'system' }
  const { faults: found } = await ruleBook.compile(definition)
  return [
    ...faults,
    ...found.map((fault) => faultJson(fault, fault.field === 'query' ? path : undefined)),
  ]
}

/** The rule that is meant, once it has no faults; its source is that of its metrics where it is not said. */
export async function compiledOf(
  given: GivenRule,
  { ruleBook }: ApiContext,
): Promise<{ definition: RuleDefinition; compiled: UserRule }> {
  const { source, ...rest } = definitionOf(given)
  const { compiled } = await ruleBook.compile({ ...rest, source: source ?? 'system' })
  if (compiled === null) throw new Error('a rule has faults that were not told')
  const definition = { ...compiled.definition, source: source ?? sourceOfMetrics(compiled.metrics) }
  return { definition, compiled }
}

function nameFaults(name: string | undefined): Fault[] {
  if (name === undefined) return []
  const path = '/body/name'
  if (name.trim() !== name) return [{ path, message: 'must not begin or end with blanks' }]
  return /\p{C}/u.test(name) ? [{ path, message: 'must not hold control characters' }] : []
}

function labelFaults(labels: Readonly<Record<string, string>>): Fault[] {
  return Object.keys(labels)
    .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name))
    .map((name) => ({
      path: `/body/labels/${name}`,
      message: 'must be a name of letters, digits and _, as labels have',
    }))
}
