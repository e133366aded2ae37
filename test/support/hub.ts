import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Role } from '../../src/auth/permissions.ts'
import type { ClientLimits } from '../../src/hub/limits.ts'
import type { EachSender } from '../../src/hub/fan-out.ts'
import { Hub } from '../../src/hub/hub.ts'
import type { HubEvent } from '../../src/hub/messages.ts'
import { Clock } from './clock.ts'
import type { Teardown } from './database.ts'
import { TestClient } from './ws.ts'

/** The types of the frames of a test. */
export const hubTypes = ['alert', 'task', 'system', 'metrics']

/** A hub on a port of its own, whose stored events are a list. */
export async function startTestHub(
  t: Teardown,
  limits: Partial<ClientLimits> = {},
  sender: EachSender | null = null,
) {
  const clock = new Clock()
  const stored: HubEvent[] = []
  const backlog = {
    failure: null as Error | null,
    oldestKept: 1,
    reads: 0,
    /** Called before each read, to let something happen meanwhile. */
    meanwhile: (): void => undefined,
  }
  const good = { all: true, role: 'operator' as Role }
  const hub = new Hub({
    ...{ types: hubTypes, sender },
    // Of tasks an operator is told, a viewer is not; what else there is goes to everybody.
    mayRead: (role, type) => type !== 'task' || role !== 'viewer',
    now: () => clock.now,
    limits: { settleMs: 20, closeMs: 200, ...limits },
    stillGood: async (credentials) =>
      good.all ? credentials.map((one) => ({ ...one, role: good.role })) : [],
    backlog: {
      async since(seq, limit, wanted, whose) {
        backlog.reads += 1
        const found = stored.filter(
          (event) =>
            event.seq > seq &&
            event.seq >= backlog.oldestKept &&
            (wanted?.includes(event.type) ?? true) &&
            (whose?.includes(event.appliance ?? null) ?? true),
        )
        if (backlog.failure) throw backlog.failure
        const events = found.slice(0, limit)
        backlog.meanwhile()
        return events
      },
      last: async () => stored.length,
      oldest: async () => (stored.length >= backlog.oldestKept ? backlog.oldestKept : null),
    },
  })
  await hub.start()
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    const id = request.headers['x-credential']?.toString() ?? 'a'
    hub.accept(request, socket, head, {
      userId: 'u',
      username: 'viewer',
      role: (request.headers['x-role'] ?? 'operator') as Role,
      credential: { kind: 'token', id },
      mustChangePassword: false,
      expiresAt: null,
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.teardown(async () => {
    await hub.stop()
    server.close()
  })

  /** Stores events as the database would, and gives them back. */
  const store = (
    count: number,
    type = 'alert',
    data: unknown = {},
    appliance: string | null = null,
  ): HubEvent[] => {
    const events = Array.from({ length: count }, (_, index) => ({
      seq: stored.length + 1 + index,
      type,
      data,
      at: clock.now,
      ...(appliance === null ? {} : { appliance }),
    }))
    stored.push(...events)
    return events
  }
  const client = (headers: Record<string, string> = {}) =>
    new TestClient(`ws://127.0.0.1:${port}/`, { headers })
  return { hub, clock, backlog, good, port, store, client }
}

/** first..last. */
export const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
