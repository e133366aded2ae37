import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Teardown } from './database.ts'

/** What a client finds at the address: nobody, somebody silent, an answer of the server with a SQLSTATE, or the server. */
export type GateMode = 'closed' | 'silent' | { sqlState: string; message: string } | 'open'

/** The address of a PostgreSQL server that is there or not, as a test wants it. */
export interface DatabaseGate {
  url: string
  /** Cuts the connections that there are, and from now on is this. */
  set(mode: GateMode): Promise<void>
  /** Connections of clients, and of those that were let through the ones behind. */
  connections(): number
}

/** Makes one before the Unix socket of a server; closed at first, and after the test. */
export async function openDatabaseGate(
  t: Teardown,
  server: { host: string; user: string; port?: number },
  database: string,
): Promise<DatabaseGate> {
  const path = `${server.host}/.s.PGSQL.${server.port ?? 5432}`
  const sockets = new Set<Socket>()
  let mode: GateMode = 'closed'
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const gate = createServer((client) => {
    keep(client)
    if (mode === 'silent') return
    if (typeof mode === 'object') {
      client.once('data', () => client.end(typeof mode === 'object' ? errorResponse(mode) : ''))
      return
    }
    const behind = connect(path)
    keep(behind)
    client.pipe(behind).pipe(client)
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const)
      one.on('close', () => other.destroy())
  })
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (gate.listening) await new Promise((resolve) => gate.close(resolve))
  }
  const listen = async (port: number) => {
    gate.listen(port, '127.0.0.1')
    await once(gate, 'listening')
    return (gate.address() as AddressInfo).port
  }
  const port = await listen(0)
  await close()
  t.teardown(close)
  return {
    url: `postgresql://${server.user}@127.0.0.1:${port}/${database}`,
    connections: () => sockets.size,
    async set(next) {
      await close()
      mode = next
      if (next !== 'closed') await listen(port)
    },
  }
}

/** ErrorResponse (PostgreSQL, 55.7): severity, SQLSTATE and message, each with its letter. */
function errorResponse({ sqlState, message }: { sqlState: string; message: string }): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${sqlState}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
