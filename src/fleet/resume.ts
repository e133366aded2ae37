/** How far an appliance has told of itself, as its database says. */
export interface PublisherPlace {
  identity: string
  epoch: number
  /** The last event that the servers have. */
  seq: number
  /** Up to when they have numbers, ms since 1970. */
  metricsAtMs: number
}

/** The last message of a kind that the servers have of the name. */
export interface LastMessage {
  identity: string
  epoch: number
  seq: number
  /** Of events, the id of the last in it; null when it could not be read. */
  eventId: string | null
  /** Its number in the stream. */
  streamSeq: number
}

/** What the servers have last. */
export interface LastTold {
  events: LastMessage | null
  metrics: LastMessage | null
}

/** What the appliance has itself. */
export interface OwnEvents {
  /** Number of the last event that is stored here. */
  lastSeq: number
  /** Id of the event here that has the number of the last message; null when there is none. */
  idAtLast: string | null
  /** Number before the first event of those days that servers keep. */
  keptSince: number
}

/** Where an appliance goes on. Or another machine uses the name. */
export type Resumption =
  | { state: 'taken'; identity: string }
  | {
      state: 'goes_on' | 'counts_anew'
      epoch: number
      /** After this event. */
      seq: number
      /** After this moment, ms since 1970. */
      metricsAtMs: number
      /** Number in the stream of the last message with events; 0 when there is none. */
      streamSeq: number
    }

/** Numbers that servers have lost are told again from so long ago: there are many of them. */
const NUMBERS_AGAIN_MS = 3_600_000

/**
 * Where to go on when the servers can be asked. They know best what they have: an acknowledgement may have been lost,
 * or what they had. What they have of numbers that were not given out here, or for other events, is of the time after
 * the backup from which this database was restored: then numbers are counted anew.
 */
export function resume(
  place: PublisherPlace,
  { events, metrics }: LastTold,
  own: OwnEvents,
  nowMs: number,
): Resumption {
  const { identity, epoch, seq } = place
  const other = [events, metrics].find((last) => last !== null && last.identity !== identity)
  if (other) return { state: 'taken', identity: other.identity }
  const streamSeq = events?.streamSeq ?? 0
  const told = Math.max(events?.epoch ?? 0, metrics?.epoch ?? 0)
  if (told > epoch || (events?.epoch === epoch && isOfAnother(events, own))) {
    // An event that was told before the backup is told once more, rather than that one is not told.
    const later = Math.max(nowMs, told + 1)
    return { ...place, state: 'counts_anew', epoch: later, streamSeq }
  }
  const metricsAtMs = numbersAfter(place, metrics, nowMs)
  const on = { state: 'goes_on', epoch, metricsAtMs, streamSeq } as const
  // They have lost it, or forgotten it for its age: what a fleet has heard already it leaves out.
  if (events === null) return { ...on, seq: Math.min(seq, own.keptSince) }
  return { ...on, seq: events.epoch < epoch ? seq : events.seq }
}

function isOfAnother({ seq, eventId }: LastMessage, { lastSeq, idAtLast }: OwnEvents): boolean {
  return seq > lastSeq || (eventId !== null && idAtLast !== null && eventId !== idAtLast)
}

function numbersAfter(
  { epoch, metricsAtMs }: PublisherPlace,
  last: LastMessage | null,
  nowMs: number,
): number {
  if (last === null) return Math.min(metricsAtMs, nowMs - NUMBERS_AGAIN_MS)
  return last.epoch === epoch ? last.seq : metricsAtMs
}
