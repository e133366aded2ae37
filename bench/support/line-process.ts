import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that is told lines, and answers with lines. */
export class LineProcess {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  readonly #waiting: ((line: string) => void)[] = []

  constructor([program = '', ...words]: readonly string[]) {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    createInterface({ input: child.stdout }).on('line', (line) => {
      const next = this.#waiting.shift()
      if (next === undefined) this.#lines.push(line)
      else next(line)
    })
    child.on('error', (error) => {
      throw error
    })
    this.#child = child
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    const said = this.#lines.shift()
    return said ?? (await new Promise((resolve) => this.#waiting.push(resolve)))
  }

  /** Says that nothing more will be told, and waits until it has ended. */
  async close(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await exited
  }

  /** Ends it. */
  end(): void {
    this.#child.kill('SIGKILL')
  }
}
