// What the daemon takes when nobody asks it anything: memory while the demo plays, one recording every few
// seconds, then memory and CPU while the last one is held. Each collector runs meanwhile, and the rules do.
// The peer is a Node that has loaded nothing but its HTTP server.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cpuSecondsOf, descendantsOf, memoryOf } from './support/process.ts'
import { printTable, ratio } from './support/table.ts'

const STEP_SECONDS = 3
const HOLD_SECONDS = 30

const main = fileURLToPath(new URL('../src/main.js', import.meta.url))
const demo = fileURLToPath(new URL('../../fixtures/demo', import.meta.url))
const stateDir = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
const words = ['--listen', '127.0.0.1:0', '--state-dir', stateDir, '--replay', demo]
const daemon = spawn(process.execPath, [main, ...words, '--replay-step', String(STEP_SECONDS)], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const peer = spawn(
  process.execPath,
  ['--eval', 'require("http").createServer().listen(0, "127.0.0.1")'],
  { stdio: 'ignore' },
)
try {
  await listening(daemon)
  await measure(daemon.pid ?? 0, peer.pid ?? 0)
} finally {
  await Promise.all([ended(daemon), ended(peer)])
  rmSync(stateDir, { recursive: true, force: true })
}

async function measure(pid: number, peerPid: number): Promise<void> {
  let mostMb = 0
  const watching = setInterval(() => {
    mostMb = Math.max(mostMb, memoryOf(pid).residentMb)
  }, 200)
  await delay(readdirSync(demo).length * STEP_SECONDS * 1000)
  const cpu = [pid, peerPid].map(cpuSecondsOf)
  const began = performance.now()
  await delay(HOLD_SECONDS * 1000)
  const seconds = (performance.now() - began) / 1000
  clearInterval(watching)
  const [percent = 0, peerPercent = 0] = [pid, peerPid].map((each, index) => {
    return ((cpuSecondsOf(each) - (cpu[index] ?? 0)) / seconds) * 100
  })
  const memory = memoryOf(pid)
  const peerMemory = memoryOf(peerPid)
  const databaseMb = descendantsOf(pid).reduce((sum, each) => sum + proportionalMb(each), 0)
  const line = (what: string, ours: number, theirs: number) => {
    return [what, ours, theirs, theirs === 0 ? '' : ratio(ours, theirs)]
  }
  printTable(
    'A daemon that nobody asks',
    ['what', 'daemon', 'bare Node', 'ratio'],
    [
      line('CPU, % of a core', percent, peerPercent),
      line('resident, MB', memory.residentMb, peerMemory.residentMb),
      line('resident at most while the demo played, MB', mostMb, peerMemory.residentMb),
      line('proportional (PSS), MB', memory.proportionalMb, peerMemory.proportionalMb),
      line('proportional of its database, MB', databaseMb, 0),
    ],
  )
}

/** A process of the database may end between being listed and being looked at. */
function proportionalMb(pid: number): number {
  try {
    return memoryOf(pid).proportionalMb
  } catch {
    return 0
  }
}

/** Its log is read on to the end: nobody else does, and it must not wait for us. */
async function listening(child: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('listening on')) resolve()
    })
    child.once('exit', () => {
      reject(new Error(`the daemon did not start: ${said}`))
    })
  })
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
