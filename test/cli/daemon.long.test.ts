import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { clientAt } from '../../src/cli/client.ts'
import { startTestDaemon, until } from '../support/daemon.ts'
import { makeStateDirectory } from '../support/database.ts'

// The build, as the daemon of these tests.
const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))
const recording = fileURLToPath(
  new URL('../../fixtures/recordings/07-raid-degraded-and-full', import.meta.url),
)
const run = promisify(execFile)

interface Said {
  status: number
  out: string
  error: string
}

/** Runs the command line as a user does, in a process of its own. */
async function storwarden(
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<Said> {
  const { PATH } = process.env
  const options = { env: { PATH, TZ: 'UTC', ...env } }
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...argv], options)
    return { status: 0, out: stdout, error: stderr }
  } catch (failure) {
    const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string }
    return { status: code, out: stdout, error: stderr }
  }
}

t.test('beside a daemon that runs, and after it', async (t) => {
  const daemon = await startTestDaemon(t, { arguments: ['--replay', recording] })
  const { stateDir, url } = daemon
  const config = ['--config', '/dev/null', '--state-dir', stateDir]
  const env = { STORWARDEN_URL: url }
  let token = ''

  await t.test('the first token is made with the password of the first start', async (t) => {
    const name = ['token', 'create', '--name', 'console', '--role', 'operator']
    const { status, out, error } = await storwarden([...name, '--expires', '2h', ...config], env)
    t.equal(status, 0, error)
    token = out.trim()
    t.match(token, /^swt_[\w-]{43}$/)
    t.match(error, /^token of admin with the role operator, until .* \(in 2 h\):\n$/)
    const me = await clientAt(url, token).get('/api/v1/auth/me')
    t.strictSame([me.text('username'), me.text('role')], ['admin', 'operator'])
  })

  await t.test('status, alerts and libraries are those of the recording', async (t) => {
    const asked = { ...env, STORWARDEN_TOKEN: token }
    await until(
      () => storwarden(['alerts'], asked),
      ({ out }) => out.includes('RAID array degraded'),
    )
    const status = await storwarden(['status'], asked)
    t.equal(status.status, 0, status.error)
    t.match(status.out, /^health {3}degraded$/m)
    t.match(status.out, /^vtl {6}libraries 3, drives \S+ of 10 active, tapes 91, /m)
    const { out } = await storwarden(['libraries', 'XYZ'], asked)
    t.match(out, /^library {2}XYZZY_A$/m)
    t.equal(out.match(/^slot /gm)?.length, 39)
    t.equal(out.match(/^drive /gm)?.length, 4)
    const target = await storwarden(['targets', 'iqn.2026-01.org.example:disk1'], asked)
    t.match(target.out, /^iqn\.1993-08\.org\.debian:01:media01 +linux_hosts +127\.0\.0\.1 /m)
    for (const command of ['alerts', 'libraries', 'drives', 'targets', 'tasks', 'status']) {
      const json = await storwarden([command, '--json'], asked)
      t.equal(json.status, 0, json.error)
      t.type(JSON.parse(json.out), 'object', command)
    }
  })

  await t.test('an alert is acknowledged, and resolved', async (t) => {
    const asked = { ...env, STORWARDEN_TOKEN: token }
    const list = await storwarden(['alerts', '--json', '--severity', 'critical'], asked)
    const { alerts } = JSON.parse(list.out) as { alerts: { id: string; rule: string }[] }
    const id = alerts.find(({ rule }) => rule === 'ArrayDegraded')?.id ?? ''
    const acknowledged = await storwarden(['ack', id.slice(0, 13), '--comment', 'ordered'], asked)
    t.strictSame(acknowledged, {
      status: 0,
      out: 'RAID array degraded md0: firing, acknowledged by admin\n',
      error: '',
    })
    t.equal((await storwarden(['resolve', id], asked)).status, 0)
    t.match(await storwarden(['ack', id], asked), {
      ...{ status: 1, out: '' },
      error: /^storwarden ack: alert [-0-9a-f]{36}: is resolved \(request [-0-9a-f]{36}\)\n$/,
    })
  })

  await t.test('what is not allowed is said', async (t) => {
    const wrong = await storwarden(['status'], { ...env, STORWARDEN_TOKEN: 'swt_wrong' })
    t.equal(wrong.status, 1)
    t.match(wrong.error, /^storwarden status: the token opens nothing: /)
    const passwordFile = join(stateDir, 'wrong-password')
    writeFileSync(passwordFile, 'wrong\n')
    const argv = ['token', 'create', '--name', 'x', '--password-file', passwordFile, ...config]
    t.match(await storwarden(argv, env), {
      ...{ status: 1, out: '' },
      error:
        /^storwarden token create: login: unknown user or wrong password \(request [-0-9a-f]{36}\)\n$/,
    })
    const other = ['token', 'create', '--name', 'x', '--user', 'jo', ...config]
    t.match(await storwarden(other, env), { status: 1, out: '', error: /--password-file FILE\n$/ })
  })

  await t.test('the schema is the daemon’s while it runs', async (t) => {
    t.strictSame(await storwarden(['migrate', ...config]), {
      status: 1,
      out: '',
      error: `storwarden migrate: state directory ${stateDir}: in use by process ${daemon.pid}: storwardend brings the schema up to date at its start\n`,
    })
  })

  t.equal(await daemon.end('SIGTERM'), 0)

  await t.test('a token is made on the database when no daemon runs', async (t) => {
    const argv = ['token', 'create', '--name', 'script', '--json', ...config]
    const { status, out, error } = await storwarden(argv)
    t.equal(status, 0, error)
    const created = JSON.parse(out) as Record<string, unknown>
    t.match(created, { name: 'script', username: 'admin', role: 'viewer', expires_at: null })
    t.match(await storwarden(['migrate', ...config, '--json']), { status: 0, error: '' })

    const again = await startTestDaemon(t, { stateDir, arguments: ['--replay', recording] })
    const me = await clientAt(again.url, String(created.token)).get('/api/v1/auth/me')
    t.strictSame([me.text('username'), me.text('role')], ['admin', 'viewer'])
    const { entries } = await again.get<{ entries: Record<string, unknown>[] }>(
      '/api/v1/audit?action=token.create',
    )
    t.match(entries, [
      {
        actor: /^\S+ \(command line\)$/,
        credential: null,
        subject: created.id,
        after: { name: 'script', username: 'admin', role: 'viewer', expires_at: null },
      },
      { actor: 'admin', credential: 'session', after: { name: 'console', role: 'operator' } },
    ])
  })
})

t.test('where no daemon has ever been', async (t) => {
  const stateDir = join(await makeStateDirectory(t), 'state')
  const config = ['--config', '/dev/null', '--state-dir', stateDir]
  t.strictSame(await storwarden(['token', 'create', '--name', 'x', ...config]), {
    status: 1,
    out: '',
    error: `storwarden token create: state directory ${stateDir}: has no database yet: storwardend makes it at its start\n`,
  })
  t.notOk(existsSync(stateDir))

  const first = await storwarden(['migrate', ...config])
  t.match(first, { status: 0, error: '' })
  t.match(first.out, /^applied 0001-\S+\.sql\napplied 0002-/)
  const second = await storwarden(['migrate', ...config])
  t.match(second.out, /^the embedded database of \S+ is up to date: schema \d+\n$/)
  t.match(await storwarden(['token', 'create', '--name', 'x', ...config]), {
    status: 1,
    error:
      'storwarden token create: user admin: not found: storwardend makes it at its first start\n',
  })
})

t.test('the configuration is checked, every fault at once', async (t) => {
  const file = join(
    t.testdir({ 'config.yaml': 'nonsense: 1\nlisten:\n  port: x\n' }),
    'config.yaml',
  )
  const wrong = await storwarden(['check-config', '--config', file], { LOG_LEVEL: 'loud' })
  t.equal(wrong.status, 1)
  t.strictSame(wrong.error.trim().split('\n').length, 3)
  for (const word of ['nonsense', 'port', 'LOG_LEVEL']) t.match(wrong.error, word)
  const json = await storwarden(['check-config', '--config', file, '--json'])
  t.match(JSON.parse(json.out), { valid: false, faults: [/./, /./] })
  t.strictSame(await storwarden(['check-config', '--config', '/dev/null']), {
    status: 0,
    out: 'the configuration is valid\n',
    error: '',
  })
})

t.test('who reads no further ends it', async (t) => {
  const pipe = `"$0" "$1" --help | head -n 1`
  const { stdout, stderr } = await run('sh', ['-c', pipe, process.execPath, main])
  t.strictSame([stdout, stderr], ['usage: storwarden COMMAND [options]\n', ''])
})
