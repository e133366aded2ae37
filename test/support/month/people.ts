import type { Alert } from '../../../src/alerts/alert.ts'
import { newSilence, type SilenceDraft } from '../../../src/alerts/new-silence.ts'
import type { Silence } from '../../../src/alerts/silence.ts'
import type { Brought, PureDaemon } from './daemon.ts'
import type { Expected, MeantSilence, Oracle } from './oracle.ts'
import type { Random } from './random.ts'
import { berlinWindows, STEP_MS } from './scenario.ts'

/** What people do to alerts, and what they mean by it: the one for the daemon, the other for the oracle. */
export class People {
  readonly done: Record<string, number> = {}
  readonly #random: Random
  readonly #daemon: PureDaemon
  readonly #oracle: Oracle
  readonly #keyOf: (alert: Alert) => string
  #silences: readonly Silence[] = []
  #nextAt: number

  constructor(given: {
    random: Random
    daemon: PureDaemon
    oracle: Oracle
    keyOf: (alert: Alert) => string
    begin: number
  }) {
    this.#random = given.random
    this.#daemon = given.daemon
    this.#oracle = given.oracle
    this.#keyOf = given.keyOf
    this.#nextAt = given.begin
  }

  /** Maintenance every Sunday, and a silence every night, by the clocks of Berlin. */
  setUp(now: Date): Brought {
    const schedule = (cron: string, hours: number) => ({
      ...{ cron, durationSeconds: hours * 3600, timeZone: 'Europe/Berlin' },
    })
    this.#make({ maintenance: true, matchers: [], schedule: schedule('0 2 * * 0', 3) }, now, {
      times: berlinWindows((weekday) => weekday === 0, '02:00', 3),
      means: ({ severity }) => severity !== 'critical',
    })
    return this.#make({ matchers: ['library="L2"'], schedule: schedule('30 2 * * *', 1) }, now, {
      times: berlinWindows(() => true, '02:30', 1),
      means: ({ labels, partOf }) => (labels.library ?? partOf.library) === 'L2',
    })
  }

  /** Null when nobody does anything now. */
  act(now: Date): Brought | null {
    if (now.getTime() < this.#nextAt) return null
    this.#nextAt = now.getTime() + this.#random.wait(45)
    const draw = this.#random.next()
    if (draw < 0.5) return this.#acknowledge(now)
    if (draw < 0.65) return this.#resolve(now)
    return draw < 0.9 ? this.#silence(now) : this.#endSilence(now)
  }

  #acknowledge(now: Date): Brought | null {
    const open = [...this.#daemon.active.values()].filter((alert) => alert.acknowledgedAt === null)
    const alert = this.#random.one(open)
    if (alert === undefined) return null
    this.#note('acknowledged')
    const until = this.#random.chance(0.7) ? this.#after(now, 120) : null
    this.#oracle.acknowledge(this.#keyOf(alert), 'ada', until?.getTime() ?? null)
    return this.#daemon.acknowledge(alert, 'ada', until, now)
  }

  #resolve(now: Date): Brought | null {
    const open = [...this.#daemon.active.values()].filter(({ state }) => state === 'firing')
    const alert = this.#random.one(open)
    if (alert === undefined) return null
    this.#note('resolved')
    this.#oracle.resolve(this.#keyOf(alert), now.getTime())
    return this.#daemon.resolve(alert, 'ben', now)
  }

  #silence(now: Date): Brought {
    const startsAt = this.#random.chance(0.5) ? now : this.#after(now, 20)
    const endsAt = this.#after(startsAt, 150)
    const [matchers, means] = this.#random.one(kinds) ?? kinds[0]
    return this.#make({ matchers, startsAt, endsAt }, now, {
      times: [[startsAt.getTime(), endsAt.getTime()]],
      means,
    })
  }

  #endSilence(now: Date): Brought | null {
    const silence = this.#random.one(
      this.#silences.filter(({ cancelledAt, schedule }) => cancelledAt === null && !schedule),
    )
    if (silence === undefined) return null
    this.#note('ended a silence')
    const meant = this.#oracle.silences.find(({ id }) => id === silence.id)
    if (meant) meant.endedAt = now.getTime()
    return this.#changed(
      this.#silences.map((one) =>
        one === silence ? { ...one, cancelledAt: now, cancelledBy: 'ada' } : one,
      ),
      now,
    )
  }

  #make(
    draft: Partial<SilenceDraft>,
    now: Date,
    meant: Pick<MeantSilence, 'times' | 'means'>,
  ): Brought {
    this.#note('silenced')
    const id = `silence-${this.#silences.length + 1}`
    const whole = { matchers: [], maintenance: false, startsAt: null, endsAt: null, schedule: null }
    const silence = newSilence({ ...whole, comment: '', ...draft }, { id, author: 'ada', now })
    this.#oracle.silences.push({ id, endedAt: null, ...meant })
    return this.#changed([...this.#silences, silence], now)
  }

  #changed(silences: readonly Silence[], now: Date): Brought {
    this.#silences = silences
    // Whoever is over for long is not asked any more.
    const open = silences.filter(({ endsAt }) => endsAt === null || endsAt > now)
    this.#oracle.silenced(now.getTime())
    return this.#daemon.silence(open, now)
  }

  /** So many minutes later on average, on the very moment of a beat: whether that is before or after has to be clear. */
  #after(time: Date, minutes: number): Date {
    const beats = Math.ceil((time.getTime() + this.#random.wait(minutes)) / STEP_MS)
    return new Date(beats * STEP_MS)
  }

  #note(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1
  }
}

const kinds: readonly [
  [string[], (alert: Expected) => boolean],
  ...[string[], (alert: Expected) => boolean][],
] = [
  [['severity=~"info|warning"'], ({ severity }) => severity !== 'critical'],
  [['alertname=~"TapeDrive.*"', 'library!=L2'], isOfDrive],
  [
    ['rule=LinkDown,interface=eth1'],
    ({ rule, labels }) => rule === 'LinkDown' && labels.interface === 'eth1',
  ],
  [['sensor=~s[12]'], ({ labels }) => labels.sensor === 's1' || labels.sensor === 's2'],
  [['source=scst'], ({ source }) => source === 'scst'],
  [['resource!~".+"'], () => false],
]

function isOfDrive({ rule, labels, partOf }: Expected): boolean {
  return rule.startsWith('TapeDrive') && (labels.library ?? partOf.library) !== 'L2'
}
