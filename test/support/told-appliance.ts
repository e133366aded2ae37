import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { connect, headers as natsHeaders, type JetStreamClient, type NatsConnection } from 'nats'
import type { RawMessage } from '../../src/fleet/received.ts'
import {
  headers,
  messageId,
  subjectsOf,
  type AboutMessage,
  type EventMessage,
} from '../../src/fleet/wire.ts'

/** A message as an appliance publishes it. */
export interface Published {
  subject: string
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** Null of a state, of which the last counts. */
  id: string | null
}

/** What an appliance tells a fleet, without one. */
export class ToldAppliance {
  readonly name: string
  identity: string = randomUUID()
  epoch = 1_790_000_000_000
  seq = 0

  constructor(name: string) {
    this.name = name
  }

  /** The next event, in a message of its own. */
  event(given: Partial<EventMessage> = {}): Published {
    return this.events([given])
  }

  /** The next events. */
  events(all: readonly Partial<EventMessage>[]): Published {
    const events = all.map((given) => this.#next(given))
    const id = messageId(this.name, 'events', this.epoch, this.seq)
    return this.#message(subjectsOf(this.name).events, this.seq, { events }, id)
  }

  #next(given: Partial<EventMessage>): EventMessage {
    this.seq += 1
    const { seq } = this
    return {
      ...{ seq, id: randomUUID(), type: 'system', source: 'test', level: 'info' },
      ...{ message: `${this.name} ${seq}`, data: { event: 'tried' } },
      ...{ timestamp: '2026-11-20T21:00:00.000Z', ...given },
    }
  }

  /** The values of a beat. */
  metrics(atMs: number, samples: readonly unknown[]): Published {
    const id = messageId(this.name, 'metrics', this.epoch, atMs)
    return this.#message(subjectsOf(this.name).metrics, atMs, { at_ms: atMs, samples }, id)
  }

  about(given: Partial<AboutMessage> = {}): Published {
    return this.#message(subjectsOf(this.name).about, this.seq, {
      ...{ at: '2026-11-20T21:00:00.000Z', appliance: this.name, version: '0.1.0' },
      ...{ url: `https://${this.name}:8443`, started_at: '2026-11-20T20:00:00.000Z' },
      ...{ health: 'up', interval_seconds: 30, ...given },
    })
  }

  alerts(alerts: readonly object[], at = '2026-11-20T21:00:30.000Z'): Published {
    return this.#message(subjectsOf(this.name).alerts, this.seq, { at, alerts })
  }

  reading(subject: string, reading: unknown): Published {
    const at = '2026-11-20T21:00:00.000Z'
    return this.#message(subjectsOf(this.name).reading(subject), this.seq, { at, reading })
  }

  numbers(numbers: Record<string, unknown>): Published {
    const at = '2026-11-20T21:00:00.000Z'
    return this.#message(subjectsOf(this.name).numbers, this.seq, { at, numbers })
  }

  #message(subject: string, seq: number, body: object, id: string | null = null): Published {
    return {
      ...{ subject, id, body: gzipSync(JSON.stringify(body)) },
      headers: {
        [headers.identity]: this.identity,
        [headers.epoch]: String(this.epoch),
        [headers.seq]: String(seq),
      },
    }
  }
}

/** An alert as an appliance tells it. */
export function toldAlert(given: Record<string, unknown> = {}) {
  return {
    ...{ id: '00000000-0000-4000-8000-000000000001', rule: 'ArrayDegraded' },
    ...{ title: 'RAID array is degraded', severity: 'critical', source: 'storage' },
    ...{ resource: 'md0', labels: { array: 'md0' }, message: 'md0: 3 of 4 members' },
    ...{ description: 'one more loses data', action: 'replace it', runbook_url: null },
    ...{ part_of: {}, evidence: {}, state: 'firing', acknowledged: false },
    ...{ acknowledged_by: null, acknowledged_at: null, acknowledge_comment: null },
    ...{ acknowledge_expires_at: null, count: 3, started_at: '2026-11-20T20:00:00.000Z' },
    ...{ fired_at: '2026-11-20T20:00:30.000Z', last_seen_at: '2026-11-20T20:01:00.000Z' },
    ...{ resolved_at: null, resolved_by: null, resolution: null, resolve_comment: null },
    ...{ flapping: false, inhibited_by: null, silenced_by: [] },
    ...given,
  }
}

/** The message as a server would hand it over. */
export function handedOver(
  { subject, headers: given, body }: Published,
  streamSeq = 1,
  storedAt = new Date('2026-11-20T21:00:01Z'),
): RawMessage {
  return { subject, body, streamSeq, storedAt, header: (name) => given[name] ?? '' }
}

/** Publishes, and waits until the server has it. */
export async function publish(client: JetStreamClient, message: Published): Promise<void> {
  const sent = natsHeaders()
  for (const [name, value] of Object.entries(message.headers)) sent.set(name, value)
  await client.publish(message.subject, message.body, {
    headers: sent,
    ...(message.id === null ? {} : { msgID: message.id }),
  })
}

/** A connection for those that tell: it reconnects at once, for as long as the test lasts. */
export function connectAppliances(url: string): Promise<NatsConnection> {
  return connect({
    ...{ servers: url, timeout: 5_000, maxReconnectAttempts: -1 },
    ...{ reconnectTimeWait: 50, reconnectJitter: 20 },
  })
}
