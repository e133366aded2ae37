import type { Finding, Rule, Severity } from '../../../src/rules/rule.ts'
import type { Reading, Subjects } from '../../../src/snapshot.ts'
import { ruleOf } from '../evaluation.ts'
import { absent, failed, read } from '../readings.ts'
import type { Random } from './random.ts'
import { once, placeKey, type Place, type Truth } from './truth.ts'

/** A condition: a level at a place is above a threshold. */
interface Condition {
  alert: string
  level: string
  raise: number
  /** Below it what fires is over; `raise` otherwise. */
  clear?: number
  /** Above it the alert is critical. */
  critical?: number
  severity?: Severity
  forSeconds?: number
  keepFiringSeconds?: number
  inhibits?: string
}

/** A part of an appliance that is made up: its places, and what can be wrong with them. */
export interface Part {
  subject: keyof Subjects
  label: string
  places: readonly { name: string; partOf?: Readonly<Record<string, string>> }[]
  conditions: readonly Condition[]
}

type Levels = ReadonlyMap<string, Readonly<Record<string, number>>>

/** A level that goes up and down for reasons of its own. */
interface Process {
  place: string
  level: string
  dueAt: number
  /** How many more changes of this kind there are. */
  left: number
  kind: 'calm' | 'wobbling' | 'broken' | 'flapping'
}

/** A part over time: levels change, and it cannot always be read. */
export class GeneratedPart {
  readonly part: Part
  readonly rules: readonly Rule[]
  readonly #random: Random
  readonly #levels = new Map<string, Record<string, number>>()
  readonly #processes: Process[] = []
  #how: 'read' | 'partial' | 'failed' | 'absent' | 'missing' = 'read'
  #hidden: string | null = null
  #howUntil: number
  #reading: Reading<never> | undefined
  #truths = new Map<string, Truth>()

  constructor(part: Part, random: Random, begin: number) {
    this.part = part
    this.#random = random
    this.#howUntil = begin + random.wait(600)
    for (const { name } of part.places) {
      this.#levels.set(name, {})
      for (const level of new Set(part.conditions.map((condition) => condition.level))) {
        this.#processes.push({ place: name, level, dueAt: begin, left: 0, kind: 'calm' })
      }
    }
    this.rules = part.conditions.map((condition) => this.#ruleOf(condition))
  }

  /** Undefined while nothing was collected, as after a restart. */
  get reading(): Reading<never> | undefined {
    return this.#reading
  }

  truthOf(alert: string): Truth {
    return this.#truths.get(alert) ?? 'unknown'
  }

  advance(now: number): void {
    let changed = this.#reading === undefined && this.#how !== 'missing'
    for (const process of this.#processes) {
      if (now < process.dueAt) continue
      this.#change(process, now)
      changed = true
    }
    if (now >= this.#howUntil) {
      this.#turn(now)
      changed = true
    }
    if (changed) this.#show()
  }

  #change(process: Process, now: number): void {
    const random = this.#random
    if (process.left <= 0) {
      const draw = random.next()
      process.kind =
        draw < 0.6 ? 'calm' : draw < 0.75 ? 'wobbling' : draw < 0.9 ? 'broken' : 'flapping'
      process.left = { calm: 1, wobbling: 20, broken: 1, flapping: 30 }[process.kind]
    }
    process.left -= 1
    const level = {
      calm: () => random.between(0, 40),
      wobbling: () => random.between(40, 100),
      broken: () => random.between(85, 100),
      flapping: () => (process.left % 2 === 0 ? 0 : 100),
    }[process.kind]()
    const minutes = { calm: 900, wobbling: 6, broken: 180, flapping: 4 }[process.kind]
    process.dueAt = now + random.wait(minutes)
    this.#levels.set(process.place, { ...this.#levels.get(process.place), [process.level]: level })
  }

  #turn(now: number): void {
    const random = this.#random
    if (this.#how !== 'read') this.#how = 'read'
    else
      this.#how =
        random.one(['partial', 'partial', 'failed', 'failed', 'absent', 'missing']) ?? 'read'
    this.#hidden = random.one(this.part.places)?.name ?? null
    const minutes = { read: 900, partial: 60, failed: 40, absent: 30, missing: 3 }[this.#how]
    this.#howUntil = now + random.wait(minutes)
  }

  #show(): void {
    const { label, conditions } = this.part
    const hidden = this.#how === 'partial' ? this.#hidden : null
    const levels: Levels = new Map([...this.#levels].filter(([name]) => name !== hidden))
    const problems =
      hidden === null ? [] : [{ labels: { [label]: hidden }, error: 'does not answer' }]
    this.#reading = {
      read: () => read(levels) as unknown as Reading<never>,
      partial: () => read(levels, { problems }) as unknown as Reading<never>,
      failed: () => failed(),
      absent: () => absent(),
      missing: () => undefined,
    }[this.#how]()
    this.#truths = new Map(
      conditions.map((condition) => [condition.alert, this.#truth(condition, levels, hidden)]),
    )
  }

  #truth(condition: Condition, levels: Levels, hidden: string | null): Truth {
    if (this.#how === 'failed' || this.#how === 'missing') return 'unknown'
    if (this.#how === 'absent') return 'absent'
    const { alert, level, raise, clear = raise } = condition
    const holds = new Map<string, Place>()
    const lingers = new Map<string, Place>()
    for (const [name, at] of levels) {
      const value = at[level] ?? 0
      const place = this.#placeOf(name, condition, value)
      if (value > raise) holds.set(placeKey(alert, place.labels), place)
      else if (value > clear) lingers.set(placeKey(alert, place.labels), place)
    }
    return { holds, lingers, isHidden: (labels) => labels[this.part.label] === hidden }
  }

  #placeOf(name: string, { critical, severity = 'warning' }: Condition, value: number): Place {
    const partOf = this.part.places.find((place) => place.name === name)?.partOf ?? {}
    const isCritical = critical !== undefined && value > critical
    return {
      labels: { [this.part.label]: name },
      partOf,
      severity: isCritical ? 'critical' : severity,
      source: 'tape',
    }
  }

  #ruleOf(condition: Condition): Rule {
    const { alert, level, raise, clear, forSeconds = 0, keepFiringSeconds = 0 } = condition
    const above = (limit: number) =>
      once((levels: Levels): Finding[] =>
        [...levels].flatMap(([name, at]) => {
          const value = at[level] ?? 0
          const place = this.#placeOf(name, condition, value)
          return value > limit ? [{ ...place, message: `${level} ${value}` }] : []
        }),
      )
    return {
      ...ruleOf({ alert, forSeconds, keepFiringSeconds }),
      ...{ subject: this.part.subject, severity: condition.severity ?? 'warning' },
      ...(condition.inhibits === undefined ? {} : { inhibits: condition.inhibits }),
      check: above(raise) as never,
      ...(clear === undefined ? {} : { lingers: above(clear) as never }),
    }
  }
}
