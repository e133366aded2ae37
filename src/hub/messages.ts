import { applianceNamed, isWhose, OWN } from '../fleet/whose.ts'
import { encodeTextFrame } from './frame.ts'

/** What goes out, as JSON. `seq` is the place in the stream that a client can resume from. */
export interface Message {
  type: string
  data: unknown
  timestamp: string
  seq: number
  /** Of a fleet: the appliance it happened at, or whose numbers it has. It is not there on what is the daemon's own. */
  appliance?: string
}

/** A committed event, as the hub needs it. */
export interface HubEvent {
  seq: number
  type: string
  data: unknown
  at: Date
  /** Of a fleet: the appliance it happened at; null for what happened here. */
  appliance?: string | null
}

/** Whose events and numbers are wanted: appliances, null among them for the daemon's own; null alone for all of them. */
export type Whose = readonly (string | null)[] | null

/** What a client may say. Without types it means all of them; of whom it does not say anything all stays as it is. */
export type ClientMessage =
  | {
      action: 'subscribe'
      types: readonly string[] | null
      since: number | null
      appliances?: Whose
      /** Whose numbers; null: those of whom it gets events. */
      metricsOf?: Whose
    }
  | { action: 'unsubscribe'; types: readonly string[] | null }

/** A client's message that is not one of those; told to the client. */
export class MalformedMessageError extends Error {
  readonly code = 'ERR_MALFORMED_MESSAGE'

  constructor(problem: string) {
    super(problem)
    this.name = 'MalformedMessageError'
  }
}

/** A message as the frame that is written to the socket. */
export function frameOf(message: Message): Buffer {
  return encodeTextFrame(JSON.stringify(message))
}

/** An event as a frame. */
export function eventFrame({ type, data, at, seq, appliance }: HubEvent): Buffer {
  const message = { type, data, timestamp: at.toISOString(), seq }
  return frameOf(appliance == null ? message : { ...message, appliance })
}

/** Reads what a client sent. `types` are those that there are. Throws MalformedMessageError. */
export function parseClientMessage(text: string, types: readonly string[]): ClientMessage {
  const message = parseObject(text)
  const { action } = message
  if (action !== 'subscribe' && action !== 'unsubscribe') {
    throw new MalformedMessageError('action must be "subscribe" or "unsubscribe"')
  }
  const allowed = [
    'action',
    'types',
    ...(action === 'subscribe' ? ['since', 'appliances', 'metrics_of'] : []),
  ]
  const unknown = Object.keys(message).find((key) => !allowed.includes(key))
  if (unknown !== undefined) {
    throw new MalformedMessageError(`${action} knows only ${allowed.join(', ')}`)
  }
  const wanted = parseTypes(message.types, types)
  if (action === 'unsubscribe') return { action, types: wanted }
  const since = parseSince(message.since)
  const { appliances, metrics_of: metricsOf } = message
  return {
    ...{ action, types: wanted, since },
    ...(appliances !== undefined && { appliances: parseWhose('appliances', appliances) }),
    ...(metricsOf !== undefined && { metricsOf: parseWhose('metrics_of', metricsOf) }),
  }
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MalformedMessageError('not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedMessageError('not a JSON object')
  }
  return value as Record<string, unknown>
}

function parseTypes(value: unknown, types: readonly string[]): readonly string[] | null {
  if (value === undefined || value === null) return null
  if (!Array.isArray(value) || !value.every((type) => types.includes(type as string))) {
    throw new MalformedMessageError(`types must be a list of ${types.join(', ')}`)
  }
  return value.length === 0 ? null : [...new Set(value as string[])]
}

function parseSince(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new MalformedMessageError('since must be a sequence number, 0 or greater')
  }
  return value
}

function parseWhose(name: string, value: unknown): Whose {
  if (value === null) return null
  if (!Array.isArray(value) || !value.every(isWhose)) {
    throw new MalformedMessageError(
      `${name} must be a list of names, or ${OWN} for the daemon's own`,
    )
  }
  return value.length === 0 ? null : [...new Set(value)].map(applianceNamed)
}
