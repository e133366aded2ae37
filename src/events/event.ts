/** Types of frames on the event stream. */
export const streamTypes = [
  'alert',
  'task',
  'system',
  'storage',
  'scst',
  'tape',
  'vtl',
  'metrics',
] as const
/** The type of a frame. */
export type StreamType = (typeof streamTypes)[number]

/** Whether it is one of those types. */
export function isStreamType(type: string): type is StreamType {
  return streamTypes.some((known) => known === type)
}

/** What an event can be, as whoever hands it in says. */
export const eventTypes = ['log', 'metric', 'trace', 'alert'] as const
/** One of those. */
export type EventType = (typeof eventTypes)[number]

/** How much an event matters, the least first. */
export const eventLevels = ['debug', 'info', 'warning', 'error', 'critical'] as const
/** One of those. */
export type EventLevel = (typeof eventLevels)[number]

/** Something that happened, before it is stored. */
export interface NewEvent {
  type: StreamType
  /** Who says so, e.g. `alerts`, `collectors/changers`. */
  source: string
  level: EventLevel
  message: string
  /** What goes out as `data` of the frame: JSON, names in snake_case. */
  data: Readonly<Record<string, unknown>>
  at: Date
}

/** Something that happened at an appliance of a fleet, before it is stored. */
export interface ToldEvent extends NewEvent {
  appliance: string
  /** Its number there. */
  applianceSeq: number
}

/** An event that is committed. `seq` grows by one per event of the appliance, in the order of commits. */
export interface StoredEvent extends NewEvent {
  id: string
  seq: number
  /** Of a fleet: the appliance it happened at; null for what happened here. */
  appliance: string | null
}

/** An event that somebody hands in to be kept: it does not go out on the stream. */
export interface HandedInEvent {
  eventType: EventType
  source: string
  level: EventLevel
  message: string
  /** What it can be found by, e.g. `request_id`. */
  tags: Readonly<Record<string, string>>
  /** JSON. */
  payload: Readonly<Record<string, unknown>>
  at: Date
}

/** An event as it is listed, whether the daemon wrote it or somebody handed it in. */
export interface ListedEvent extends HandedInEvent {
  id: string
  /** Null for what was handed in. */
  seq: number | null
  stream: StreamType | null
  /** Of a fleet: the appliance it happened at; null for what happened here. */
  appliance: string | null
  createdAt: Date
  /** Name of the user who handed it in; null for the daemon, and when the user is no more. */
  createdBy: string | null
}
