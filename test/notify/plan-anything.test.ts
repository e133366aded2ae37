import fc from 'fast-check'
import t from 'tap'
import type { Alert } from '../../src/alerts/alert.ts'
import type { News } from '../../src/notify/plan.ts'
import { after, alertAt, audience, idOf, over, Told } from '../support/notices.ts'

const PLACES = ['a', 'b', 'c'] as const
const REPEAT_SECONDS = 7200
const ESCALATE_SECONDS = 1800
const CALM_SECONDS = 3600

/** What happens to the alert of a place between two steps. */
const anyHappening = fc.record({
  place: fc.constantFrom(...PLACES),
  what: fc.constantFrom(
    ...(['fires', 'fires', 'ends', 'ends', 'pends', 'worsens', 'eases', 'acknowledged'] as const),
    ...(['lapses', 'silenced', 'heard', 'inhibited', 'flaps', 'calms'] as const),
  ),
})
const anyStep = fc.record({
  happenings: fc.array(anyHappening, { maxLength: 4 }),
  seconds: fc.constantFrom(30, 60, 900, 3600, 9000),
  /** Nobody plans: the daemon or its database is down. */
  outage: fc.boolean(),
})

type AnyStep = typeof anyStep extends fc.Arbitrary<infer Step> ? Step : never

/** Alerts as an engine leaves them, each place with one at most. */
class World {
  readonly active = new Map<string, Alert>()
  readonly ended: Alert[] = []
  #ids = 0

  happen(place: string, what: string, seconds: number): void {
    const alert = this.active.get(place)
    if (alert === undefined) {
      if (what !== 'fires' && what !== 'pends') return
      const fires = what === 'fires'
      const begins = { id: idOf(String(++this.#ids)), startedAt: after(seconds) }
      const fired = fires ? after(seconds) : null
      const state = fires ? ('firing' as const) : ('pending' as const)
      this.active.set(place, alertAt(place, { ...begins, state, firedAt: fired }))
    } else if (what === 'ends') {
      this.active.delete(place)
      // What never fired never was.
      if (alert.state === 'firing') this.ended.push(over(alert, seconds))
    } else {
      this.active.set(place, { ...alert, ...changed(alert, what, seconds) })
    }
  }
}

function changed(alert: Alert, what: string, seconds: number): Partial<Alert> {
  const changes: Record<string, Partial<Alert>> = {
    fires: { state: 'firing', firedAt: alert.firedAt ?? after(seconds) },
    worsens: { severity: 'critical' },
    eases: { severity: 'info' },
    acknowledged: { acknowledgedAt: after(seconds) },
    lapses: alert.acknowledgedAt === null ? {} : lapse(seconds),
    silenced: { silencedBy: ['a silence'] },
    heard: { silencedBy: [], inhibitedBy: null },
    inhibited: { inhibitedBy: 'another' },
    flaps: { flapping: true },
    calms: { flapping: false },
  }
  return changes[what] ?? {}
}

const lapse = (seconds: number): Partial<Alert> => ({
  ...{ acknowledgedAt: null, acknowledgementLapsedAt: after(seconds) },
})

interface Line extends News {
  seconds: number
}

/** Everything that was told, and the world at its end. */
function play(steps: AnyStep[]) {
  const told = new Told(
    [audience('email'), audience('snmp', { minSeverity: 'warning' }), audience('phone')],
    {
      repeatMs: REPEAT_SECONDS * 1000,
      escalation: { channels: ['phone'], afterMs: ESCALATE_SECONDS * 1000 },
      flappingMs: CALM_SECONDS * 1000,
    },
  )
  const world = new World()
  const lines: Line[] = []
  let seconds = 0
  const step = () => {
    const active = [...world.active.values()]
    const { news } = told.plan({ active, ended: world.ended, at: after(seconds) })
    lines.push(...news.map((item) => ({ ...item, seconds })))
    if (told.plan({ active, ended: world.ended, at: after(seconds) }).news.length > 0) {
      throw new Error('the same is told twice in one moment')
    }
  }
  for (const { happenings, seconds: passed, outage } of steps) {
    seconds += passed
    for (const { place, what } of happenings) world.happen(place, what, seconds)
    if (!outage) step()
  }
  return { world, told, lines, step, pass: (more: number) => (seconds += more) }
}

type Played = ReturnType<typeof play>

/** Each channel with each place, and what was told there. */
function storiesOf({ lines }: Played): Line[][] {
  const stories = new Map<string, Line[]>()
  for (const line of lines) {
    const key = `${line.channel} ${line.alert.resource}`
    stories.set(key, [...(stories.get(key) ?? []), line])
  }
  return [...stories.values()]
}

const BEGINS = ['firing', 'flapping', 'escalated']
const GRAVITY = { info: 0, warning: 1, critical: 2 }

t.test('whatever happens, each begin that is told has one end, and nothing else has', (t) => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const played = play(steps)
      for (const place of PLACES) played.world.happen(place, 'ends', 1e7)
      played.pass(1e7)
      played.step()
      played.pass(CALM_SECONDS)
      played.step()
      if (played.told.notices.length > 0) throw new Error('a notice is left over')
      for (const story of storiesOf(played)) {
        let open = false
        for (const { event } of story) {
          if (!open && !BEGINS.includes(event)) throw new Error(`${event} of what was not begun`)
          open = event !== 'resolved'
        }
        if (open) throw new Error('an end was not told')
      }
    }),
    { numRuns: 500 },
  )
  t.end()
})

t.test(
  'whatever happens, nothing is told without a reason, and nothing that is muted begins',
  (t) => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        for (const story of storiesOf(play(steps))) {
          story.forEach(({ event, alert, seconds }, index) => {
            const before = story[index - 1]
            const continued = before !== undefined && before.event !== 'resolved'
            if (event === 'resolved') return
            const muted = alert.silencedBy.length > 0 || alert.inhibitedBy !== null
            if (muted && event !== 'acknowledged') throw new Error(`${event} of what is muted`)
            if ((alert.acknowledgedAt !== null) !== (event === 'acknowledged')) {
              throw new Error(`${event} of what is looked after`)
            }
            if (!continued) return
            const told = story.slice(0, index)
            const begin = told.findLastIndex((line) => line.event === 'resolved') + 1
            const gravest = Math.max(
              ...told.slice(begin).map((line) => GRAVITY[line.alert.severity]),
            )
            const reasons =
              GRAVITY[alert.severity] > gravest ||
              before.event === 'flapping' ||
              (before.event === 'escalated' && before.alert.flapping) ||
              // Also when it was looked after while nobody was told of that.
              alert.acknowledgementLapsedAt !== null
            if (event === 'firing' && !reasons) throw new Error('firing again without a reason')
            if (event === 'repeated' && seconds - before.seconds < REPEAT_SECONDS) {
              throw new Error('repeated too early')
            }
            if (before.event === 'flapping' && !['firing', 'acknowledged'].includes(event)) {
              throw new Error(`${event} before it was calm`)
            }
            if (before.event === 'flapping' && alert.flapping) throw new Error('it still flaps')
          })
        }
      }),
      { numRuns: 500 },
    )
    t.end()
  },
)

t.test(
  'whatever happens, what is not muted is known, and the phone rings only in its turn',
  (t) => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const played = play(steps)
        played.step()
        const known = (channel: string, { fingerprint }: Alert) =>
          played.told.notices.find(
            (notice) => notice.channel === channel && notice.fingerprint === fingerprint,
          )
        for (const alert of played.world.active.values()) {
          const { state, silencedBy, inhibitedBy, acknowledgedAt } = alert
          if (state !== 'firing' || silencedBy.length > 0 || inhibitedBy !== null) continue
          if (acknowledgedAt !== null) continue
          const notice = known('email', alert)
          if (notice?.alertId !== alert.id) throw new Error('it is not known')
          if (notice.flapping !== alert.flapping) throw new Error('it is known to be otherwise')
          if (alert.severity !== 'info' && !known('snmp', alert))
            throw new Error('snmp was left out')
        }
        for (const { channel, event, alert, seconds } of played.lines) {
          if ((channel === 'phone') !== (event === 'escalated') && event === 'escalated') {
            throw new Error('escalated to whom it was told at once')
          }
          if (channel !== 'phone' || !BEGINS.includes(event) || event === 'firing') continue
          const first = played.lines.find(
            (line) => line.channel === 'email' && line.alert.resource === alert.resource,
          )
          if (first === undefined || seconds - first.seconds < ESCALATE_SECONDS) {
            throw new Error('the phone rang too early')
          }
        }
      }),
      { numRuns: 500 },
    )
    t.end()
  },
)
