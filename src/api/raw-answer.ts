import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ProblemError } from './problem.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'

/** The longest that the other side may take to read it. */
const LINGER_MS = 5_000

/** Answers with a problem on a connection that no HTTP server reads, and ends it. */
export function writeProblem(socket: Duplex, problem: ProblemError, requestId: string): void {
  const body = JSON.stringify(problem.body(requestId))
  const headers = {
    ...problem.headers,
    [REQUEST_ID_HEADER]: requestId,
    Connection: 'close',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Content-Type-Options': 'nosniff',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const status = `${problem.status} ${STATUS_CODES[problem.status] ?? 'Refused'}`
  const cut = setTimeout(() => {
    socket.destroy()
  }, LINGER_MS)
  socket.once('close', () => {
    clearTimeout(cut)
  })
  // The other side may keep its half of the connection open for as long as it likes.
  socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'), () => {
    socket.destroy()
  })
}
