import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '../../src/config/settings.ts'

/** A secret that is planted: nothing says it by itself. */
export const canary = (what: string) => `CANARY-${what.replaceAll(/[^a-z0-9]/gi, '-')}-7b1f0c`

/** The setting at a path, which is that of a secret, as it is planted: those that are URLs hold it in their path. */
function planted(path: string): string {
  const secret = canary(path)
  if (path === 'database.url') return secret
  return path.endsWith('.url') ? `http://127.0.0.1:9/${secret}` : secret
}

/** Every secret there is among the settings, by their paths. */
export const secretSettings = settings
  .filter(({ schema }) => schema.secret === true)
  .map(({ path }) => path.join('.'))

/** What the channels and the provider need beside their secrets; nobody listens where they are. */
const beside: Readonly<Record<string, unknown>> = {
  'notifications.email.host': '127.0.0.1',
  'notifications.email.port': 9,
  'notifications.email.security': 'none',
  'notifications.email.username': 'jo',
  'notifications.email.to': ['ops@example.org'],
  'notifications.pagerduty.url': 'http://127.0.0.1:9/enqueue',
  'notifications.alertmanager.url': 'http://127.0.0.1:9',
  'notifications.alertmanager.username': 'jo',
  'notifications.snmp.host': '127.0.0.1',
  'notifications.snmp.version': '3',
  'notifications.snmp.user': 'jo',
  'notifications.public_url': 'https://appliance.example.org',
  'auth.oidc.issuer': 'http://127.0.0.1:9',
  'auth.oidc.client_id': 'storwarden',
  'log.level': 'debug',
}

/** A configuration in which every secret is set, the database's as given. */
export function plantedConfig(databaseUrl: string): Record<string, unknown> {
  const config: Record<string, unknown> = {}
  const put = (path: string, value: unknown) => {
    const keys = path.split('.')
    let section = config
    for (const key of keys.slice(0, -1)) {
      section = (section[key] ??= {}) as Record<string, unknown>
    }
    section[keys.at(-1) ?? ''] = value
  }
  for (const path of secretSettings) put(path, planted(path))
  for (const [path, value] of Object.entries(beside)) put(path, value)
  put('database.url', databaseUrl)
  return config
}

/** A copy of a recording in which each target of `scst.conf` has a CHAP user with this secret. */
export function plantChap(recording: string, copy: string, secret: string): void {
  cpSync(recording, copy, { recursive: true })
  const file = join(copy, 'files.jsonl')
  const lines = readFileSync(file, 'utf8').split('\n')
  // A line is JSON: what is put into the text of the file is escaped as it is there.
  const planted = lines.map((line) =>
    line.includes('"/etc/scst.conf"')
      ? line.replaceAll(/(TARGET iqn[^{]*\{)/g, `$1\\n\\t\\tIncomingUser \\"jo ${secret}\\"`)
      : line,
  )
  writeFileSync(file, planted.join('\n'))
}
