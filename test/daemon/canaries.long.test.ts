import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { WebSocket } from 'ws'
import { routes } from '../../src/api/routes/index.ts'
import { canary, secretSettings } from '../support/canaries.ts'
import { until } from '../support/daemon.ts'
import { secretsIn, startPlanted } from '../support/planted-daemon.ts'

const planted = await startPlanted(t)
const { daemon, folder, file, chap, secrets, typed, token } = planted
const { ask, post, program, storwarden } = planted
const config = ['--config', file]
const json = { 'content-type': 'application/json' }
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
    t.strictSame(secretsIn(said, secrets), [])
    t.notOk(said.includes('$argon2id'))
  })
}
