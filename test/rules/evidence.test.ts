import t from 'tap'
import { builtInRules } from '../../src/rules/index.ts'
import type { Finding } from '../../src/rules/rule.ts'
import { watchAppliance } from '../support/appliance.ts'
import { brokenAppliance, findingsOf } from '../support/broken-appliance.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

/** Words in the names of numbers: units, and what is counted. */
const UNITS =
  /(?:^|_)(?:bytes|percent|seconds|hours|celsius|rpm|volts|amperes|watts|count|gigabyte|days|ratio)(?:_|$)/
/** Numbers that count and measure nothing, but name something. */
const NAMES = ['flag', 'element', 'black_hole', 'luns']

/** What is wrong with the evidence of a finding, a line each. */
function faultsOf(evidence: Finding['evidence'] = {}): string[] {
  const source: unknown = evidence.source
  return [
    ...(typeof source === 'string' && source.trim() !== '' ? [] : ['no source']),
    ...numbersIn(evidence)
      .filter((name) => !UNITS.test(name) && !NAMES.includes(name))
      .map((name) => `${name}: a number without a unit`),
  ]
}

/** The names of what is a number, or a list of numbers, however deep. */
function numbersIn(value: object): string[] {
  return Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const parts = Array.isArray(part) ? (part as unknown[]) : [part]
    return parts.flatMap((each) => {
      if (typeof each === 'number') return [name]
      return typeof each === 'object' && each !== null ? numbersIn(each) : []
    })
  })
}

for (const name of RECORDINGS) {
  t.test(`${name}: each alert says where its values come from, and in which unit`, async (t) => {
    const { alerts } = await watchAppliance(openRecording(name)).watch()
    for (const { rule, resource, evidence } of alerts) {
      t.strictSame(faultsOf(evidence), [], `${rule} ${resource}`)
    }
  })
}

t.test('every rule finds what it is about, and says where and in which unit', async (t) => {
  const broken = await brokenAppliance()
  for (const rule of builtInRules()) {
    const findings = findingsOf(rule, broken)
    t.ok(findings.length > 0, `${rule.alert}: test/support/broken-appliance.ts has nothing for it`)
    for (const { labels, evidence } of findings) {
      t.strictSame(faultsOf(evidence), [], `${rule.alert} ${JSON.stringify(labels)}`)
    }
  }
})

t.test('a number without a unit is a fault, however deep, and so is no source', (t) => {
  t.strictSame(faultsOf({ a: [{ size: 1, size_bytes: 1 }], flag: 1, luns: [1, 2] }), [
    'no source',
    'size: a number without a unit',
  ])
  t.strictSame(faultsOf(undefined), ['no source'])
  t.end()
})

t.test(
  'every rule and finding says what happens, why it matters and what to do, in sentences',
  async (t) => {
    const broken = await brokenAppliance()
    for (const rule of builtInRules()) {
      const words = [
        ...[rule.description, rule.action],
        ...findingsOf(rule, broken).flatMap(({ message, description, action }) => [
          message,
          ...(description === undefined ? [] : [description]),
          ...(action === undefined ? [] : [action]),
        ]),
      ]
      const odd = words.filter(
        (text) => !/[.)]$/.test(text) || /\b(?:undefined|null|NaN)\b/.test(text),
      )
      t.strictSame(odd, [], rule.alert)
    }
  },
)
