import { inhibitions, type AlertPattern } from '../../../src/rules/inhibitions.ts'
import type { Severity, Source } from '../../../src/rules/rule.ts'
import { placeKey, type Place, type RuleFacts, type Truth } from './truth.ts'

/** What an alert must be like. Times in ms. */
export interface Expected {
  rule: string
  labels: Readonly<Record<string, string>>
  partOf: Readonly<Record<string, string>>
  severity: Severity
  source: Source
  state: 'pending' | 'firing'
  since: number
  firedAt: number | null
  goneSince: number | null
  /** Null: nobody has acknowledged it. */
  acknowledged: { by: string; until: number | null } | null
  lapsedAt: number | null
  flapping: boolean
  isMuted: boolean
  silencedBy: readonly string[]
}

/** A silence as whoever made it means it. */
export interface MeantSilence {
  id: string
  /** From, and until when, the latter not included. */
  times: readonly (readonly [number, number])[]
  /** When somebody ended it. */
  endedAt: number | null
  means: (alert: Expected) => boolean
}

/** What must become of alerts, written as plainly as it can be, one place after the other. */
export class Oracle {
  readonly alerts = new Map<string, Expected>()
  readonly silences: MeantSilence[] = []
  /** What has happened in the last step, `SensorAlarm sensor=s1: pending > firing`. */
  transitions: string[] = []
  /** Places whose alerts the last step has ended. */
  ended: string[] = []
  readonly #rules: readonly RuleFacts[]
  readonly #flapping: { count: number; windowMs: number }
  readonly #firings = new Map<string, number[]>()
  #mutes = ''

  constructor(rules: readonly RuleFacts[], flapping: { count: number; windowMs: number }) {
    this.#rules = rules
    this.#flapping = flapping
  }

  /** The next evaluation. */
  step(now: number, truthOf: (rule: RuleFacts) => Truth): void {
    this.#begin()
    for (const rule of this.#rules) {
      const truth = truthOf(rule)
      if (truth === 'unknown') continue
      for (const [key, alert] of this.alerts) {
        if (alert.rule !== rule.alert) continue
        if (truth === 'absent') this.#end(key, alert)
        else if (!truth.holds.has(key)) this.#notFound(key, alert, rule, truth, now)
      }
      if (truth === 'absent') continue
      for (const [key, place] of truth.holds) this.#found(key, place, rule, now)
    }
    for (const [key, alert] of this.alerts) {
      const until = alert.acknowledged?.until ?? null
      if (until !== null && until <= now) {
        alert.acknowledged = null
        alert.lapsedAt = now
        this.#say(key, 'acknowledged', alert.state)
      }
      const steadyMs = now - (alert.firedAt ?? now)
      if (alert.flapping && steadyMs >= this.#flapping.windowMs) {
        alert.flapping = false
        this.#say(key, 'firing', 'firing')
      }
    }
    this.#settle(now)
  }

  acknowledge(key: string, by: string, until: number | null): void {
    const alert = this.alerts.get(key)
    if (alert) alert.acknowledged = { by, until }
  }

  /** A user ends it: that it fired counts no more. */
  resolve(key: string, now: number): void {
    this.#begin()
    const firedAt = this.alerts.get(key)?.firedAt
    const firings = this.#firings.get(key)
    if (firings)
      this.#firings.set(
        key,
        firings.filter((time) => time !== firedAt),
      )
    this.alerts.delete(key)
    this.ended.push(key)
    this.#settle(now)
  }

  /** Silences are others than they were. */
  silenced(now: number): void {
    this.#begin()
    this.#settle(now)
  }

  #begin(): void {
    this.transitions = []
    this.ended = []
  }

  #found(key: string, place: Place, rule: RuleFacts, now: number): void {
    const { labels, partOf = {}, severity = rule.severity, source = rule.source } = place
    const known = this.alerts.get(key)
    const alert: Expected = known ?? {
      ...{ rule: rule.alert, labels, partOf, severity, source, state: 'pending', since: now },
      ...{ firedAt: null, goneSince: null, acknowledged: null, lapsedAt: null },
      ...{ flapping: false, isMuted: false, silencedBy: [] },
    }
    this.alerts.set(key, alert)
    alert.severity = severity
    alert.partOf = { ...alert.partOf, ...partOf }
    alert.goneSince = null
    const held = now - alert.since >= rule.forSeconds * 1000
    if (alert.state === 'pending' && held) {
      alert.state = 'firing'
      alert.firedAt = now
      const firings = (this.#firings.get(key) ?? []).concat(now)
      const recent = firings.filter((time) => time > now - this.#flapping.windowMs)
      this.#firings.set(key, recent)
      alert.flapping = recent.length >= this.#flapping.count
      this.#say(key, known ? 'pending' : null, 'firing')
    } else if (!known) this.#say(key, null, 'pending')
  }

  #notFound(
    key: string,
    alert: Expected,
    { keepFiringSeconds = 0 }: RuleFacts,
    { lingers, isHidden }: Exclude<Truth, string>,
    now: number,
  ): void {
    const lingering = lingers.get(key)
    if (alert.state === 'firing' && lingering !== undefined) {
      alert.severity = lingering.severity ?? alert.severity
      alert.goneSince = null
      return
    }
    if (isHidden(alert.labels)) return
    alert.goneSince ??= now
    if (alert.state === 'pending') this.alerts.delete(key)
    else if (now - alert.goneSince >= keepFiringSeconds * 1000) this.#end(key, alert)
  }

  #end(key: string, { state }: Expected): void {
    this.alerts.delete(key)
    if (state === 'pending') return
    this.#say(key, 'firing', 'resolved')
    this.ended.push(key)
  }

  #say(key: string, from: string | null, to: string): void {
    this.transitions.push(`${key}: ${from ?? 'nothing'} > ${to}`)
  }

  #settle(now: number): void {
    const active = this.silences.filter(({ times, endedAt }) => {
      if (endedAt !== null && now >= endedAt) return false
      return times.some(([from, until]) => from <= now && now < until)
    })
    for (const alert of this.alerts.values()) {
      alert.silencedBy = active.filter(({ means }) => means(alert)).map(({ id }) => id)
    }
    // Who mutes whom depends on who is there, and on who fires, alone.
    const mutes = [...this.alerts].map(([key, { state, partOf }]) =>
      [key, state, ...Object.values(partOf)].join(' '),
    )
    const text = mutes.join('\n')
    if (text === this.#mutes) return
    this.#mutes = text
    for (const alert of this.alerts.values()) {
      alert.isMuted = [...this.alerts.values()].some((other) => this.#muted(alert, other))
    }
  }

  #muted(alert: Expected, by: Expected): boolean {
    if (by.state !== 'firing') return false
    const graver = this.#rules.find((rule) => rule.alert === by.rule)?.inhibits
    const there = placeKey('', alert.labels) === placeKey('', by.labels)
    if (graver === alert.rule && there) return true
    return inhibitions.some(
      (row) =>
        isOf(by, row.by) &&
        isOf(alert, row.mutes) &&
        row.equal.every((name) => {
          const [one, other] = [alert, by].map((each) => each.labels[name] ?? each.partOf[name])
          return one !== undefined && one === other
        }),
    )
  }
}

function isOf(alert: Expected, { rules, labels = {}, labelled, source }: AlertPattern): boolean {
  return (
    rules.includes(alert.rule) &&
    (source === undefined || source === alert.source) &&
    (labelled === undefined || alert.labels[labelled] !== undefined) &&
    Object.entries(labels).every(([name, value]) => alert.labels[name] === value)
  )
}
