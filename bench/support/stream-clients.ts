// A process of its own: opens connections to one server after the other, upgrades them to WebSockets, and
// counts the bytes that come. `open` answers when all are upgraded, `expect` when so many more bytes have come.
import { connect } from 'node:net'

/** What the process is told, one order at a time; it answers with the port when it is done. */
export type Order =
  { kind: 'open'; port: number; clients: number } | { kind: 'expect'; port: number; bytes: number }

const REQUEST = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  '',
  '',
].join('\r\n')

const received = new Map<number, number>()
let waiting: { port: number; bytes: number } | null = null

process.on('message', (order: Order) => {
  if (order.kind === 'open') void open(order)
  else {
    waiting = order
    check()
  }
})
process.on('disconnect', () => process.exit(0))

async function open({ port, clients }: Order & { kind: 'open' }): Promise<void> {
  received.set(port, 0)
  for (let client = 0; client < clients; client += 1) await upgraded(port)
  process.send?.(port)
}

function upgraded(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => socket.write(REQUEST))
    socket.on('error', reject)
    socket.once('data', () => {
      resolve()
      socket.on('data', (chunk: Buffer) => {
        received.set(port, (received.get(port) ?? 0) + chunk.length)
        check()
      })
    })
  })
}

function check(): void {
  if (waiting === null || (received.get(waiting.port) ?? 0) < waiting.bytes) return
  received.set(waiting.port, 0)
  process.send?.(waiting.port)
  waiting = null
}
