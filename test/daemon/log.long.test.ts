import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeStateDirectory } from '../support/database.ts'
import { until } from '../support/daemon.ts'
import { freePort } from '../support/free-port.ts'

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url))
const recording = fileURLToPath(new URL('../../fixtures/recordings/01-steady', import.meta.url))

/** A daemon whose standard output goes where it is told to. */
async function startDaemon(
  stdout: number | 'pipe',
  options: { env?: Record<string, string>; config?: string } = {},
) {
  const stateDir = await makeStateDirectory(t)
  const port = await freePort()
  const config = options.config === undefined ? [] : ['--config', options.config]
  const argv = ['--listen', `127.0.0.1:${port}`, '--state-dir', stateDir, '--replay', recording]
  const child = spawn(process.execPath, [main, ...argv, ...config], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, ...options.env },
  })
  child.stdout?.destroy()
  let said = ''
  child.stderr?.on('data', (part: Buffer) => (said += part.toString()))
  t.teardown(async () => {
    if (child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  })
  const url = `http://127.0.0.1:${port}`
  const ready = async () => (await fetch(`${url}/health/ready`).catch(() => null))?.status ?? 0
  await until(ready, (status) => status === 200 || child.exitCode !== null)
  const login = async () => {
    const password = readFileSync(join(stateDir, 'initial-admin-password'), 'utf8').trim()
    const response = await fetch(`${url}/api/v1/auth/login`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ username: 'admin', password }),
    })
    const { token } = (await response.json()) as { token: string }
    return { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  }
  return { child, url, login, said: () => said }
}

t.test('the journal gets a priority with each line; the level changes while it runs', async (t) => {
  const folder = t.testdir({})
  const file = join(folder, 'journal')
  const config = join(folder, 'config.yaml')
  writeFileSync(config, 'log: {level: info}\n')
  const descriptor = openSync(file, 'a')
  const { dev, ino } = fstatSync(descriptor)
  const env = { JOURNAL_STREAM: `${dev}:${ino}` }
  const daemon = await startDaemon(descriptor, { env, config })
  const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n')
  for (const line of lines()) t.match(line, /^<[2-7]>(?:debug|info|warn|error|fatal) /)
  t.ok(lines().includes(`<6>info  listening on ${daemon.url}`))

  const headers = await daemon.login()
  const ask = async (id: string) => {
    await fetch(`${daemon.url}/api/v1/audit`, { headers: { ...headers, 'x-request-id': id } })
  }
  await ask('quiet')
  const body = JSON.stringify({ level: 'debug', for_seconds: 3600 })
  await fetch(`${daemon.url}/api/v1/log`, { method: 'PUT', headers, body })
  await ask('loud')
  const wanted =
    /^<7>debug request request_id="loud" method="GET" route="\/api\/v1\/audit" status=200 user="admin" address="127\.0\.0\.1" seconds=\S+$/
  await until(
    async () => lines(),
    (all) => all.some((line) => wanted.test(line)),
  )
  t.notOk(lines().some((line) => line.includes('"quiet"')))

  await fetch(`${daemon.url}/api/v1/log`, { method: 'PUT', headers, body: '{"level":null}' })
  writeFileSync(config, 'log: {level: debug}\n')
  daemon.child.kill('SIGHUP')
  await until(
    async () => lines(),
    (all) => all.some((line) => line.includes('was read again')),
  )
  const level = await fetch(`${daemon.url}/api/v1/log`, { headers })
  t.strictSame(await level.json(), {
    ...{ level: 'debug', configured_level: 'debug', expires_at: null, lines_lost: 0 },
  })
})

t.test('a log that nobody takes does not end the daemon, and is counted', async (t) => {
  for (const [stdout, error] of [
    [openSync('/dev/full', 'w'), 'ENOSPC: no space left on device, write'],
    ['pipe', 'EPIPE: broken pipe, write'],
  ] as const) {
    const daemon = await startDaemon(stdout)
    const metrics = await (await fetch(`${daemon.url}/metrics`)).text()
    const [, lost] = /^storwarden_log_lines_lost_total (\d+)$/m.exec(metrics) ?? []
    t.ok(Number(lost) >= 3, `${error}: ${lost ?? ''} lines`)
    t.equal(daemon.said(), `storwardend: the log: lines are lost: ${error}\n`, 'said once')
    t.equal((await fetch(`${daemon.url}/health/live`)).status, 200)
  }
})

t.test('why it could not start is one line, with its priority in the journal', async (t) => {
  const file = join(t.testdir({}), 'journal')
  const descriptor = openSync(file, 'a')
  const { dev, ino } = fstatSync(descriptor)
  const run = spawnSync(process.execPath, [main, '--config', '/no/such\n\u001b[2Jfile'], {
    stdio: ['ignore', 'pipe', descriptor],
    env: { ...process.env, JOURNAL_STREAM: `${dev}:${ino}` },
  })
  t.equal(run.status, 2)
  t.match(readFileSync(file, 'utf8'), /^<2>storwardend: [^\n]*such\\u000a\\u001b\[2Jfile[^\n]*\n$/)
})
