import { once } from 'node:events'
import { createServer } from 'node:net'

/** What is told while servers listen at these addresses, each as its address and whether that is its port. */
export async function listeners(native, { hosts }) {
  const servers = []
  for (const host of hosts) {
    const server = createServer().listen({ host, port: 0, ipv6Only: true })
    await once(server, 'listening')
    servers.push(server)
  }
  const ports = servers.map((server) => server.address().port)
  const told = ports.map((port) => native.tcpListeners().filter((one) => one.port === port))
  for (const server of servers) server.close()
  const after = native.tcpListeners().filter(({ port }) => ports.includes(port))
  return { told: told.map((found) => found.map(({ address }) => address)), after }
}
