import { begunAt, isHeard, type PlacedAlert, type Position, type Progress } from './decide.ts'
import type { ActiveAlerts } from './alerts.ts'
import {
  readAbout,
  readAlerts,
  readNumbers,
  readReading,
  received,
  type RawMessage,
  type Received,
  type ToldAlert,
} from './received.ts'
import type { AboutMessage } from './wire.ts'

/** How an appliance is now, as it was read of a message. */
export type StateBody =
  | { told: 'about'; about: AboutMessage }
  | { told: 'alerts'; at: string; alerts: readonly ToldAlert[] }
  | { told: 'numbers' | 'reading' | 'unknown' }

/** What is to be stored of how appliances are. */
export interface StateDecision {
  progress: (Progress & { about?: AboutMessage })[]
  alerts: PlacedAlert[]
  /** What alerts appliances have: those that they have no longer are to be ended when their events have come so far. */
  active: ActiveAlerts[]
  /** Readings and numbers to be remembered, of the appliance they say to be of. */
  kept: { appliance: string; what: { subject: string } | 'numbers'; body: Uint8Array }[]
  /** How far the appliances have counted. */
  counted: { appliance: string; seq: number }[]
}

/** Reads a message about how an appliance is. What another version tells besides is let be. */
export function receivedState(message: RawMessage): Received<StateBody> & { packed: Uint8Array } {
  const kind = message.subject.split('.').slice(2).join('.')
  const read = (value: unknown): StateBody => {
    if (kind === 'state.about') return { told: 'about', about: readAbout(value) }
    if (kind === 'state.alerts') return { told: 'alerts', ...readAlerts(value) }
    if (kind === 'state.numbers') {
      readNumbers(value)
      return { told: 'numbers' }
    }
    if (SUBJECT.test(kind)) {
      readReading(value)
      return { told: 'reading' }
    }
    return { told: 'unknown' }
  }
  return { ...received(message, read), packed: message.body }
}

const SUBJECT = /^state\.readings\.(\w{1,64})$/

/** What is to be stored of messages that came in this order. */
export function decideStates(
  positions: readonly Position[],
  messages: readonly (Received<StateBody> & { packed: Uint8Array })[],
): StateDecision {
  const decision: StateDecision = { progress: [], alerts: [], active: [], kept: [], counted: [] }
  const at = new Map<string, Progress & { about?: AboutMessage }>(
    positions.map((one) => [one.name, begunAt(one)]),
  )
  const alerts = new Map<string, PlacedAlert>()
  const active = new Map<string, ActiveAlerts>()
  for (const { origin, kind, body, storedAt, packed } of messages) {
    if (origin === null) continue
    const { appliance, identity, epoch, seq } = origin
    const place: Progress & { about?: AboutMessage } =
      at.get(appliance) ?? begunAt({ name: appliance, identity, epoch: 0, seq: 0 })
    at.set(appliance, place)
    if (!isHeard(place, origin, storedAt)) continue
    decision.counted.push({ appliance, seq })
    if (body === null) place.unreadable += 1
    else if (body.told === 'about') place.about = body.about
    else if (body.told === 'alerts') {
      for (const alert of body.alerts) {
        alerts.set(`${appliance} ${alert.id}`, { ...alert, appliance, epoch, seq })
      }
      const ids = body.alerts.map(({ id }) => id)
      active.set(appliance, { appliance, epoch, seq, at: body.at, ids })
    } else if (body.told === 'numbers')
      decision.kept.push({ appliance, what: 'numbers', body: packed })
    else if (body.told === 'reading') {
      const [, subject = ''] = SUBJECT.exec(kind) ?? []
      decision.kept.push({ appliance, what: { subject }, body: packed })
    }
  }
  decision.progress.push(...at.values())
  decision.alerts.push(...alerts.values())
  decision.active.push(...active.values())
  return decision
}
