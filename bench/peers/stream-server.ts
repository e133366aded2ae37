// The event stream as bench/broadcast.ts measures it, in a process of its own: the hub with the addon (`hub`), without it
// (`hub-node`), or ws alone, which frames for each client (`ws`). Prints its port first; each line that it is told is a
// number of bytes, a message of which goes to all clients.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Principal } from '../../src/auth/principal.ts'
import { loadNative } from '../../src/host/load-native.ts'
import { Hub } from '../../src/hub/hub.ts'

const FIRST_SEQ = 1_000_000
const [, , which = 'hub'] = process.argv
const server = createServer()
const broadcast = which === 'ws' ? withWs(server) : await withHub(server, which === 'hub')
server.listen(0, '127.0.0.1', 4096, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
createInterface({ input: process.stdin }).on('line', (line) => {
  broadcast(Number(line))
})
process.stdin.on('end', () => process.exit(0))

/** Nanoseconds of CLOCK_REALTIME in 20 digits. */
function stamp(): string {
  const ms = performance.timeOrigin + performance.now()
  return String(BigInt(Math.round(ms * 1000)) * 1000n).padStart(20, '0')
}

/** Sends messages of so many bytes as events. */
async function withHub(of: Server, native: boolean): Promise<(bytes: number) => void> {
  const addon = loadNative()
  if (native && !('native' in addon)) throw new Error(addon.missing)
  const hub = new Hub({
    mayRead: () => true,
    types: ['alert'],
    backlog: {
      since: () => Promise.resolve([]),
      last: () => Promise.resolve(FIRST_SEQ),
      oldest: () => Promise.resolve(null),
    },
    now: () => new Date(),
    stillGood: (credentials) =>
      Promise.resolve(credentials.map((one) => ({ ...one, role: 'viewer' as const }))),
    limits: { settleMs: 1 },
    // The clients answer no pings.
    silentMs: 3_600_000,
    sender: native && 'native' in addon ? addon.native : null,
  })
  await hub.start()
  const principal: Principal = {
    ...{ userId: 'bench', username: 'bench', role: 'viewer' },
    ...{ credential: { kind: 'session', id: 'bench' }, mustChangePassword: false, expiresAt: null },
  }
  of.on('upgrade', (request, socket: Duplex, head) => {
    hub.accept(request, socket, head, principal)
  })
  let seq = FIRST_SEQ
  // What is around the text: all frames are of the same length.
  const around = 116
  return (bytes) => {
    const data = { at: stamp(), text: 'x'.repeat(bytes - around) }
    hub.publish([{ seq: (seq += 1), type: 'alert', data, at: new Date() }])
  }
}

function withWs(of: Server): (bytes: number) => void {
  const wss = new WebSocketServer({ server: of, perMessageDeflate: false })
  return (bytes) => {
    const head = `{"type":"alert","data":{"at":"${stamp()}","text":"`
    const text = head + 'x'.repeat(bytes - head.length)
    wss.clients.forEach((client) => {
      client.send(text)
    })
  }
}
