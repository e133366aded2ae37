import t from 'tap'
import { PastMetrics } from '../../src/alerts/past-metrics.ts'
import { rehearsalStep } from '../../src/alerts/rehearsal.ts'
import { RuleTrials, TooManyTrialsError } from '../../src/alerts/rule-trial.ts'
import type { Labels, MetricName, Point, Series } from '../../src/history/metrics.ts'
import { TooManyPointsError } from '../../src/history/reading.ts'
import { exportedNames, metricsOf, takenAt } from '../support/metrics.ts'
import { compiledRule } from '../support/user-rules.ts'

const CPU = 'system_cpu_usage_percent'
const TEMPERATURE = 'storwarden_tape_drive_temperature_celsius'
const start = takenAt.getTime()
const at = (seconds: number) => new Date(start + seconds * 1000)
const drive = (serial: string): Labels => ({ serial, library: 'L1' })

/** Values every half minute from the start on; null is not read. */
const everyHalfMinute = (values: readonly (number | null)[], from = 0): Point[] =>
  values.flatMap((value, index) =>
    value === null ? [] : [{ atMs: start + (from + index * 30) * 1000, value }],
  )

function trialsOn(stored: Readonly<Record<string, readonly Series[]>>) {
  const asked: unknown[] = []
  let pauses = 0
  let elapsedMs = 0
  const trials = new RuleTrials({
    names: exportedNames,
    async load(name, { sinceMs, untilMs, stepSeconds }) {
      asked.push([name, (sinceMs - start) / 1000, (untilMs - start) / 1000, stepSeconds])
      return (stored[name] ?? []).map(({ labels, points }) => ({
        labels,
        points: points.filter(({ atMs }) => atMs >= sinceMs && atMs <= untilMs),
      }))
    },
    // Every look at the clock takes a millisecond.
    elapsedMs: () => (elapsedMs += 1),
    pause: async () => {
      pauses += 1
    },
  })
  return { trials, asked, pauses: () => pauses }
}

t.test('a rule says when it would have fired', async (t) => {
  const high = [70, 90, 90, 90, 90, 70, 90, 70]
  const { trials, asked } = trialsOn({ [CPU]: [{ labels: {}, points: everyHalfMinute(high) }] })
  const rule = await compiledRule({ query: 'cpu_usage > 80', forSeconds: 60, labels: { a: 'b' } })
  const { past } = await trials.try(rule, null, { since: at(0), until: at(240) })
  t.strictSame(past, {
    periods: [{ labels: { a: 'b' }, firedAt: at(90), resolvedAt: at(150), pendingAt: at(30) }],
    tooShort: 1,
    undecidedSteps: 0,
    stepSeconds: 30,
    storedSince: at(0),
  })
  t.strictSame(asked, [[CPU, -600, 240, null]])
})

t.test('thresholds of their own and lasting alerts count, as they do for the daemon', async (t) => {
  const values = [90, 78, 76, 74, 90, 60, 60, 60, 60]
  const { trials } = trialsOn({ [CPU]: [{ labels: {}, points: everyHalfMinute(values) }] })
  const time = { since: at(0), until: at(240) }
  const periods = async (given: Parameters<typeof compiledRule>[0]) => {
    const { past } = await trials.try(await compiledRule(given), null, time)
    return past.periods.map(({ firedAt, resolvedAt }) => [firedAt, resolvedAt])
  }
  t.strictSame(await periods({ clearThreshold: 75 }), [
    [at(0), at(90)],
    [at(120), at(150)],
  ])
  t.strictSame(await periods({ keepFiringSeconds: 90 }), [[at(0), at(240)]])
  t.strictSame(await periods({ keepFiringSeconds: 900 }), [[at(0), null]])
})

t.test('what was not read in between was not known, and is no end', async (t) => {
  const gap = [...Array<null>(30).fill(null)]
  const one = everyHalfMinute([90, ...gap, 90, 70])
  const two = everyHalfMinute([90, 90])
  const { trials } = trialsOn({
    [TEMPERATURE]: [
      { labels: drive('1'), points: one },
      // Gone for good: it is over once its last value is too old.
      { labels: drive('2'), points: two },
    ],
  })
  const rule = await compiledRule({ query: 'drive_temperature > 60' })
  const { past } = await trials.try(rule, null, { since: at(-60), until: at(1200) })
  t.strictSame(
    past.periods.map(({ labels, pendingAt, resolvedAt }) => [labels.serial, pendingAt, resolvedAt]),
    [
      ['2', at(0), at(660)],
      ['1', at(0), null],
    ],
  )
  t.equal(past.undecidedSteps, 10, 'from ten minutes after its last value to the next')
})

t.test('functions over time see what was before', async (t) => {
  const { trials, asked } = trialsOn({
    [CPU]: [{ labels: {}, points: everyHalfMinute([90, 90, 90, 90, 60, 60, 60], -120) }],
  })
  const rule = await compiledRule({ query: 'avg_over(cpu_usage, 1m) > 75' })
  const { past } = await trials.try(rule, null, { since: at(-60), until: at(60) })
  t.strictSame(
    past.periods.map(({ pendingAt, resolvedAt }) => [pendingAt, resolvedAt]),
    // 90, 90, 90, then 90, 90, 60, then 90, 60, 60.
    [[at(-60), at(30)]],
  )
  t.strictSame(asked, [[CPU, -60 - 660, 60, null]])
})

t.test('what it says now has every place, with its value', async (t) => {
  const current = metricsOf({
    [TEMPERATURE]: {
      values: [
        [drive('1'), 61],
        [drive('2'), 41],
      ],
      unknown: [drive('3')],
      problems: [{ labels: { library: 'L2' }, error: 'no answer' }],
    },
  })
  const { trials } = trialsOn({})
  const time = { since: at(0), until: at(0) }
  const rule = await compiledRule({ query: '60 < drive_temperature' })
  const { now } = await trials.try(rule, current, time)
  t.strictSame(now, {
    findings: rule.rule.check(current),
    places: [
      { labels: drive('1'), value: 61, holds: true },
      { labels: drive('2'), value: 41, holds: false },
      { labels: drive('3'), value: null, holds: null },
    ],
    undecided: [drive('3'), { library: 'L2' }],
    unread: [{ metric: TEMPERATURE, labels: { library: 'L2' }, error: 'no answer' }],
  })
  t.strictSame((await trials.try(rule, null, time)).now, {
    findings: [],
    places: [],
    undecided: [{}],
    unread: [],
  })
})

t.test('the past of now is loaded, though no rule looks back at it yet', async (t) => {
  const { trials, asked } = trialsOn({
    [CPU]: [{ labels: {}, points: everyHalfMinute([80, 90, 100], -60) }],
  })
  const rule = await compiledRule({ query: 'avg_over(cpu_usage, 5m) > 85' })
  const current = metricsOf({ [CPU]: { values: [[{}, 100]] } })
  const { now } = await trials.try(rule, current, { since: at(0), until: at(0) })
  t.strictSame(now.places, [{ labels: {}, value: 90, holds: true }])
  t.strictSame(asked[0], [CPU, -900, 0, null])
})

t.test('where too much is stored the last value of each step is taken', async (t) => {
  const steps: (number | null)[] = []
  const trials = new RuleTrials({
    names: exportedNames,
    async load(_name, { atMost, stepSeconds }) {
      steps.push(stepSeconds)
      if (stepSeconds === null) throw new TooManyPointsError(atMost)
      return [{ labels: {}, points: [{ atMs: start, value: 90 }] }]
    },
    elapsedMs: () => 0,
    pause: async () => undefined,
  })
  const week = { since: at(-7 * 86_400), until: at(0) }
  const { past } = await trials.try(await compiledRule(), null, week)
  t.strictSame(steps, [null, 240])
  t.strictSame([past.stepSeconds, past.storedSince], [210, at(0)])
})

t.test('others come to their turn meanwhile, and only some may wait', async (t) => {
  const { trials, pauses } = trialsOn({ [CPU]: [{ labels: {}, points: everyHalfMinute([90]) }] })
  const rule = await compiledRule()
  const time = { since: at(-86_400), until: at(0) }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 5 }, () => trials.try(rule, null, time)),
  )
  t.strictSame(
    outcomes.map(({ status }) => status),
    [...Array<string>(4).fill('fulfilled'), 'rejected'],
  )
  const [last] = outcomes.slice(-1)
  t.ok(last?.status === 'rejected' && last.reason instanceof TooManyTrialsError)
  t.ok(pauses() > 4 * 100, `${pauses()} pauses in ${4 * 2881} steps of a millisecond`)
  t.equal((await trials.try(rule, null, time)).past.stepSeconds, 30, 'and then again')
})

t.test('a longer time, or more work, makes longer steps', (t) => {
  const day = 86_400
  t.strictSame(
    [
      rehearsalStep(day, 1),
      rehearsalStep(day + 1, 1),
      rehearsalStep(7 * day, 1),
      rehearsalStep(0, 1),
    ],
    [30, 60, 210, 30],
  )
  t.equal(rehearsalStep(day, 1_000_000), 2880)
  t.equal(rehearsalStep(day, Infinity), day)
  t.end()
})

t.test('the past is seen as it was', (t) => {
  const metric: MetricName = { name: CPU, help: '', type: 'gauge' }
  const points = everyHalfMinute([1, 2, 3])
  const past = new PastMetrics([{ ...metric, series: [{ labels: {}, points }] }], 30)
  const seen = (seconds: number) => past.at(start + seconds * 1000).get(CPU)?.values
  t.strictSame([-1, 0, 29, 30, 660, 661].map(seen), [
    ...[[], [{ labels: {}, value: 1 }], [{ labels: {}, value: 1 }], [{ labels: {}, value: 2 }]],
    ...[[{ labels: {}, value: 3 }], []],
  ])
  t.strictSame(past.at(start + 45_000).over(CPU, 30), [{ labels: {}, points: points.slice(1, 2) }])
  t.equal(past.at(start).get('other'), null)
  t.equal(past.at(start).over('other', 1), null)
  t.equal(new PastMetrics([], 30).firstAtMs, null)
  t.end()
})
