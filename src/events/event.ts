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

/** Something that happened, before it is stored. */
export interface NewEvent {
  type: StreamType
  /** Who says so, e.g. `alerts`, `collectors/changers`. */
  source: string
  level: 'debug' | 'info' | 'warning' | 'error' | 'critical'
  message: string
  /** What goes out as `data` of the frame: JSON, names in snake_case. */
  data: Readonly<Record<string, unknown>>
  at: Date
}

/** An event that is committed. `seq` grows by one per event of the appliance, in the order of commits. */
export interface StoredEvent extends NewEvent {
  id: string
  seq: number
}
