import t from 'tap'
import type { Finding } from '../../src/rules/rule.ts'
import { found, place, ruleOf, run } from '../support/evaluation.ts'
import { read } from '../support/readings.ts'

t.test('a critical alert mutes the warning of its place while it fires', (t) => {
  const over = (percent: number) => (value: unknown) =>
    (value as { percent: number; name: string }[])
      .filter((each) => each.percent > percent)
      .map(({ name }) => place(name))
  const rules = [
    ruleOf({ alert: 'Warning', check: over(80) }),
    ruleOf({ alert: 'Critical', severity: 'critical', inhibits: 'Warning', check: over(95) }),
  ]
  const at = (...percents: number[]) =>
    read(percents.map((percent, index) => ({ percent, name: `p${index}` }))) as never
  const steps = run(rules, [at(85, 85), at(97, 85), at(97, 85), at(85, 85), at(10, 97), at(1, 1)])

  t.strictSame(
    steps.map(({ announced }) => announced),
    [
      ['firing Warning p0', 'firing Warning p1'],
      ['firing Critical p0'],
      [],
      ['firing Warning p0', 'resolved Critical p0'],
      ['resolved Warning p0', 'firing Critical p1'],
      ['resolved Warning p1', 'resolved Critical p1'],
    ],
  )
  t.strictSame(
    steps.map(({ alerts }) =>
      alerts.filter(({ inhibitedBy }) => inhibitedBy !== null).map(({ resource }) => resource),
    ),
    [[], ['p0'], ['p0'], [], ['p1'], []],
  )
  t.end()
})

t.test('a warning that begins muted is not announced before the critical one is over', (t) => {
  const rules = [
    ruleOf({ alert: 'Warning' }),
    ruleOf({
      alert: 'Critical',
      inhibits: 'Warning',
      check: (value) => (value as unknown as Finding[]).filter(({ message }) => message === 'bad'),
    }),
  ]
  const steps = run(rules, [found(place('a', 'bad')), found(place('a', 'poor'))])

  t.strictSame(
    steps.map(({ announced }) => announced),
    [['firing Critical a'], ['firing Warning a', 'resolved Critical a']],
  )
  t.end()
})
