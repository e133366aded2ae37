import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { WebSocket } from 'ws'
import { routes } from '../../src/api/routes/index.ts'
import { canary, plantChap, plantedConfig, secretSettings } from '../support/canaries.ts'
import { startTestDaemon, until } from '../support/daemon.ts'
import { startTestServer } from '../support/database.ts'

const built = (path: string) => fileURLToPath(new URL(`../../dist/src/${path}`, import.meta.url))
const recording = fileURLToPath(new URL('../../fixtures/recordings/01-steady', import.meta.url))
const run = promisify(execFile)

const server = await startTestServer(t)
const { connection } = server as unknown as { connection: Record<string, string> }
const { host = '', user = '', database = '' } = connection
const databaseSecret = canary('database.url')
const databaseUrl = `postgresql://${user}:${databaseSecret}@localhost/${database}?host=${host}`

const folder = t.testdir({})
const chap = canary('chap')
plantChap(recording, join(folder, 'recording'), chap)
const file = join(folder, 'config.yaml')
writeFileSync(file, JSON.stringify(plantedConfig(databaseUrl)))
const config = ['--config', file]

const daemon = await startTestDaemon(t, {
  arguments: [...config, '--replay', join(folder, 'recording')],
})

/** What is asked, and its whole answer as text. */
async function ask(method: string, path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(daemon.url + path, { ...init, method, redirect: 'manual' })
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`)
  return [
    `${method} ${path.split('?')[0] ?? ''} ${response.status}`,
    ...headers,
    await response.text(),
  ].join('\n')
}

const json = { 'content-type': 'application/json' }
const post = async (path: string, body: unknown, token?: string) => {
  const response = await fetch(daemon.url + path, {
    method: 'POST',
    headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return (await response.json().catch(() => ({}))) as Record<string, string>
}

/** The secrets that there are by now, by what they are. */
const secrets = new Map<string, string>(secretSettings.map((path) => [path, canary(path)]))
secrets.set('CHAP secret', chap)
const initial = readFileSync(join(daemon.stateDir, 'initial-admin-password'), 'utf8').trim()
secrets.set('first password', initial)
const { token: session = '' } = await post('/api/v1/auth/login', {
  username: 'admin',
  password: initial,
})
secrets.set('session token', session)
const { token = '' } = await post('/api/v1/auth/tokens', { name: 'x', role: 'admin' }, session)
secrets.set('API token', token)
const given = canary('given-password')
await post('/api/v1/users', { username: 'jo', role: 'operator', password: given }, token)
secrets.set('password that was given', given)
const { password: oneTime = '' } = await post('/api/v1/users', { username: 'ann' }, token)
secrets.set('one-time password', oneTime)
const { password: reset = '' } = await post('/api/v1/users/jo/force-password-reset', {}, token)
secrets.set('password of a reset', reset)
const typed = canary('typed')
secrets.set('what was typed in the wrong place', typed)

const asAdmin = { authorization: `Bearer ${token}` }

/** Every place that says something. What is added to the daemon gets its line here. */
const outputs: Readonly<Record<string, () => Promise<string>>> = {
  'what is answered to who may all': async () => {
    const paths = routes.filter(({ method }) => method === 'get').map(({ path }) => path)
    const answers = []
    for (const path of paths) {
      const items = await idsFor(path)
      for (const id of items) {
        const at = path.replace(/:\w+/, encodeURIComponent(id))
        answers.push(await ask('GET', at, { headers: asAdmin }))
      }
    }
    return answers.join('\n')
  },
  'what is answered to nobody': async () => {
    const answers = []
    for (const { method, path } of routes) {
      const at = path.replace(/:\w+/, 'x')
      answers.push(await ask(method.toUpperCase(), at))
      for (const headers of [
        { authorization: `Bearer ${typed}` },
        { authorization: `Basic ${typed}` },
        { cookie: `storwarden_session=${typed}; storwarden_oidc=${typed}` },
      ]) {
        answers.push(await ask(method.toUpperCase(), at, { headers }))
      }
    }
    return answers.join('\n')
  },
  'what is said of requests that are wrong': async () => {
    const values = [typed, [typed], { a: typed }]
    const names = ['username', 'password', 'current_password', 'new_password', 'name', 'secret']
    const bodies = [
      `{"password":"${typed}"`,
      `"${typed}"`,
      ...values.map((value) =>
        JSON.stringify(Object.fromEntries(names.map((name) => [name, value]))),
      ),
    ]
    const answers = []
    for (const { method, path } of routes) {
      if (method === 'get') answers.push(await ask('GET', `${path}?token=${typed}`))
      // Logging out everywhere would end what the test asks with.
      if (!['post', 'put', 'patch'].includes(method) || path.includes('logout')) continue
      for (const body of bodies) {
        const headers = { ...json, ...asAdmin }
        const at = path.replace(/:\w+/, 'x')
        answers.push(await ask(method.toUpperCase(), at, { headers, body }))
      }
    }
    for (const username of ['admin', 'jo', typed]) {
      const body = JSON.stringify({ username, password: typed })
      answers.push(await ask('POST', '/api/v1/auth/login', { headers: json, body }))
    }
    return answers.join('\n')
  },
  'messages to channels, and what became of them': async () => {
    await post('/api/v1/monitoring/notifications/test', {}, token)
    return await ask('GET', '/api/v1/monitoring/notifications?limit=1000', { headers: asAdmin })
  },
  'frames of the event stream': async () => {
    const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/api/v1/monitoring/events`, {
      headers: asAdmin,
    })
    let frames = ''
    socket.on('message', (data: Buffer) => {
      frames += data.toString()
    })
    socket.on('open', () => {
      socket.send(JSON.stringify({ action: 'subscribe', since: 0 }))
      socket.send(`{"action":"${typed}"}`)
    })
    await until(
      async () => Promise.resolve(frames),
      (said) => said.includes('"event":"error"') && said.includes('user.create'),
    )
    socket.terminate()
    return frames
  },
  'the audit trail': () => ask('GET', '/api/v1/audit?limit=1000', { headers: asAdmin }),
  'the command line': async () => {
    const words = ['status', 'alerts', 'user list', 'events', 'notifications', 'targets', 'tasks']
    const wrong = ['check-config', 'doctor', 'migrate', 'token create --name x']
    // Nobody listens there.
    const DATABASE_URL = `postgresql://jo:${typed}@127.0.0.1:9/x`
    const url = `http://jo:${typed}@127.0.0.1:9`
    const faulty = { STORWARDEN_NOTIFICATIONS_WEBHOOK_URL: typed }
    const said = await Promise.all([
      ...words.flatMap((command) => [
        storwarden(command.split(' '), { STORWARDEN_TOKEN: token }),
        storwarden(command.split(' '), { STORWARDEN_TOKEN: typed }),
      ]),
      ...wrong.flatMap((command) => [
        storwarden([...command.split(' '), ...config]),
        storwarden([...command.split(' '), ...config], { DATABASE_URL }),
      ]),
      storwarden(['status', '--url', url], { STORWARDEN_TOKEN: token }),
      storwarden(['check-config', ...config], faulty),
      program('main.js', ['--check-config', ...config], faulty),
      program('main.js', ['--check-config', ...config]),
    ])
    return said.join('\n')
  },
  'a recording': async () => {
    const directory = join(folder, 'made')
    const said = await storwarden(['record', directory, ...config, '--timeout', '20'])
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'))
    return [said, ...files].join('\n')
  },
  'the log': async () => Promise.resolve(daemon.log.join('\n')),
}

const program = async (
  script: string,
  argv: readonly string[],
  env: Record<string, string> = {},
): Promise<string> => {
  const { PATH = '' } = process.env
  const options = { env: { PATH, STORWARDEN_URL: daemon.url, ...env }, timeout: 60_000 }
  const { stdout, stderr } = await run(process.execPath, [built(script), ...argv], options).catch(
    (failure: unknown) => failure as { stdout: string; stderr: string },
  )
  return `$ ${argv[0] ?? ''}\n${stdout}${stderr}`
}
const storwarden = (argv: readonly string[], env: Record<string, string> = {}) =>
  program('cli/main.js', argv, env)

/** What a path with a parameter is asked about: what the list above it has. */
async function idsFor(path: string): Promise<string[]> {
  const [, above] = /^(.*)\/:\w+/.exec(path) ?? []
  if (above === undefined) return ['']
  const response = await fetch(daemon.url + above, { headers: asAdmin })
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
  const lists = Object.values(body).filter((value) => Array.isArray(value)) as { id?: string }[][]
  return [...(lists[0] ?? []).map(({ id = 'x' }) => id).slice(0, 5), 'x']
}

t.test('secrets are planted, and are where they belong', (t) => {
  const text = readFileSync(file, 'utf8')
  for (const path of secretSettings) t.ok(text.includes(canary(path)), path)
  t.ok(readFileSync(join(folder, 'recording', 'files.jsonl'), 'utf8').includes(chap))
  for (const [what, secret] of secrets) t.ok(secret.length >= 16, what)
  t.end()
})

for (const [output, read] of Object.entries(outputs)) {
  t.test(`no secret is in ${output}`, async (t) => {
    const said = await read()
    t.ok(said.length > 100, 'it says something')
    // The place alone: what is around it is long, and compared by nobody.
    const found = [...secrets].flatMap(([what, secret]) => {
      const at = said.indexOf(secret)
      return at === -1 ? [] : [`${what}: …${said.slice(Math.max(0, at - 200), at)}`]
    })
    t.strictSame(found, [])
    t.notOk(said.includes('$argon2id'))
  })
}
