import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { canary, plantChap, plantedConfig, secretSettings } from './canaries.ts'
import { startTestDaemon, type TestDaemon } from './daemon.ts'
import { makeStateDirectory, startTestServer, type Teardown } from './database.ts'

const built = (path: string) => fileURLToPath(new URL(`../../dist/src/${path}`, import.meta.url))
const recording = fileURLToPath(new URL('../../fixtures/recordings/01-steady', import.meta.url))
const run = promisify(execFile)
const json = { 'content-type': 'application/json' }

/** A daemon in which every secret there can be is one that is known. */
export interface PlantedDaemon {
  daemon: TestDaemon
  /** For what tests make. */
  folder: string
  /** The configuration, with every secret in it. */
  file: string
  /** The CHAP secret of the recording. */
  chap: string
  /** The secrets that there are by now, by what they are. */
  secrets: ReadonlyMap<string, string>
  /** What is typed in the wrong place; it is among the secrets. */
  typed: string
  /** An API token of an admin. */
  token: string
  /** What is asked, and its whole answer as text. */
  ask: (method: string, path: string, init?: RequestInit) => Promise<string>
  /** The answer to a body of JSON. */
  post: (path: string, body: unknown, token?: string) => Promise<Record<string, string>>
  /** What a program of ours says, by its script below dist/src; never rejects. */
  program: (
    script: string,
    argv: readonly string[],
    env?: Record<string, string>,
  ) => Promise<string>
  /** The same of the command line. */
  storwarden: (argv: readonly string[], env?: Record<string, string>) => Promise<string>
}

/** Starts it, telling a fleet if it is to, and makes every kind of secret that it can be asked for. */
export async function startPlanted(
  t: Teardown,
  fleet: Readonly<Record<string, unknown>> | null = null,
): Promise<PlantedDaemon> {
  const server = await startTestServer(t)
  const { connection } = server as unknown as { connection: Record<string, string> }
  const { host = '', user = '', database = '' } = connection
  const databaseSecret = canary('database.url')
  const databaseUrl = `postgresql://${user}:${databaseSecret}@localhost/${database}?host=${host}`

  const folder = await makeStateDirectory(t)
  const chap = canary('chap')
  plantChap(recording, join(folder, 'recording'), chap)
  const file = join(folder, 'config.yaml')
  const config = plantedConfig(databaseUrl)
  writeFileSync(file, JSON.stringify(fleet === null ? config : { ...config, fleet }))

  const daemon = await startTestDaemon(t, {
    arguments: ['--config', file, '--replay', join(folder, 'recording')],
  })
  const ask: PlantedDaemon['ask'] = async (method, path, init = {}) => {
    const response = await fetch(daemon.url + path, { ...init, method, redirect: 'manual' })
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`)
    return [
      `${method} ${path.split('?')[0] ?? ''} ${response.status}`,
      ...headers,
      await response.text(),
    ].join('\n')
  }
  const post: PlantedDaemon['post'] = async (path, body, token) => {
    const response = await fetch(daemon.url + path, {
      method: 'POST',
      headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    })
    return (await response.json().catch(() => ({}))) as Record<string, string>
  }
  const program: PlantedDaemon['program'] = async (script, argv, env = {}) => {
    const { PATH = '' } = process.env
    const options = { env: { PATH, STORWARDEN_URL: daemon.url, ...env }, timeout: 60_000 }
    const { stdout, stderr } = await run(process.execPath, [built(script), ...argv], options).catch(
      (failure: unknown) => failure as { stdout: string; stderr: string },
    )
    return `$ ${argv[0] ?? ''}\n${stdout}${stderr}`
  }

  const secrets = new Map<string, string>(secretSettings.map((path) => [path, canary(path)]))
  secrets.set('CHAP secret', chap)
  const initial = readFileSync(join(daemon.stateDir, 'initial-admin-password'), 'utf8').trim()
  secrets.set('first password', initial)
  const login = { username: 'admin', password: initial }
  const { token: session = '' } = await post('/api/v1/auth/login', login)
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
  return {
    ...{ daemon, folder, file, chap, secrets, typed, token, ask, post, program },
    storwarden: (argv, env = {}) => program('cli/main.js', argv, env),
  }
}

/** The secrets that a text has in it, each with what is before it: what is around it is long, and compared by nobody. */
export function secretsIn(said: string, secrets: ReadonlyMap<string, string>): string[] {
  return [...secrets].flatMap(([what, secret]) => {
    const at = said.indexOf(secret)
    return at === -1 ? [] : [`${what}: …${said.slice(Math.max(0, at - 200), at)}`]
  })
}
