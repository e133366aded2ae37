import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { ProblemError } from './problem.ts'
import { writeProblem } from './raw-answer.ts'

/** ContentType of the record that a TLS connection begins with: handshake (RFC 8446, 5.1). */
const HANDSHAKE = 0x16

/**
 * Looks at the first byte of a connection that is to speak TLS: whoever asks in plain HTTP is told so, who says
 * nothing is cut.
 */
export function startsTls(socket: Socket, timeoutMs: number, take: () => void): void {
  const silent = setTimeout(() => {
    socket.destroy()
  }, timeoutMs)
  const onClose = () => {
    clearTimeout(silent)
  }
  const onError = () => {
    socket.destroy()
  }
  socket.once('close', onClose)
  socket.on('error', onError)
  socket.once('data', (first: Buffer) => {
    clearTimeout(silent)
    socket.off('close', onClose)
    if (first[0] === HANDSHAKE) {
      socket.pause()
      socket.off('error', onError)
      socket.unshift(first)
      take()
      return
    }
    // An answer that is sent while something still comes in would be lost with the connection.
    socket.resume()
    // Neither a redirect: a token that was sent in plain text is not one that should work.
    const problem = new ProblemError('tls_required', 'ask with https:// instead of http://')
    writeProblem(socket, problem, randomUUID())
  })
}
