import { once } from 'node:events'
import { WebSocket } from 'ws'
import { until, type TestDaemon } from './daemon.ts'

/** Words before the daemon's command with which `evaluateIn` reaches it. */
export const INSPECTED: readonly string[] = ['NODE_OPTIONS=--inspect=127.0.0.1:0']

/** Has a daemon that was started with `INSPECTED` evaluate an expression; its value is not waited for. */
export async function evaluateIn(daemon: TestDaemon, expression: string): Promise<void> {
  const socket = await connectedTo(daemon)
  await new Promise<void>((resolve, reject) => {
    const question = { id: 1, method: 'Runtime.evaluate', params: { expression } }
    socket.send(JSON.stringify(question), (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Asks a daemon that was started with `INSPECTED`, on one connection. */
export interface Inspector {
  /** Resolves with the value of an expression, as JSON would have it. */
  evaluate(expression: string): Promise<unknown>
  /** Has everything let go that nobody holds. */
  collectGarbage(): Promise<void>
  close(): void
}

/** Opens a connection to it. */
export async function openInspector(daemon: TestDaemon): Promise<Inspector> {
  const socket = await connectedTo(daemon)
  const answers = new Map<number, (answer: { result?: { result?: { value: unknown } } }) => void>()
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as {
      id?: number
      result?: { result?: { value: unknown } }
    }
    answers.get(answer.id ?? 0)?.(answer)
  })
  let last = 0
  const ask = async (method: string, params: object = {}) =>
    await new Promise<{ result?: { result?: { value: unknown } } }>((resolve) => {
      const id = ++last
      answers.set(id, (answer) => {
        answers.delete(id)
        resolve(answer)
      })
      socket.send(JSON.stringify({ id, method, params }))
    })
  return {
    async evaluate(expression) {
      const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true })
      return result?.result?.value
    },
    async collectGarbage() {
      await ask('HeapProfiler.collectGarbage')
    },
    close() {
      socket.terminate()
    },
  }
}

async function connectedTo(daemon: TestDaemon): Promise<WebSocket> {
  const url = await until(
    () => Promise.resolve(/listening on (ws:\S+)/.exec(daemon.log.join('\n'))?.[1] ?? ''),
    (found) => found !== '',
  )
  const socket = new WebSocket(url)
  socket.on('error', () => undefined)
  await once(socket, 'open')
  return socket
}
