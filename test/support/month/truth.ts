import type { Finding, Rule, Severity } from '../../../src/rules/rule.ts'

/** A place of an appliance, as rules find it. */
export type Place = Pick<Finding, 'labels' | 'partOf' | 'severity' | 'source'>

/** What is so at one moment, as far as anybody can know: told apart from how the daemon finds it out. */
export type Truth =
  | 'unknown'
  | 'absent'
  | {
      /** Where the condition of a rule holds, by place. */
      holds: ReadonlyMap<string, Place>
      /** Where what fires is not over yet. */
      lingers: ReadonlyMap<string, Place>
      /** Whether nobody could look there. */
      isHidden: (labels: Readonly<Record<string, string>>) => boolean
    }

/** Rule and place in a line: `SensorAlarm sensor=s1`. */
export function placeKey(rule: string, labels: Readonly<Record<string, string>>): string {
  return [rule, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`)].join(' ')
}

/** What a rule is like, for whoever reckons with it. */
export type RuleFacts = Pick<
  Rule,
  'alert' | 'source' | 'forSeconds' | 'keepFiringSeconds' | 'inhibits'
> & { severity: Severity }

/** The same for a value that was seen before: what has not changed is not looked at again. */
export function once<Value extends object, Result>(
  work: (value: Value) => Result,
): (value: Value) => Result {
  const known = new WeakMap<Value, Result>()
  return (value) => {
    const before = known.get(value)
    if (before !== undefined) return before
    const result = work(value)
    known.set(value, result)
    return result
  }
}
