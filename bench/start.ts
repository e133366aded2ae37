// From `exec` to the first healthy answer, with a database that is there already. The peer is a Node that answers the
// same request and has loaded nothing but its HTTP server.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './support/measure.ts'
import { freePort } from '../test/support/free-port.ts'
import { endOf } from './support/programs.ts'
import { printTable, ratio } from './support/table.ts'

const ROUNDS = 7
const LOOK_MS = 5

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))
const stateDir = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
const bare = (port: number) =>
  `require("http").createServer((_, answer) => answer.end("ok")).listen(${port}, "127.0.0.1")`
const programs = {
  daemon: (port: number) => [main, '--listen', `127.0.0.1:${port}`, '--state-dir', stateDir],
  bare: (port: number) => ['--eval', bare(port)],
}

try {
  const first = await start(programs.daemon)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await start(programs.daemon))
    theirs.push(await start(programs.bare))
  }
  printTable(
    'From exec to the first healthy answer',
    ['what', 'ms', 'to bare Node'],
    [
      ['daemon, its database is there', median(ours), ratio(median(ours), median(theirs))],
      ['daemon, its database is made first', first, ratio(first, median(theirs))],
      ['bare Node', median(theirs), ratio(1, 1)],
    ],
  )
} finally {
  rmSync(stateDir, { recursive: true, force: true })
}

/** Milliseconds until it answers; it is ended after that. */
async function start(words: (port: number) => string[]): Promise<number> {
  const port = await freePort()
  const began = performance.now()
  const child = spawn(process.execPath, words(port), { stdio: ['ignore', 'ignore', 'inherit'] })
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null)
    if (answer?.ok === true) break
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  const spent = performance.now() - began
  await endOf(child)
  return spent
}
