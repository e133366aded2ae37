import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './root.mjs'

/** A step failed; everything it said is in `output`. */
export class StepError extends Error {
  constructor(step, output) {
    super(`${step} failed`)
    this.output = output
  }
}

/** Says in one line what is done. */
export async function step(name, what, work) {
  process.stderr.write(`${name}: ${what}\n`)
  return await work()
}

/** Runs a command and resolves with its status and all it said, its standard output and error as they came. */
export function run(argv, { onOutput, environment = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const chunks = []
    child.stdout.on('data', (chunk) => (onOutput ? onOutput(chunk) : chunks.push(chunk)))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    const passOn = stopWithUs(child)
    child.on('error', (error) => {
      passOn.end()
      reject(error)
    })
    child.on('close', (status, signal) => {
      passOn.end()
      resolve({
        status: status ?? 128 + constants.signals[signal],
        output: String(Buffer.concat(chunks)),
      })
    })
  })
}

/** Runs a command that has to succeed. Rejects with StepError. */
export async function mustRun(name, argv) {
  const { status, output } = await run(argv)
  if (status !== 0) throw new StepError(name, output)
}

/** Prints what went wrong, the whole output of the step included, and ends the program. */
export function fail(error) {
  const output =
    error instanceof StepError ? `${error.output.trimEnd()}\n${error.message}` : error.stack
  process.stderr.write(`${output}\n`)
  process.exit(1)
}

/** A signal to the launcher ends the command first, so that none is left behind. */
export function stopWithUs(child) {
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      child.kill(signal)
      child.once('close', () => process.exit(128 + constants.signals[signal]))
    }
    process.on(signal, handler)
    return [signal, handler]
  })
  return {
    end: () => {
      for (const [signal, handler] of handlers) process.off(signal, handler)
    },
  }
}
