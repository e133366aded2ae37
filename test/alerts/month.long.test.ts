import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { snapshotOf } from '../support/readings.ts'
import { PureDaemon, type Brought } from '../support/month/daemon.ts'
import { GeneratedPart } from '../support/month/generated.ts'
import { Mailboxes } from '../support/month/mail.ts'
import { Oracle, type Expected } from '../support/month/oracle.ts'
import { People } from '../support/month/people.ts'
import { Random } from '../support/month/random.ts'
import { RecordedAppliance } from '../support/month/recorded.ts'
import * as scenario from '../support/month/scenario.ts'
import { placeKey, type RuleFacts, type Truth } from '../support/month/truth.ts'

const { begin, STEP_MS, STEPS } = scenario
const windowMs = scenario.flapping.windowSeconds * 1000

const keys = new Map<string, string>()

/** An alert by rule and place, as the oracle knows it. */
function keyOf({ fingerprint, rule, labels }: Alert): string {
  const known = keys.get(fingerprint) ?? placeKey(rule, labels)
  keys.set(fingerprint, known)
  return known
}

/** In what an alert is not as it must be; empty when it is. */
function differences(alert: Alert, expected: Expected | undefined): string[] {
  if (expected === undefined) return ['is there']
  const { acknowledged } = expected
  const faults: string[] = []
  const same = (name: string, is: unknown, must: unknown) => {
    if (is !== must) faults.push(`${name}: ${String(is)}, not ${String(must)}`)
  }
  const time = (at: Date | null) => at?.getTime() ?? null
  same('state', alert.state, expected.state)
  same('severity', alert.severity, expected.severity)
  same('began', time(alert.startedAt), expected.since)
  same('fired', time(alert.firedAt), expected.firedAt)
  same('gone', time(alert.goneSince), expected.goneSince)
  same('acknowledged by', alert.acknowledgedBy, acknowledged?.by ?? null)
  same('until', time(alert.acknowledgeExpiresAt), acknowledged?.until ?? null)
  same('lapsed', time(alert.acknowledgementLapsedAt), expected.lapsedAt)
  same('flapping', alert.flapping, expected.flapping)
  same('muted', alert.inhibitedBy !== null, expected.isMuted)
  same('silenced', alert.silencedBy.join(), expected.silencedBy.join())
  return faults
}

t.test('in a month every alert is at every beat what it must be, and told once', async (t) => {
  const random = new Random(20261005)
  const recorded = await RecordedAppliance.open(random, begin)
  const generated = scenario.parts.map((part) => new GeneratedPart(part, random, begin))
  const rules: readonly Rule[] = [...recorded.rules, ...generated.flatMap((part) => part.rules)]
  const truths = new Map<string, () => Truth>([
    ...recorded.rules.map((rule) => [rule.alert, () => recorded.truthOf(rule)] as const),
    ...generated.flatMap((part) =>
      part.rules.map(({ alert }) => [alert, () => part.truthOf(alert)] as const),
    ),
  ])
  const { flapping, audiences, settings } = scenario
  const daemon = new PureDaemon({ rules, flapping, audiences, settings })
  const oracle = new Oracle(rules.map(scenario.factsOf), { count: flapping.count, windowMs })
  const mail = new Mailboxes(scenario.channels, { repeatMs: settings.repeatMs, windowMs })
  const people = new People({ random, daemon, oracle, keyOf, begin })
  const faults: string[] = []
  const seen: Record<string, number> = {}

  const compare = (now: Date, brought: Brought, isEvaluation: boolean): void => {
    const say = (what: string) => faults.push(`${now.toISOString()} ${what}`)
    for (const alert of daemon.active.values()) {
      const key = keyOf(alert)
      for (const fault of differences(alert, oracle.alerts.get(key))) say(`${key} ${fault}`)
    }
    if (daemon.active.size !== oracle.alerts.size) {
      const there = new Set([...daemon.active.values()].map(keyOf))
      for (const key of oracle.alerts.keys()) if (!there.has(key)) say(`${key} is not there`)
    }
    if (isEvaluation && brought.transitions.length + oracle.transitions.length > 0) {
      const names = new Map(brought.changes.map(({ alert }) => [alert.id, keyOf(alert)]))
      const made = brought.transitions.map(
        ({ alertId, from, to }) => `${names.get(alertId) ?? ''}: ${from ?? 'nothing'} > ${to}`,
      )
      const [one, other] = [made, oracle.transitions].map((texts) => texts.sort().join('; '))
      if (one !== other) say(`"${one}", not "${other}"`)
    }
    const { alerts, ended } = oracle
    mail.read(brought.news, { now: now.getTime(), alerts, ended }, keyOf)
    for (const { kind } of brought.changes) seen[kind] = (seen[kind] ?? 0) + 1
  }

  compare(new Date(begin), people.setUp(new Date(begin)), false)
  for (let step = 0; step < STEPS && faults.length + mail.faults.length < 10; step++) {
    const now = begin + step * STEP_MS
    recorded.advance(now)
    for (const part of generated) part.advance(now)
    const made = generated.map(({ part, reading }) => [part.subject, reading] as const)
    const snapshot = snapshotOf({
      ...recorded.readings,
      ...Object.fromEntries(made.filter(([, reading]) => reading !== undefined)),
    })
    oracle.step(now, ({ alert }: RuleFacts) => truths.get(alert)?.() ?? 'unknown')
    compare(new Date(now), daemon.evaluate(snapshot, new Date(now)), true)

    const later = new Date(now + 10_000)
    const brought = people.act(later)
    if (brought !== null) compare(later, brought, false)
  }

  t.strictSame(faults, [])
  t.strictSame(mail.faults, [])
  const { done } = people
  t.comment(JSON.stringify({ changes: seen, news: mail.counts, people: done }))
  const rare = { ...seen, ...mail.counts, ...done }
  t.strictSame(
    Object.entries(rare).filter(([, count]) => count < 10),
    [],
    'all of it happens again and again',
  )
  t.strictSame(Object.keys(seen).sort(), [
    ...['calmed', 'dropped', 'fired', 'gone', 'hidden', 'lapsed', 'opened', 'resolved', 'seen'],
    ...['shown', 'silenced'],
  ])
  t.strictSame(Object.keys(mail.counts).sort(), [
    ...['acknowledged', 'escalated', 'firing', 'flapping', 'repeated', 'resolved'],
  ])
  t.end()
})
