import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Teardown } from './database.ts'

/** A wire to a port of this machine that can be cut. */
export interface CutProxy {
  port: number
  /** Breaks every connection, and takes no other. */
  cut(): void
  /** Nothing gets through any more, in either direction or only from the server; connections are there, and new ones taken. */
  freeze(direction?: 'both' | 'answers'): void
  /** From now on all is well: what was frozen is lost with its connection. */
  heal(): void
  /** Connections of clients. */
  connections(): number
}

type Mode = 'open' | 'cut' | 'frozen' | 'deaf'

/** Lets through what comes to its port until it is told otherwise; gone after the test. */
export async function startCutProxy(t: Teardown, target: number): Promise<CutProxy> {
  const pairs = new Set<readonly [client: Socket, server: Socket]>()
  let mode: Mode = 'open'
  const proxy = createServer((client) => {
    client.on('error', () => undefined)
    if (mode === 'cut') {
      client.destroy()
      return
    }
    const server = connect(target, '127.0.0.1')
    server.on('error', () => undefined)
    const pair = [client, server] as const
    pairs.add(pair)
    client.on('data', (data) => {
      if (mode === 'open' || mode === 'deaf') server.write(data)
    })
    server.on('data', (data) => {
      if (mode === 'open') client.write(data)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('close', () => {
        pairs.delete(pair)
        // Of what is frozen nothing is heard, not even its end.
        if (mode === 'open' || mode === 'cut' || one === client) other.destroy()
      })
    }
  })
  const breakAll = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(async () => {
    breakAll()
    await new Promise((resolve) => proxy.close(resolve))
  })
  return {
    port: (proxy.address() as AddressInfo).port,
    connections: () => pairs.size,
    cut() {
      mode = 'cut'
      breakAll()
    },
    freeze(direction = 'both') {
      mode = direction === 'both' ? 'frozen' : 'deaf'
    },
    heal() {
      if (mode !== 'open') breakAll()
      mode = 'open'
    },
  }
}
