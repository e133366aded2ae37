import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Teardown } from './database.ts'

/** Debian keeps daemons where a user does not look. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }

/** The reason for skipping a test whose peer is not there; false when it is. */
export function lacks(program: string, ...words: string[]): string | false {
  const { error } = spawnSync(program, words, { env })
  if (error === undefined) return false
  return `${program} is not there`
}

/** What a program says to the end, both streams; fails when its status is not 0. */
export function run(
  program: string,
  words: readonly string[],
  more: NodeJS.ProcessEnv = {},
): string {
  const { stdout, stderr, status, error } = spawnSync(program, words, {
    encoding: 'utf8',
    env: { ...env, ...more },
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${program}: ${status ?? 'killed'}: ${stderr}`)
  return stdout + stderr
}

/** A program of others that runs for a test. */
export interface Peer {
  /** Everything it has said, line by line. */
  lines: readonly string[]
  /** The first line there is or will be that matches, or the one after so many. */
  says(what: RegExp, count?: number): Promise<RegExpExecArray>
  /** Ends it; resolves when it has ended. */
  end(): Promise<void>
}

/** Starts a program of others; it is ended after the test. */
export function startPeer(t: Teardown, program: string, words: readonly string[], more = {}): Peer {
  const child = spawn(program, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...env, ...more },
  })
  const lines: string[] = []
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const look of waiting) look()
    })
  }
  const ended = once(child, 'close')
  const end = async () => {
    child.kill('SIGTERM')
    await ended
  }
  t.teardown(end)
  const says = (what: RegExp, count = 1) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = lines.map((line) => what.exec(line)).filter((match) => match !== null)
        const last = found[count - 1]
        if (last === undefined) return
        waiting.delete(look)
        resolve(last)
      }
      waiting.add(look)
      look()
      ended.then(() => {
        reject(new Error(`${program} has ended: ${lines.slice(-5).join('\n')}`))
      }, reject)
    })
  return { lines, says, end }
}
