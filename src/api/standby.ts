import { createServer, type Server, type ServerResponse } from 'node:http'
import { problems } from './problem.ts'

/** What a daemon that stands by answers on. */
export interface StandbyOptions {
  host: string
  port: number
  now: () => Date
}

/** Seconds after which asking again may help. */
const RETRY_SECONDS = 5

/**
 * Answers while another daemon writes to the database: that it is alive, that it stands by, and for all else to ask
 * the other, or later. Rejects as `listen` of node:net does.
 */
export async function startStandbyServer({
  host,
  port,
  now,
}: StandbyOptions): Promise<{ address: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    // Nothing that is sent is of interest.
    request.resume()
    answer(request.url ?? '/', response, now())
  })
  server.headersTimeout = 10_000
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  return { address: addressOf(server), stop: () => stop(server) }
}

function answer(url: string, response: ServerResponse, now: Date): void {
  const path = url.replace(/\?.*$/s, '')
  if (path === '/health/live') send(response, 200, { status: 'ok' })
  else if (path === '/health' || path === '/health/detailed') {
    send(response, 200, { status: 'standby', timestamp: now.toISOString() })
  } else if (path === '/health/status') {
    const timestamp = now.getTime() / 1000
    send(response, 200, { status: 'standby', timestamp, components: {}, critical_failures: [] })
  } else if (path === '/health/ready') {
    send(response, 503, { status: 'standby', checks: {} })
  } else {
    const { status, title } = problems.standby
    const detail = 'this daemon stands by: another one works on the database'
    const body = { type: 'about:blank', title, status, detail, code: 'standby', errors: [] }
    send(response, status, body, 'application/problem+json')
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  contentType = 'application/json',
): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 503 ? { 'Retry-After': String(RETRY_SECONDS) } : {}),
  })
  response.end(`${JSON.stringify(body)}\n`)
}

function addressOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return String(address)
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${host}:${address.port}`
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  server.closeAllConnections()
  await closed
}
