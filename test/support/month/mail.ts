import type { Alert } from '../../../src/alerts/alert.ts'
import type { News } from '../../../src/notify/plan.ts'
import type { Severity } from '../../../src/rules/rule.ts'
import type { Expected } from './oracle.ts'

/** A channel, as whoever set it up means it. Times in ms. */
export interface MeantChannel {
  name: string
  least: Severity
  /** Told when nobody has acknowledged for so long what others were told; null: told at once. */
  afterMs: number | null
}

/** What somebody at the other end of a channel knows. */
interface Known {
  alertId: string
  openedAt: number
  toldAt: number
  gravest: Severity
  isAcknowledged: boolean
  flaps: boolean
}

const GRAVITY = { info: 0, warning: 1, critical: 2 }

/**
 * Reads what channels are told and says what is wrong with it: what comes twice or for no reason, and what nobody
 * was told. It knows nothing of how that is decided.
 */
export class Mailboxes {
  readonly counts: Record<string, number> = {}
  readonly faults: string[] = []
  readonly #channels: readonly MeantChannel[]
  readonly #repeatMs: number
  readonly #windowMs: number
  readonly #known = new Map<string, Known>()
  /** When the last alert of a place ended. */
  readonly #endedAt = new Map<string, number>()

  constructor(
    channels: readonly MeantChannel[],
    { repeatMs, windowMs }: { repeatMs: number; windowMs: number },
  ) {
    this.#channels = channels
    this.#repeatMs = repeatMs
    this.#windowMs = windowMs
  }

  /** After a step: what is told in it, and the alerts as they must be. */
  read(
    news: readonly News[],
    step: { now: number; alerts: ReadonlyMap<string, Expected>; ended: readonly string[] },
    keyOf: (alert: Alert) => string,
  ): void {
    for (const key of step.ended) this.#endedAt.set(key, step.now)
    for (const { channel: name, event, alert } of news) {
      const channel = this.#channels.find((each) => each.name === name)
      const key = keyOf(alert)
      if (channel === undefined) throw new Error(`${name} is no channel`)
      this.counts[event] = (this.counts[event] ?? 0) + 1
      const fault = this.#tell(channel, key, event, alert, step)
      if (fault !== null)
        this.faults.push(`${new Date(step.now).toISOString()} ${name} ${event} ${key}: ${fault}`)
    }
    for (const channel of this.#channels) this.#missed(channel, step)
  }

  /** What is wrong with a message; null when it is as it should be. */
  #tell(
    channel: MeantChannel,
    key: string,
    event: string,
    { id: alertId }: Alert,
    { now, alerts }: { now: number; alerts: ReadonlyMap<string, Expected> },
  ): string | null {
    const box = `${channel.name} ${key}`
    const known = this.#known.get(box)
    const alert = alerts.get(key)
    if (event === 'resolved') {
      this.#known.delete(box)
      if (known === undefined) return 'nobody was told that it began'
      const goneMs = now - (this.#endedAt.get(key) ?? Infinity)
      if (known.flaps ? goneMs < this.#windowMs : alert?.state === 'firing') return 'is not over'
      return null
    }
    if (alert?.state !== 'firing') return 'does not fire'
    if (event === 'acknowledged') {
      if (known === undefined || known.isAcknowledged || alert.acknowledged === null)
        return 'no reason'
      this.#known.set(box, { ...known, alertId, isAcknowledged: true, flaps: false })
      return null
    }
    const fault = this.#reasonAgainst(channel, alert, event, known, now)
    this.#known.set(box, {
      ...{ alertId, openedAt: known?.openedAt ?? now, toldAt: now, isAcknowledged: false },
      gravest: known === undefined ? alert.severity : graver(known.gravest, alert.severity),
      flaps: alert.flapping,
    })
    return fault
  }

  #reasonAgainst(
    channel: MeantChannel,
    alert: Expected,
    event: string,
    known: Known | undefined,
    now: number,
  ): string | null {
    if (!isTellable(channel, alert)) return 'is muted, acknowledged or not grave enough'
    if (event === 'flapping') {
      return alert.flapping && known?.flaps !== true ? null : 'does not begin to flap'
    }
    if (event === 'repeated') {
      if (known === undefined || alert.flapping) return 'was not told before'
      return now - known.toldAt >= this.#repeatMs ? null : 'was told just now'
    }
    if (known === undefined) {
      return (event === 'escalated') === (channel.afterMs !== null) ? null : 'is the wrong word'
    }
    const isNews =
      GRAVITY[alert.severity] > GRAVITY[known.gravest] ||
      known.isAcknowledged ||
      (known.flaps && !alert.flapping)
    return event === 'firing' && isNews ? null : 'is known'
  }

  /** What a channel should know by now and does not, and what it takes for so and is over. */
  #missed(
    channel: MeantChannel,
    { now, alerts }: { now: number; alerts: ReadonlyMap<string, Expected> },
  ): void {
    const say = (key: string, what: string) =>
      this.faults.push(`${new Date(now).toISOString()} ${channel.name} ${key}: ${what}`)
    for (const [key, alert] of alerts) {
      if (alert.state !== 'firing') continue
      const known = this.#known.get(`${channel.name} ${key}`)
      if (!isTellable(channel, alert)) {
        const due = alert.acknowledged !== null && !(known?.flaps === true && alert.flapping)
        if (known !== undefined && due && !known.isAcknowledged)
          say(key, 'nobody said who looks after it')
        continue
      }
      if (known === undefined) {
        if (channel.afterMs === null) say(key, 'nobody said that it fires')
        else if (now - this.#unheardSince(key, alert) >= channel.afterMs)
          say(key, 'nobody was called')
        continue
      }
      if (GRAVITY[alert.severity] > GRAVITY[known.gravest])
        say(key, 'nobody said that it is graver')
      if (alert.flapping !== known.flaps) say(key, 'nobody said whether it flaps')
      if (known.isAcknowledged) say(key, 'nobody said that its acknowledgement is over')
      if (!alert.flapping && now - known.toldAt >= this.#repeatMs) say(key, 'was not repeated')
    }
    for (const [box, { flaps }] of this.#known) {
      if (!box.startsWith(`${channel.name} `)) continue
      const key = box.slice(channel.name.length + 1)
      if (alerts.get(key)?.state === 'firing') continue
      const goneMs = now - (this.#endedAt.get(key) ?? 0)
      if (!flaps || goneMs >= this.#windowMs) say(key, 'nobody said that it is over')
    }
  }

  /** Since when those who are told at once know of it, and nobody has acknowledged it. */
  #unheardSince(key: string, alert: Expected): number {
    const openings = this.#channels.flatMap(({ name, afterMs }) =>
      afterMs === null ? (this.#known.get(`${name} ${key}`)?.openedAt ?? []) : [],
    )
    const since = openings.length > 0 ? Math.min(...openings) : (alert.firedAt ?? 0)
    return Math.max(since, alert.lapsedAt ?? 0)
  }
}

function isTellable({ least }: MeantChannel, alert: Expected): boolean {
  const { severity, isMuted, silencedBy, acknowledged } = alert
  if (isMuted || silencedBy.length > 0 || acknowledged !== null) return false
  return GRAVITY[severity] >= GRAVITY[least]
}

function graver(one: Severity, other: Severity): Severity {
  return GRAVITY[one] >= GRAVITY[other] ? one : other
}
