import type { Socket } from 'node:net'
import { encodeFrame } from '../host/privileged/frames.ts'
import type { Refused } from '../host/privileged/protocol.ts'

/** So long the other end has to read why, before what it has sent and nobody reads resets the connection (unix(7)). */
const LINGER_MS = 1_000
/** Connections that may linger; others are closed at once. */
const MAX_LINGERING = 64

let lingering = 0

/** Says why, and closes the connection without reading what else comes. */
export function refuse(socket: Socket, reason: string): void {
  if (socket.destroyed) return
  const refused: Refused = { type: 'refused', reason }
  socket.pause()
  socket.on('error', () => socket.destroy())
  if (lingering >= MAX_LINGERING) {
    socket.end(encodeFrame(refused), () => socket.destroy())
    return
  }
  lingering += 1
  const over = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => {
    clearTimeout(over)
    lingering -= 1
  })
  socket.end(encodeFrame(refused))
}
