import type { Client } from './client.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { passwordIn } from './password-file.ts'
import { connected, daemonUrl, trustedFile } from './remote.ts'
import { pathOf, sayPassword } from './users.ts'
import { shown } from './words.ts'

/** Replaces the password of a user. */
export const userResetPassword: Command = {
  name: 'user reset-password',
  usage: `usage: storwarden user reset-password NAME [options]

Prints a new password, which is shown this once and which has to be changed. Ends the sessions of
the user; his API tokens open nothing until he has changed it. The token needs the role admin.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME'] })
    const path = `${pathOf(positionals[0] ?? '')}/force-password-reset`
    const reset = await connected(values.url, around).post(path, {})
    if (values.json) around.terminal.json(reset)
    else sayPassword(reset, `user ${shown(reset.text('username'))} has a new password`, around)
    return EXIT_DONE
  },
}

/** The password cannot be changed; nothing was. */
export class PasswdError extends Error {
  readonly code = 'ERR_PASSWD'

  constructor(message: string) {
    super(message)
    this.name = 'PasswdError'
  }
}

/** Changes the password of whoever knows it. */
export const passwd: Command = {
  name: 'passwd',
  usage: `usage: storwarden passwd [NAME] [options]

Changes the password of a user, admin if not said, with the one he has. No token is needed. Asks
for what no file is named for. Ends the other sessions of the user.

  --password-file FILE      the password he has, - for standard input
  --new-password-file FILE  the new one
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        'password-file': { type: 'string' },
        'new-password-file': { type: 'string' },
        ...remoteOptions,
      },
      { named: ['NAME'], optional: true },
    )
    const { terminal } = around
    const username = positionals[0] ?? 'admin'
    const client = around.connect(daemonUrl(values.url, around), null, trustedFile(around))
    const from =
      values['password-file'] === undefined
        ? await asked(`password of ${username} at ${client.url}: `, '--password-file', around)
        : await passwordIn('password-file', values['password-file'])
    const to = await newPassword(values['new-password-file'], around)
    await changePassword(client, { username, from, to })
    if (values.json) terminal.json({ username, changed: true })
    else terminal.line(`${username}: the password is changed`)
    return EXIT_DONE
  },
}

async function newPassword(file: string | undefined, around: Surroundings): Promise<string> {
  if (file !== undefined) return await passwordIn('new-password-file', file)
  const typed = await asked('new password: ', '--new-password-file', around)
  const again = await asked('new password again: ', '--new-password-file', around)
  if (typed !== again) throw new PasswdError('the new password was not typed the same twice')
  return typed
}

async function asked(prompt: string, option: string, { askSecret }: Surroundings) {
  const typed = await askSecret(prompt)
  if (typed !== null) return typed
  throw new PasswdError(`there is no terminal to ask at: give ${option} FILE`)
}

/** Logs in, which a user who has to change his password can, changes it, and logs out. */
async function changePassword(
  client: Client,
  { username, from, to }: { username: string; from: string; to: string },
): Promise<void> {
  const login = await client.post('/api/v1/auth/login', { username, password: from })
  const session = login.text('token')
  if (session === null) throw new PasswdError(`${client.url}: the login gave no token`)
  const asUser = client.with(session)
  try {
    await asUser.post('/api/v1/auth/password', { current_password: from, new_password: to })
  } finally {
    // A session that cannot be ended ends by itself.
    await asUser.post('/api/v1/auth/logout', {}).catch(() => null)
  }
}
