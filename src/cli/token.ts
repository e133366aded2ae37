import { UsageError } from '../arguments.ts'
import { roleNames, roleOf } from '../auth/permissions.ts'
import { StateDirectoryInUseError } from '../db/state-lock.ts'
import { configOptions, EXIT_DONE, futureTime, oneOf, parseWords, type Command } from './command.ts'
import { daemonUrl, trustedFile } from './remote.ts'
import { localClient, localUrl, settingsOf } from './settings.ts'
import { onDatabase } from './store.ts'
import { when } from './times.ts'
import { storeToken, type CreatedToken, type WantedToken } from './token-on-database.ts'
import { requestToken } from './token-over-rest.ts'

/** Makes an API token. */
export const tokenCreate: Command = {
  name: 'token create',
  usage: `usage: storwarden token create --name NAME [options]

Prints the token, which is shown this once. Made on the database directly where that is
possible: with DATABASE_URL, or while no storwardend runs on the embedded one. Else the
running storwardend is asked, as a user with his password.

  --name NAME           what it is for
  --role ROLE           ${roleNames.join(', ')}; viewer if not said
  --expires TIME        90d, 2026-11-20 or "2026-11-20 22:00"; never if not said
  --user NAME           whose token it is; admin if not said
  --password-file FILE  his password, - for standard input; asked for if not said
  --url URL             ask the storwardend there, whatever runs here
  --config FILE         configuration, instead of /etc/storwarden/config.yaml
  --state-dir DIR       what the daemon remembers
  --json                for programs
`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      name: { type: 'string' },
      role: { type: 'string' },
      expires: { type: 'string' },
      user: { type: 'string' },
      'password-file': { type: 'string' },
      url: { type: 'string' },
      ...configOptions,
    })
    if (values.name === undefined) throw new UsageError(['--name NAME is missing'])
    if (values.name.length > 100) throw new UsageError(['--name: must be at most 100 characters'])
    const now = around.now()
    const wanted: WantedToken = {
      name: values.name,
      role: roleOf(oneOf('role', values.role, roleNames) ?? 'viewer'),
      expiresAt: values.expires === undefined ? null : futureTime('expires', values.expires, now),
      username: values.user ?? 'admin',
    }
    const byRest = { ...wanted, passwordFile: values['password-file'] ?? null }
    const { terminal } = around
    let created: CreatedToken
    if (values.url !== undefined) {
      const client = around.connect(daemonUrl(values.url, around), null, trustedFile(around))
      created = await requestToken(client, { ...byRest, stateDir: null }, around)
    } else {
      const config = await settingsOf(values, around)
      try {
        created = await onDatabase(config, terminal, { make: false }, (database) =>
          storeToken(database, wanted, now),
        )
      } catch (error) {
        if (!(error instanceof StateDirectoryInUseError)) throw error
        const url = daemonUrl(undefined, around, localUrl(config))
        const client = localClient(config, around, { url })
        created = await requestToken(client, { ...byRest, stateDir: config.state_dir }, around)
      }
    }
    if (values.json) terminal.json(created)
    else {
      const { username, role, expires_at: expires } = created
      const end = expires === null ? 'without an end' : `until ${when(new Date(expires), now)}`
      terminal.note(`token of ${username ?? 'unknown'} with the role ${role ?? 'unknown'}, ${end}:`)
      terminal.line(created.token)
    }
    return EXIT_DONE
  },
}
