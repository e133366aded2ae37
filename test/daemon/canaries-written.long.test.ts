import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { gunzipSync } from 'node:zlib'
import { streams } from '../../src/fleet/wire.ts'
import { PrivilegedClient } from '../../src/host/privileged/client.ts'
import { packageRoot, version } from '../../src/package.ts'
import { canary } from '../support/canaries.ts'
import { until } from '../support/daemon.ts'
import { startNatsServer, withoutNats } from '../support/nats-server.ts'
import { secretsIn, startPlanted } from '../support/planted-daemon.ts'
import { noOtherUsers, startProgram } from '../support/privileged-program.ts'
import { asking, makeStreams } from '../support/publishing.ts'

// What is written down and carried away: canaries.long.test.ts is about what is said.

const server = withoutNats === false ? await startNatsServer(t) : null
// A token cannot be beside a user; that one is shown as they are.
const shown = { user: 'jo', password: canary('fleet.password') }
const { daemon, folder, file, chap, secrets, typed, token, ask, post, storwarden } =
  await startPlanted(t, server === null ? null : { servers: [server.url], name: 'vtl01', ...shown })
const asAdmin = { authorization: `Bearer ${token}` }

/** What a tar file holds, by name; what is compressed in it is not any more. */
function membersOf(archive: string): Map<string, string> {
  const to = join(folder, 'unpacked', String(readdirSync(folder).length + Math.random()))
  mkdirSync(to, { recursive: true })
  execFileSync('tar', ['xf', archive, '-C', to])
  const names = readdirSync(to, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  return new Map(
    names.map(({ name, parentPath }) => {
      const bytes = readFileSync(join(parentPath, name))
      const whole = name.endsWith('.gz') ? gunzipSync(bytes) : bytes
      return [join(parentPath, name).slice(to.length + 1), whole.toString('latin1')]
    }),
  )
}

/** The task, when it has ended. */
const ended = (id: string) =>
  until(
    () => daemon.get<{ state: string }>(`/api/v1/tasks/${id}`),
    ({ state }) => !['pending', 'running'].includes(state),
  )

t.test('no secret is in a support bundle', async (t) => {
  const path = join(folder, 'bundle.tar.gz')
  const said = await storwarden(
    ['support-bundle', '--config', file, '--state-dir', daemon.stateDir, '--output', path],
    { STORWARDEN_TOKEN: token, STORWARDEN_LISTEN_PORT: new URL(daemon.url).port },
  )
  const members = membersOf(path)
  for (const name of [
    ...['manifest.json', 'doctor.json', 'configuration.json', 'daemon/numbers.json'],
    ...['daemon/readings/scst.json', 'daemon/notifications.json', 'database/events.json'],
  ]) {
    t.ok((members.get(name) ?? '').length > 20, name)
  }
  for (const [name, text] of [...members, ['what is said', said] as const]) {
    t.strictSame(secretsIn(text, secrets), [], name)
    t.notOk(text.includes('$argon2id'), name)
  }
})

t.test('a backup has hashes, the configuration as it is, and no other secret', async (t) => {
  const { id = '' } = await post('/api/v1/backups', {}, token)
  t.match(await ended(id), { state: 'completed' })
  const directory = join(daemon.stateDir, 'backups')
  const [name = ''] = readdirSync(directory).filter((one) => one.endsWith('.tar'))
  const members = membersOf(join(directory, name))
  t.match(members.get('tables/users.copy.gz'), '$argon2id$', 'by its nature')
  t.equal(members.get('config/config.yaml'), readFileSync(file, 'utf8'), 'as the page says')
  for (const [member, text] of members) {
    if (member !== 'config/config.yaml') t.strictSame(secretsIn(text, secrets), [], member)
  }
  t.notOk([...members.keys()].some((member) => member.includes('initial-admin-password')))
  const said = await storwarden(['backup', '--config', file, '--output', join(folder, 'by-hand')])
  t.match(said, /by-hand\/storwarden-\S+\.tar: /)
  t.strictSame(secretsIn(said, secrets), [])
  const dry = await storwarden(['restore', join(directory, name), '--dry-run', '--config', file])
  t.match(dry, 'stop it first')
  t.strictSame(secretsIn(dry, secrets), [])
})

t.test('no secret is in the journal of tasks, wherever it was typed', async (t) => {
  for (const kind of ['backup', 'database_maintenance', 'monitoring_data_retention', typed]) {
    const params = { [typed]: typed, password: typed, path: typed }
    await post('/api/v1/tasks', { kind, params, idempotency_key: 'x' }, token)
  }
  const { id = '' } = await post('/api/v1/tasks', { kind: 'database_maintenance' }, token)
  t.match(await ended(id), { state: 'completed' })
  const { tasks } = await daemon.get<{ tasks: { id: string }[] }>('/api/v1/tasks?limit=1000')
  t.ok(tasks.length > 0)
  const journal = await Promise.all(
    tasks.map((task) => ask('GET', `/api/v1/tasks/${task.id}`, { headers: asAdmin })),
  )
  t.strictSame(secretsIn(journal.join('\n'), secrets), [])
})

t.test('no secret is in the report and the timeline of an incident', async (t) => {
  const incident = { title: 'x', description: 'y', severity: 'low' }
  const { id = '' } = await post('/api/v1/monitoring/incidents', incident, token)
  const path = `/api/v1/monitoring/incidents/${id}`
  const texts = await Promise.all(
    ['', '/timeline?limit=1000', '/report'].map((more) =>
      ask('GET', path + more, { headers: asAdmin }),
    ),
  )
  t.match(texts[1], /user\.create|auth\.|token/i, 'what was done about users is in it')
  for (const text of texts) {
    t.match(text, /^GET \S+ 200\n/)
    t.strictSame(secretsIn(text, secrets), [])
    t.notOk(text.includes('$argon2id'))
  }
})

t.test(
  'what the privileged program says has no CHAP secret',
  { skip: noOtherUsers() },
  async (t) => {
    const conf = `TARGET_DRIVER iscsi {\n\tTARGET iqn.x {\n\t\tIncomingUser "jo ${chap}"\n\t}\n}\n`
    const path = join(folder, 'scst.conf')
    writeFileSync(path, conf, { mode: 0o600 })
    const words = [
      '--user',
      String(process.getuid?.()),
      '--idle-seconds',
      '0',
      '--scst-config',
      path,
    ]
    const running = await startProgram(t, { words })
    const client = new PrivilegedClient({ socket: running.socket, version })
    t.teardown(() => client.stop())
    const read = await client.call({ operation: 'read_scst_config', params: { path } }, 5000)
    t.match(Buffer.from((read as { base64: string }).base64, 'base64').toString(), /IncomingUser/)
    const write = (path: string, text: string) =>
      client
        .call({ operation: 'write_scst', params: { path, text } }, 5000)
        .catch((error: unknown) => (error as Error).message)
    const targets = '/sys/kernel/scst_tgt/targets/iscsi'
    const answers = [
      read,
      await write(`${targets}/mgmt`, `add_target_attribute iqn.x IncomingUser jo ${chap}\n`),
      await write(`${targets}/iqn.x/IncomingUser`, `jo ${chap}`),
    ]
    await until(
      () => Promise.resolve(running.audited()),
      (lines) => lines.filter(({ event }) => event === 'request').length >= 3,
    )
    const texts = [...running.audited(), ...answers].map((one) => JSON.stringify(one))
    texts.push(Buffer.from((read as { base64: string }).base64, 'base64').toString())
    t.strictSame(secretsIn(texts.join('\n'), new Map([['CHAP secret', chap]])), [])
  },
)

t.test('pages of the manual and completions know nothing of this machine', (t) => {
  const script = `
    const { commandPage, daemonPage, privilegedPage } = await import('./dist/src/manual/pages.js')
    const edition = { version: 'x', date: '2026-11-20' }
    process.stdout.write([await commandPage(edition), daemonPage(edition), privilegedPage(edition)].join(''))`
  const env = {
    PATH: process.env.PATH,
    STORWARDEN_TOKEN: token,
    STORWARDEN_NOTIFICATIONS_EMAIL_PASSWORD: typed,
    DATABASE_URL: `postgresql://jo:${typed}@127.0.0.1:9/x`,
  }
  const pages = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    ...{ cwd: packageRoot, env, encoding: 'utf8' },
  })
  t.ok(pages.length > 10_000)
  t.strictSame(secretsIn(pages, secrets), [])
  t.end()
})

t.test('no secret is in what a fleet is told', { skip: withoutNats }, async (t) => {
  const url = server?.url ?? ''
  await makeStreams(url)
  for (const username of ['admin', 'jo', typed]) {
    await post('/api/v1/auth/login', { username, password: typed })
  }
  await post('/api/v1/monitoring/notifications/test', {}, token)
  const { id = '' } = await post('/api/v1/tasks', { kind: 'monitoring_event_processing' }, token)
  await ended(id)
  // What happened last is told last, and readings with the next look after that.
  await post('/api/v1/users', { username: 'last', password: canary('given-password') }, token)
  const told = await until(
    () => toldTo(url),
    (found) =>
      [/user\.create[^{]* last\b/, /^storwarden\.vtl01\.state\.readings\.scst\n/].every((part) =>
        found.some((text) => part.test(text)),
      ),
  )
  const all = told.join('\n')
  t.match(all, /iqn\./, 'the targets of SCST are among it')
  t.strictSame(secretsIn(all, secrets), [])
  t.notOk(all.includes('$argon2id'))
})

/** Each message that servers have: its subject, its headers, and what it holds, packed and unpacked. */
async function toldTo(url: string): Promise<string[]> {
  return await asking(url, async (manager) => {
    const found: string[] = []
    for (const { name } of Object.values(streams)) {
      const { state } = await manager.streams.info(name)
      for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(name, { seq }).catch(() => null)
        if (message === null) continue
        const { subject, header, data } = message
        const headers = [...header].map(([key, values]) => `${key}: ${values.join()}`)
        const bytes = [Buffer.from(data).toString('latin1'), gunzipSync(data).toString()]
        found.push([subject, ...headers, ...bytes].join('\n'))
      }
    }
    return found
  })
}
