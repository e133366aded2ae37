import { gunzipSync } from 'node:zlib'
import { Ajv } from 'ajv'
import { Type, type Static, type TSchema } from 'typebox'
import { APPLIANCE_NAME } from '../config/fleet.ts'
import type { StoredType } from '../history/store.ts'
import { eventLevels, streamTypes } from '../events/event.ts'
import { headers } from './wire.ts'

/** A message as a server hands it over. */
export interface RawMessage {
  subject: string
  /** The value of a header; empty when there is none. */
  header: (name: string) => string
  body: Uint8Array
  /** Its number in the stream. */
  streamSeq: number
  /** When the server stored it. */
  storedAt: Date
}

/** Who says something, and where in the order of what he says. */
export interface Origin {
  appliance: string
  identity: string
  epoch: number
  seq: number
}

/** A message as far as it could be read. */
export interface Received<Body> {
  /** Null when the message does not say whose it is. */
  origin: Origin | null
  /** What the subject ends with, e.g. `state.about`. */
  kind: string
  /** Null when it could not be read; `why` then says why not. */
  body: Body | null
  why: string | null
  /** How far the stream is read when this is stored. */
  streamSeq: number
  storedAt: Date
}

/** More is no message of an appliance: gzip can make a lot of little. */
const MOST_BYTES = 64 * 1024 * 1024

const ajv = new Ajv({ strict: true, allowUnionTypes: true })
const words = (values: readonly string[]) => Type.Unsafe<string>({ enum: [...values] })
const text = Type.String()
const texts = Type.Record(text, text)
const anything = Type.Record(text, Type.Unknown())
const moment = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z$' })
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** What a message holds, and how it is known. What another version says besides is let pass. */
function reader<T extends TSchema>(schema: T) {
  const isOne = ajv.compile(schema)
  return (value: unknown): Static<T> => {
    if (isOne(value)) return value as Static<T>
    throw new Error(ajv.errorsText(isOne.errors, { dataVar: 'message' }))
  }
}

/** Events of which nothing is known yet but that they are numbered: EventsMessage. */
const readEvents = reader(
  Type.Object({
    events: Type.Array(Type.Object({ seq: Type.Integer({ minimum: 1 }) }), { minItems: 1 }),
  }),
)

/** An event: EventMessage. */
const readEvent = reader(
  Type.Object({
    seq: Type.Integer({ minimum: 1 }),
    type: words(streamTypes),
    source: text,
    level: words(eventLevels),
    message: text,
    data: anything,
    timestamp: moment,
  }),
)

/** Numbers over time: MetricsMessage. */
export const readMetrics = reader(
  Type.Object({
    at_ms: Type.Integer({ minimum: 0 }),
    samples: Type.Array(
      Type.Unsafe<[string, Record<string, string>, StoredType, number, number]>({
        type: 'array',
        minItems: 5,
        items: [
          { type: 'string', minLength: 1, maxLength: 256 },
          texts,
          { enum: ['counter', 'gauge', 'histogram'] },
          { type: 'integer', minimum: 0 },
          { type: 'number' },
        ],
        maxItems: 5,
      }),
    ),
  }),
)

/** Who the appliance is: AboutMessage. */
export const readAbout = reader(
  Type.Object({
    at: moment,
    appliance: text,
    version: text,
    url: nullable(text),
    started_at: moment,
    health: text,
    interval_seconds: Type.Number({ exclusiveMinimum: 0 }),
  }),
)

/** An alert as `GET /alerts` says it. */
export const alertSchema = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  rule: text,
  title: text,
  severity: words(['info', 'warning', 'critical']),
  source: text,
  resource: text,
  labels: texts,
  message: text,
  description: text,
  action: text,
  part_of: texts,
  evidence: anything,
  state: words(['pending', 'firing', 'resolved']),
  acknowledged_by: nullable(text),
  acknowledged_at: nullable(moment),
  acknowledge_comment: nullable(text),
  acknowledge_expires_at: nullable(moment),
  count: Type.Integer({ minimum: 1 }),
  started_at: moment,
  fired_at: nullable(moment),
  last_seen_at: moment,
  resolved_at: nullable(moment),
  resolved_by: nullable(text),
  resolution: nullable(text),
  resolve_comment: nullable(text),
  flapping: Type.Boolean(),
  inhibited_by: nullable(text),
  silenced_by: Type.Array(text),
})

/** Such an alert. */
export type ToldAlert = Static<typeof alertSchema>

const readToldAlert = reader(alertSchema)

/** The alert of an event about one; null when there is none in it. */
export function alertOf(data: Readonly<Record<string, unknown>>): ToldAlert | null {
  try {
    return readToldAlert(data)
  } catch {
    return null
  }
}

/** The alerts that are pending or fire: AlertsMessage. */
export const readAlerts = reader(Type.Object({ at: moment, alerts: Type.Array(alertSchema) }))

/** The snapshot of numbers: NumbersMessage. */
export const readNumbers = reader(Type.Object({ at: moment, numbers: anything }))

/** A reading: ReadingMessage. */
export const readReading = reader(Type.Object({ at: moment, reading: Type.Unknown() }))

const isName = new RegExp(APPLIANCE_NAME)
const isIdentity = /^[A-Za-z0-9-]{1,64}$/

/** Reads a message. Never throws: what cannot be read is told. */
export function received<Body>(
  message: RawMessage,
  read: (value: unknown) => Body,
): Received<Body> {
  const { subject, streamSeq, storedAt } = message
  const [, appliance = '', ...rest] = subject.split('.')
  const whole = { kind: rest.join('.'), streamSeq, storedAt }
  const origin = originOf(appliance, message)
  if (origin === null) {
    return { ...whole, origin, body: null, why: 'its headers do not say whose it is' }
  }
  return { ...whole, origin, ...readOr(() => read(unpacked(message.body))) }
}

/** An event as it is read of a message. */
export type ToldEventBody = ReturnType<typeof readEvent>

/**
 * Reads a message of events, one after the other: one that cannot be read has its number, and holds up no other. Until
 * the last is stored the stream is not read past the message. Never throws.
 */
export function receivedEvents(message: RawMessage): Received<ToldEventBody>[] {
  const whole = received(message, readEvents)
  const { origin, body, streamSeq } = whole
  if (origin === null || body === null) return [{ ...whole, body: null }]
  return body.events.map((event, index) => ({
    ...whole,
    ...readOr(() => readEvent(event)),
    origin: { ...origin, seq: event.seq },
    streamSeq: index === body.events.length - 1 ? streamSeq : streamSeq - 1,
  }))
}

function readOr<Body>(read: () => Body): Pick<Received<Body>, 'body' | 'why'> {
  try {
    return { body: read(), why: null }
  } catch (error) {
    return { body: null, why: (error as Error).message }
  }
}

function originOf(appliance: string, { header }: RawMessage): Origin | null {
  const identity = header(headers.identity)
  const [epoch, seq] = [whole(header(headers.epoch)), whole(header(headers.seq))]
  if (!isName.test(appliance) || !isIdentity.test(identity)) return null
  return epoch === null || seq === null ? null : { appliance, identity, epoch, seq }
}

function whole(given: string): number | null {
  const value = Number(given)
  return /^\d{1,16}$/.test(given) && Number.isSafeInteger(value) ? value : null
}

/** What a body holds. Throws what is wrong with it. */
export function unpacked(body: Uint8Array): unknown {
  return JSON.parse(gunzipSync(body, { maxOutputLength: MOST_BYTES }).toString())
}
