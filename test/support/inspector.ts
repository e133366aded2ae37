import { once } from 'node:events'
import { WebSocket } from 'ws'
import { until, type TestDaemon } from './daemon.ts'

/** Words before the daemon's command with which `evaluateIn` reaches it. */
export const INSPECTED: readonly string[] = ['NODE_OPTIONS=--inspect=127.0.0.1:0']

/** Has a daemon that was started with `INSPECTED` evaluate an expression; its value is not waited for. */
export async function evaluateIn(daemon: TestDaemon, expression: string): Promise<void> {
  const url = await until(
    () => Promise.resolve(/listening on (ws:\S+)/.exec(daemon.log.join('\n'))?.[1] ?? ''),
    (found) => found !== '',
  )
  const socket = new WebSocket(url)
  socket.on('error', () => undefined)
  await once(socket, 'open')
  await new Promise<void>((resolve, reject) => {
    const question = { id: 1, method: 'Runtime.evaluate', params: { expression } }
    socket.send(JSON.stringify(question), (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
