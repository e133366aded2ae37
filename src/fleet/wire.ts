/**
 * What an appliance says to a fleet, and under which subjects of NATS. All bodies are JSON, packed with gzip; names
 * are in snake_case, times RFC 3339 in UTC.
 */

/** What the names of subjects and streams begin with. */
const PREFIX = 'storwarden'

/** The JetStream streams, which the fleet's daemon makes. */
export const streams = {
  /** Every event of every appliance, in the order of each. */
  events: { name: 'STORWARDEN_EVENTS', subjects: [`${PREFIX}.*.events`] },
  /** Numbers over time. */
  metrics: { name: 'STORWARDEN_METRICS', subjects: [`${PREFIX}.*.metrics`] },
  /** How an appliance is now: of each subject the last message only. */
  state: { name: 'STORWARDEN_STATE', subjects: [`${PREFIX}.*.state.>`] },
} as const

/** The subjects of one appliance. Those of its state are below `state`. */
export function subjectsOf(appliance: string) {
  const of = (kind: string) => `${PREFIX}.${appliance}.${kind}`
  return {
    events: of('events'),
    metrics: of('metrics'),
    about: of('state.about'),
    alerts: of('state.alerts'),
    numbers: of('state.numbers'),
    /** Of a subject of the snapshot, e.g. `changers`. */
    reading: (subject: string) => of(`state.readings.${subject}`),
  }
}

/** Headers of every message. */
export const headers = {
  /**
   * Which database the appliance counts in, a UUID that goes into its backups: two machines of one name are told
   * apart by it.
   */
  identity: 'Storwarden-Identity',
  /**
   * Since when the appliance counts as it does, ms since 1970: when an older backup was restored, numbers are given
   * out a second time, under a later epoch. (epoch, seq) only ever grows.
   */
  epoch: 'Storwarden-Epoch',
  /** Number of the last event in it; of numbers up to when they are, in ms since 1970; of a state that of the last event before it. */
  seq: 'Storwarden-Seq',
} as const

/** What the server finds a message by that it was given before. */
export function messageId(appliance: string, kind: string, epoch: number, seq: number): string {
  return `${appliance}-${kind}-${epoch}-${seq}`
}

/**
 * Events, ascending, one at least. After an acknowledgement was lost those of two messages may overlap: whether one was
 * heard before is told by its own number.
 */
export interface EventsMessage {
  events: readonly EventMessage[]
}

/** An event as it was stored. */
export interface EventMessage {
  seq: number
  id: string
  type: string
  source: string
  level: string
  message: string
  data: Readonly<Record<string, unknown>>
  timestamp: string
}

/** The values of a while, a list a value: name, labels, type, when it was read in ms since 1970, value. */
export interface MetricsMessage {
  /** Up to when they are, included. */
  at_ms: number
  samples: readonly [
    name: string,
    labels: Readonly<Record<string, string>>,
    type: string,
    atMs: number,
    value: number,
  ][]
}

/** Who the appliance is; told at least every half minute, so that its silence is noticed. */
export interface AboutMessage {
  at: string
  appliance: string
  version: string
  /** Where people reach it; null when it was not told. */
  url: string | null
  started_at: string
  /** Overall status of its health model: `up`, `degraded`, `down` or `unknown`. */
  health: string
  /** From one of these to the next, in seconds. */
  interval_seconds: number
}

/** The alerts that are pending or fire, as `GET /alerts` says them. One that is not among them is over. */
export interface AlertsMessage {
  at: string
  alerts: readonly Readonly<Record<string, unknown>>[]
}

/** The snapshot of numbers, as `GET /metrics` says it. */
export interface NumbersMessage {
  at: string
  numbers: Readonly<Record<string, unknown>>
}

/** A reading of the snapshot, as JSON has it: times are texts. Told when it has changed. */
export interface ReadingMessage {
  at: string
  reading: unknown
}
