import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeStateDirectory } from '../support/database.ts'
import { startTestDaemon, until } from '../support/daemon.ts'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const recording = fileURLToPath(new URL('../../fixtures/recordings/01-steady', import.meta.url))

/** Starts a daemon, calls `onLine` for every line it says, and resolves with how it ended. */
async function run(stateDir: string, onLine: (line: string, pid: number) => void) {
  const argv = ['--listen', '127.0.0.1:0', '--state-dir', stateDir, '--replay', recording]
  const child = spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      said.push(line)
      onLine(line, child.pid ?? 0)
    })
  }
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { status, signal, said }
}

/** Processes that work in the directory. */
function processesIn(directory: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return command.includes(directory) ? [command] : []
      } catch {
        return []
      }
    })
}

t.test('a daemon told to stop while it starts undoes the start', async (t) => {
  for (const [signal, at] of [
    ['SIGTERM', 'storwardend starts'],
    ['SIGINT', 'database: brought up'],
  ] as const) {
    const stateDir = await makeStateDirectory(t)
    const ended = await run(stateDir, (line, pid) => {
      if (line.includes(at)) process.kill(pid, signal)
    })
    t.match(ended, { status: 0, signal: null }, `${signal} at "${at}"`)
    t.notOk(ended.said.some((line) => line.includes('listening on')))
    t.strictSame(processesIn(stateDir), [])

    const next = await startTestDaemon(t, { stateDir, arguments: ['--replay', recording] })
    t.equal(await next.end('SIGTERM'), 0, 'the next start works')
  }
})

t.test('a SIGHUP while it starts is heeded once it has started', async (t) => {
  const { status, said } = await run(await makeStateDirectory(t), (line, pid) => {
    if (line.includes('storwardend starts')) process.kill(pid, 'SIGHUP')
    if (line.includes('the configuration was read again')) process.kill(pid, 'SIGTERM')
  })
  t.equal(status, 0, said.join('\n'))
})

t.test('another identity provider is used once the configuration is read again', async (t) => {
  const provider = (label: string) =>
    [
      "auth: {oidc: {issuer: 'https://id.example.org', client_id: storwarden,",
      `  redirect_url: 'https://here.example.org/api/v1/auth/oidc/callback', label: ${label}}}`,
    ].join('\n')
  const file = join(t.testdir({ 'config.yaml': '' }), 'config.yaml')
  const daemon = await startTestDaemon(t, {
    arguments: ['--config', file, '--replay', recording],
  })
  const label = async () => {
    const response = await fetch(`${daemon.url}/api/v1/auth/oidc`)
    return ((await response.json()) as { label: string | null }).label
  }
  const wanted = async (expected: string | null) =>
    await until(label, (found) => found === expected)
  t.equal(await label(), null)
  for (const name of ['Example', 'Another']) {
    writeFileSync(file, provider(name))
    process.kill(daemon.pid, 'SIGHUP')
    t.equal(await wanted(name), name)
  }
  writeFileSync(file, '')
  process.kill(daemon.pid, 'SIGHUP')
  t.equal(await wanted(null), null)
})
