import fc from 'fast-check'
import t from 'tap'
import type { Finding } from '../../src/rules/rule.ts'
import type { Reading } from '../../src/snapshot.ts'
import { place, ruleOf, run } from '../support/evaluation.ts'
import { absent, failed, read } from '../support/readings.ts'

const anyFinding = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.string())
  .map(([name, message]) => place(name, message))
const anyProblem = fc.record({
  labels: fc.constantFrom<Record<string, string>>(
    {},
    { place: 'a' },
    { place: 'b' },
    { slot: '1' },
  ),
  error: fc.constant('no answer'),
})
const anyReading = fc.oneof(
  fc.constant(failed()),
  fc.constant(undefined),
  fc.constant(absent()),
  fc
    .record({
      findings: fc.array(anyFinding, { maxLength: 4 }),
      problems: fc.array(anyProblem, { maxLength: 2 }),
      coverage: fc.constantFrom('some' as const, 'none' as const),
    })
    .map(({ findings, problems, coverage }) =>
      problems.length === 0 ? read(findings) : read(findings, { problems, coverage }),
    ),
) as fc.Arbitrary<Reading<never> | undefined>

t.test('whatever is read, an alert ends only by a reading that says so', (t) => {
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 8 }), fc.nat(90), (readings, forSeconds) => {
      const steps = run([ruleOf({ forSeconds })], readings)
      steps.forEach(({ alerts }, index) => {
        const before = steps[index - 1]?.alerts ?? []
        const reading = readings[index]
        const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
        if (new Set(fingerprints).size !== fingerprints.length) throw new Error('a duplicate')
        if (reading === undefined || reading.state === 'failed') {
          if (JSON.stringify(alerts) !== JSON.stringify(before)) throw new Error('not kept')
          return
        }
        if (reading.state === 'absent') {
          if (alerts.length > 0) throw new Error('outlives its hardware')
          return
        }
        const places = (reading.value as Finding[]).map(({ labels }) => labels.place)
        for (const { labels, id, state, startedAt, firedAt } of alerts) {
          const old = before.find((alert) => alert.id === id)
          if (!places.includes(labels.place) && !old) throw new Error('found by nothing')
          if (old?.state === 'firing' && state !== 'firing') throw new Error('fell back')
          const held = (firedAt?.getTime() ?? Infinity) - startedAt.getTime()
          if (state === 'firing' && held < forSeconds * 1000) throw new Error('fired too early')
        }
        for (const { labels, id } of before) {
          if (alerts.some((alert) => alert.id === id)) continue
          if (reading.coverage === 'none' || places.includes(labels.place))
            throw new Error('ended though nothing says so')
          const covered = reading.problems.every(
            (problem) =>
              problem.labels.place !== undefined && problem.labels.place !== labels.place,
          )
          if (!covered) throw new Error('ended though its place was not read')
        }
      })
    }),
  )
  t.end()
})
