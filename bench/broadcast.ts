// What the event stream costs: one frame of 4 KiB after the other to 1,000 clients on the loopback device, the
// clients in a process of their own. The peers are ws, which frames for each client, and the limit: nothing
// but socket.write of one buffer.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'
import type { Principal } from '../src/auth/principal.ts'
import { Hub } from '../src/hub/hub.ts'
import { eventFrame } from '../src/hub/messages.ts'
import { median } from './support/measure.ts'
import type { Order } from './support/stream-clients.ts'
import { printTable, ratio } from './support/table.ts'

const CLIENTS = 1_000
const FRAMES = 40
const ROUNDS = 7
const AT = new Date('2026-11-20T21:00:00Z')
const eventOf = (seq: number) => ({
  seq,
  type: 'alert',
  data: { text: 'x'.repeat(4_004) },
  at: AT,
})
// All frames are of the same length: the sequence numbers have seven digits.
const FIRST_SEQ = 1_000_000
const FRAME_BYTES = eventFrame(eventOf(FIRST_SEQ)).length

/** A server, and how it sends the frame with this number to all of its clients. */
interface Contestant {
  name: string
  server: Server
  broadcast: (seq: number) => void
}

const hub = new Hub({
  mayRead: () => true,
  types: ['alert'],
  backlog: {
    since: () => Promise.resolve([]),
    last: () => Promise.resolve(FIRST_SEQ),
    oldest: () => Promise.resolve(null),
  },
  now: () => AT,
  stillGood: () => Promise.resolve([]),
  limits: { settleMs: 1 },
})
await hub.start()
const contestants = [ours(), theirs(), limit()]
const clients = fork(fileURLToPath(new URL('./support/stream-clients.js', import.meta.url)))
const spent = new Map<string, number[]>()
for (const { name, server } of contestants) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await tell(clients, { kind: 'open', port: portOf(server), clients: CLIENTS })
  spent.set(name, [])
}
// Greetings, and what follows them, are not counted.
await delay(500)

let seq = FIRST_SEQ
for (let round = -1; round < ROUNDS; round += 1) {
  for (const contestant of contestants) {
    const seconds = await measure(contestant)
    if (round >= 0) spent.get(contestant.name)?.push(seconds)
  }
}
clients.disconnect()
for (const { server } of contestants) server.close()

const perMillion = ({ name }: Contestant) => {
  return (median(spent.get(name) ?? []) / (CLIENTS * FRAMES)) * 1_000_000
}
const [hubSeconds = 0, wsSeconds = 0, limitSeconds = 0] = contestants.map(perMillion)
printTable(
  `Broadcasting ${FRAME_BYTES} bytes to ${CLIENTS} clients`,
  ['server', 'CPU s per million deliveries', 'to ws', 'to the limit'],
  [
    ['hub', hubSeconds, ratio(hubSeconds, wsSeconds), ratio(hubSeconds, limitSeconds)],
    ['ws, send to each', wsSeconds, ratio(1, 1), ratio(wsSeconds, limitSeconds)],
    ['socket.write to each', limitSeconds, ratio(limitSeconds, wsSeconds), ratio(1, 1)],
  ],
)
process.exit(0)

/** CPU seconds of this process until every client has every frame. */
async function measure({ server, broadcast }: Contestant): Promise<number> {
  const cpu = process.cpuUsage()
  const bytes = CLIENTS * FRAMES * FRAME_BYTES
  const arrived = tell(clients, { kind: 'expect', port: portOf(server), bytes })
  for (let frame = 0; frame < FRAMES; frame += 1) {
    broadcast(++seq)
    await nextTurn()
  }
  await arrived
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / 1_000_000
}

function ours(): Contestant {
  const principal: Principal = {
    userId: 'bench',
    username: 'bench',
    role: 'viewer',
    credential: { kind: 'session', id: 'bench' },
    mustChangePassword: false,
    expiresAt: null,
  }
  const server = createServer()
  server.on('upgrade', (request, socket: Duplex, head) => {
    hub.accept(request, socket, head, principal)
  })
  // The hub sends what it has not broadcast yet; what the others sent it has to read from the backlog.
  let own = FIRST_SEQ
  return {
    name: 'hub',
    server,
    broadcast: () => {
      hub.publish([eventOf(++own)])
    },
  }
}

function theirs(): Contestant {
  const server = createServer()
  const wss = new WebSocketServer({ server, perMessageDeflate: false })
  return {
    name: 'ws',
    server,
    broadcast: (seq) => {
      const { type, data, at } = eventOf(seq)
      const text = JSON.stringify({ type, data, timestamp: at.toISOString(), seq })
      wss.clients.forEach((client) => {
        client.send(text)
      })
    },
  }
}

function limit(): Contestant {
  const server = createServer()
  const sockets = new Set<Duplex>()
  server.on('upgrade', (_: IncomingMessage, socket: Duplex) => {
    sockets.add(socket)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
  })
  const frame = eventFrame(eventOf(FIRST_SEQ))
  return {
    name: 'limit',
    server,
    broadcast: () => {
      for (const socket of sockets) socket.write(frame)
    },
  }
}

/** Resolves when the clients have done what they are told. */
async function tell(child: ChildProcess, order: Order): Promise<void> {
  const done = once(child, 'message')
  child.send(order)
  await done
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
