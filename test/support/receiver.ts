import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { messageOf, NotifyError, type Message } from '../../src/notify/notifier.ts'

/** A message as an event makes it. */
export const message = (text: string, at: Date, id: string = randomUUID()): Message =>
  messageOf(
    {
      type: 'tape',
      source: 'tape-alerts',
      level: 'critical',
      message: text,
      data: { flag: 4 },
      at,
    },
    id,
  )

interface Received {
  method: string
  /** What was asked for. */
  path: string
  headers: IncomingMessage['headers']
  body: string
}

/** A web server that notes what is posted to it and answers as it is told. */
export async function receiver(t: { teardown(undo: () => void): void }) {
  const received: Received[] = []
  const how = { answer: (response: ServerResponse): unknown => response.writeHead(204).end() }
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      received.push({ method, path, headers, body })
      how.answer(response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/hook?token=hidden`, received, how, server }
}

/** What a channel fails with. */
export async function failureOf(sending: Promise<unknown>): Promise<NotifyError> {
  const error = await sending.then(
    () => new Error('it was taken'),
    (error: unknown) => error,
  )
  if (error instanceof NotifyError) return error
  throw error
}

/** The message of it, whether it is tried again, and when. */
export async function failure(sending: Promise<unknown>) {
  const { message, retry, retryAfterMs } = await failureOf(sending)
  return [message, retry, retryAfterMs]
}
