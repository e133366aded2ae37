import type { NewEvent, StreamType, EventLevel, ToldEvent } from '../events/event.ts'
import {
  alertOf,
  type Origin,
  type Received,
  type ToldAlert,
  type ToldEventBody,
} from './received.ts'

/** How far what an appliance says is stored. */
export interface Position {
  name: string
  identity: string
  epoch: number
  seq: number
  /** Another that used the name; null when none did. */
  otherIdentity: string | null
}

/** What becomes of an appliance by a batch: its place, and how many more of what. */
export interface Progress extends Omit<Position, 'otherIdentity'> {
  stored: number
  missing: number
  unreadable: number
  /** When it last said anything; null when it did not. */
  heardAt: Date | null
  /** Another that used the name; null when none did. */
  other: { identity: string; heardAt: Date } | null
}

/** An alert as an appliance said it, and where in the order of what it says. */
export interface PlacedAlert extends ToldAlert {
  appliance: string
  epoch: number
  seq: number
}

/** What is written because of a batch. */
export interface Decision {
  /** Of the appliances, in the order of each. */
  events: ToldEvent[]
  /** Of the fleet's own, about them. */
  own: NewEvent[]
  /** What was last said of each alert. */
  alerts: PlacedAlert[]
  /** A row for each appliance that anything came of. */
  progress: Progress[]
}

/**
 * What is to be stored of messages that came in this order. What is at or before the position of its appliance is
 * there already; numbers that are left out will not come any more. The first of an appliance, and of a new epoch, is
 * where it begins.
 */
export function decideEvents(
  positions: readonly Position[],
  messages: readonly Received<ToldEventBody>[],
  now: Date,
): Decision {
  const decision: Decision = { events: [], own: [], alerts: [], progress: [] }
  const alerts = new Map<string, PlacedAlert>()
  const at = new Map(positions.map((one) => [one.name, begunAt(one)]))
  for (const { origin, body, storedAt } of messages) {
    if (origin === null) continue
    const { appliance, seq, epoch } = origin
    const known = at.get(appliance)
    const place = known ?? begunAt({ name: appliance, identity: origin.identity, epoch: 0, seq: 0 })
    if (known === undefined) at.set(appliance, place)
    if (!isHeard(place, origin, storedAt)) continue
    if (!isAfter(origin, place)) continue
    decision.own.push(...toldOfStep(place, origin, now))
    place.missing += place.epoch === epoch && place.epoch > 0 ? seq - place.seq - 1 : 0
    place.epoch = epoch
    place.seq = seq
    if (body === null) {
      place.unreadable += 1
      continue
    }
    place.stored += 1
    decision.events.push(eventOf(origin, body))
    const alert = body.type === 'alert' ? alertOf(body.data) : null
    if (alert !== null) alerts.set(`${appliance} ${alert.id}`, { ...alert, appliance, epoch, seq })
  }
  decision.alerts.push(...alerts.values())
  decision.progress.push(...at.values())
  return decision
}

/** What there is to tell of appliances that are new, and of others that use the name of one. */
export function toldOfNames(
  before: readonly Position[],
  progress: readonly Progress[],
  at: Date,
): NewEvent[] {
  return progress.flatMap(({ name, other }) => {
    const known = before.find((one) => one.name === name)
    const joined = `${name} has joined the fleet.`
    const taken = `Another machine calls itself ${name}: what it says is left out.`
    return [
      ...(known === undefined ? say('info', 'appliance_joined', joined, name, at, {}) : []),
      ...(other === null || other.identity === known?.otherIdentity
        ? []
        : say('error', 'appliance_name_taken', taken, name, at, { identity: other.identity })),
    ]
  })
}

/** Notes that an appliance said something; whether it is the one of that name, and not another. */
export function isHeard(place: Progress, { identity }: Origin, at: Date): boolean {
  if (place.identity !== identity) {
    place.other = { identity, heardAt: at }
    return false
  }
  place.heardAt = place.heardAt === null || place.heardAt < at ? at : place.heardAt
  return true
}

/** Whether something is later in the order of an appliance. */
export function isAfter(
  one: Pick<Position, 'epoch' | 'seq'>,
  other: Pick<Position, 'epoch' | 'seq'>,
): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.seq > other.seq)
}

/** A place where nothing came of a batch yet. */
export function begunAt({ name, identity, epoch, seq }: Omit<Position, 'otherIdentity'>): Progress {
  return {
    ...{ name, identity, epoch, seq, stored: 0, missing: 0, unreadable: 0 },
    ...{ heardAt: null, other: null },
  }
}

function eventOf({ appliance, seq }: Origin, body: ToldEventBody): ToldEvent {
  const data = body.type === 'alert' ? { ...body.data, appliance } : body.data
  return {
    ...{ type: body.type as StreamType, source: body.source, level: body.level as EventLevel },
    ...{ message: body.message, data, at: new Date(body.timestamp) },
    ...{ appliance, applianceSeq: seq },
  }
}

/** What there is to tell of the way from the last event to this one. */
function toldOfStep(place: Progress, { appliance, epoch, seq }: Origin, at: Date): NewEvent[] {
  if (place.epoch === 0) return []
  if (place.epoch < epoch) {
    const anew = `${appliance} counts anew from event ${seq}, after ${place.seq}: an older backup of it was restored.`
    const facts = { epoch, seq, last_seq: place.seq }
    return say('warning', 'appliance_counts_anew', anew, appliance, at, facts)
  }
  const missing = seq - place.seq - 1
  if (missing === 0) return []
  const [first, last] = [place.seq + 1, seq - 1]
  const which = missing === 1 ? `Event ${first}` : `Events ${first} to ${last}`
  const never = `${which} of ${appliance} never came.`
  return say('warning', 'appliance_events_missing', never, appliance, at, { first, last, missing })
}

function say(
  level: EventLevel,
  event: string,
  message: string,
  appliance: string,
  at: Date,
  facts: object,
): NewEvent[] {
  const data = { event, message, appliance, ...facts }
  return [{ type: 'system', source: 'fleet', level, message, data, at }]
}
