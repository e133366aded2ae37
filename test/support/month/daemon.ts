import { acknowledged } from '../../../src/alerts/acknowledgement.ts'
import type { Alert } from '../../../src/alerts/alert.ts'
import { transitionsOf } from '../../../src/alerts/announce.ts'
import type { Change } from '../../../src/alerts/change.ts'
import { overByHand } from '../../../src/alerts/condition.ts'
import { evaluate, lastingAlerts } from '../../../src/alerts/evaluate.ts'
import type { FlappingLimits } from '../../../src/alerts/flapping.ts'
import { mute } from '../../../src/alerts/muting.ts'
import type { Silence } from '../../../src/alerts/silence.ts'
import { silencingBy, type Silencing } from '../../../src/alerts/silences.ts'
import {
  plan,
  type Audience,
  type News,
  type Notice,
  type PlanSettings,
} from '../../../src/notify/plan.ts'
import type { Rule } from '../../../src/rules/rule.ts'
import type { Snapshot } from '../../../src/snapshot.ts'

/** What a step has brought. */
export interface Brought {
  changes: readonly Change[]
  transitions: ReturnType<typeof transitionsOf>
  news: readonly News[]
}

/** The daemon without its database: the same decisions in the same order, and what they are made of in memory. */
export class PureDaemon {
  active: ReadonlyMap<string, Alert> = new Map()
  readonly #rules: readonly Rule[]
  readonly #flapping: FlappingLimits
  readonly #audiences: readonly Audience[]
  readonly #settings: PlanSettings
  #silences: readonly Silence[] = []
  #silencing: Silencing = () => []
  #notices: readonly Notice[] = []
  /** Alerts that have ended and that may still matter. */
  #over: Alert[] = []
  #ids = 0

  constructor(given: {
    rules: readonly Rule[]
    flapping: FlappingLimits
    audiences: readonly Audience[]
    settings: PlanSettings
  }) {
    this.#rules = given.rules
    this.#flapping = given.flapping
    this.#audiences = given.audiences
    this.#settings = given.settings
  }

  evaluate(snapshot: Snapshot, now: Date): Brought {
    const { changes, errors } = evaluate(this.active, this.#rules, snapshot, {
      now,
      newId: () => `id-${++this.#ids}`,
      firings: { ...this.#flapping, counts: this.#firings(now) },
      silencing: this.#silencing,
    })
    if (errors.length > 0) throw new Error(`a rule threw`, { cause: errors[0]?.error })
    const ended = changes.filter(({ kind }) => kind === 'resolved').map(({ alert }) => alert)
    return this.#carriedOut(changes, ended, now)
  }

  acknowledge(before: Alert, user: string, expiresAt: Date | null, now: Date): Brought {
    const alert = acknowledged(before, { user, comment: 'on it', expiresAt }, now)
    return this.#step(new Map(this.active).set(alert.fingerprint, alert), [], now)
  }

  resolve(before: Alert, user: string, now: Date): Brought {
    const active = new Map(this.active)
    active.delete(before.fingerprint)
    return this.#step(active, [overByHand(before, { user }, now)], now)
  }

  silence(silences: readonly Silence[], now: Date): Brought {
    this.#silences = silences
    const open = this.#silences.filter(({ cancelledAt }) => cancelledAt === null)
    this.#silencing = silencingBy(open, (_silence, error) => {
      throw error
    })
    return this.#step(this.active, [], now)
  }

  /** What a user does, and what that mutes or shows. */
  #step(active: ReadonlyMap<string, Alert>, ended: readonly Alert[], now: Date): Brought {
    this.active = active
    const mutes = { rules: this.#rules, silencing: this.#silencing, now }
    return this.#carriedOut(mute(active.values(), mutes), ended, now)
  }

  #carriedOut(changes: readonly Change[], ended: readonly Alert[], now: Date): Brought {
    const lasting = lastingAlerts(this.active, changes)
    this.active = new Map(lasting.map((alert) => [alert.fingerprint, alert]))
    this.#over = [...this.#over, ...ended]
    return {
      changes,
      transitions: transitionsOf(changes, now),
      news: this.#told(lasting, ended, now),
    }
  }

  #told(active: readonly Alert[], ended: readonly Alert[], at: Date): readonly News[] {
    const ids = new Set(active.map(({ id }) => id))
    const told = new Set(this.#notices.map(({ alertId }) => alertId).filter((id) => !ids.has(id)))
    const missed = this.#over.filter((alert) => told.has(alert.id) && !ended.includes(alert))
    const step = { active, ended: [...ended, ...missed], at }
    const { news, kept, closed } = plan(this.#audiences, this.#notices, step, this.#settings)
    if (kept.length + closed.length > 0) {
      const notices = new Map(this.#notices.map((notice) => [keyOf(notice), notice]))
      for (const notice of closed) notices.delete(keyOf(notice))
      for (const notice of kept) notices.set(keyOf(notice), notice)
      this.#notices = [...notices.values()]
    }
    const open = new Set(this.#notices.map(({ alertId }) => alertId))
    const begin = at.getTime() - this.#flapping.windowSeconds * 1000
    this.#over = this.#over.filter(
      ({ id, firedAt }) => open.has(id) || (firedAt?.getTime() ?? 0) > begin,
    )
    return news
  }

  /** As the database counts them. */
  #firings(now: Date): ReadonlyMap<string, number> {
    const begin = now.getTime() - this.#flapping.windowSeconds * 1000
    const counts = new Map<string, number>()
    for (const { fingerprint, firedAt, resolution } of [...this.#over, ...this.active.values()]) {
      if (firedAt === null || firedAt.getTime() <= begin || resolution === 'manual') continue
      counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1)
    }
    return counts
  }
}

function keyOf({ channel, fingerprint }: Notice): string {
  return `${channel} ${fingerprint}`
}
