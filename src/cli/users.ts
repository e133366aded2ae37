import { UsageError } from '../arguments.ts'
import { roleNames } from '../auth/permissions.ts'
import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { passwordIn } from './password-file.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Span } from './terminal.ts'
import { whenInBrief } from './times.ts'
import { shown } from './words.ts'

/** Path of the users. */
export const USERS = '/api/v1/users'

const NEEDS = 'The token needs the role admin.\n'

/** Lists users. */
export const userList: Command = {
  name: 'user list',
  usage: `usage: storwarden user list [options]

Who can log in, as what, and when he last did. ${NEEDS}
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const answer = await connected(values.url, around).get(USERS)
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const now = around.now()
    printTable(
      terminal,
      [
        { title: 'USER', whole: true },
        { title: 'ROLE' },
        { title: 'STATE' },
        { title: 'LAST LOGIN' },
        { title: 'SINCE' },
      ],
      answer
        .objects('users')
        .map((user) => [
          shown(user.text('username')),
          shown(user.text('role')),
          stateOf(user),
          user.time('last_login_at') === null
            ? 'never'
            : whenInBrief(user.time('last_login_at'), now),
          whenInBrief(user.time('created_at'), now),
        ]),
    )
    return EXIT_DONE
  },
}

function stateOf(user: Answer): Span {
  if (user.flag('disabled') === true) return { text: 'disabled', style: 'bad' }
  if (user.flag('must_change_password') === true) {
    return { text: 'has to change the password', style: 'warning' }
  }
  const issuer = user.object('identity')?.text('issuer') ?? null
  return issuer === null ? 'active' : `active, by ${issuer}`
}

/** Makes a user. */
export const userCreate: Command = {
  name: 'user create',
  usage: `usage: storwarden user create NAME [options]

Prints the password of the new user, which is shown this once and which he has to change when he
logs in. ${NEEDS}
  --role ROLE           ${roleNames.join(', ')}; viewer if not said
  --password-file FILE  the password, - for standard input; made if not said
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { role: { type: 'string' }, 'password-file': { type: 'string' }, ...remoteOptions },
      { named: ['NAME'] },
    )
    const role = oneOf('role', values.role, roleNames) ?? 'viewer'
    const file = values['password-file']
    const client = connected(values.url, around)
    const given = file === undefined ? {} : { password: await passwordIn('password-file', file) }
    const made = await client.post(USERS, { username: positionals[0], role, ...given })
    if (values.json) around.terminal.json(made)
    else {
      const which = `user ${shown(made.text('username'))} with the role ${shown(made.text('role'))}`
      sayPassword(made, `${which} is made`, around)
    }
    return EXIT_DONE
  },
}

/** The password alone goes to standard output, what it is to standard error. */
export function sayPassword(answer: Answer, done: string, { terminal }: Surroundings): void {
  const password = answer.text('password')
  terminal.note(`${done}${password === null ? '' : '; the password, which has to be changed:'}`)
  if (password !== null) terminal.line(password)
}

/** Changes the role of a user. */
export const userRole: Command = {
  name: 'user role',
  usage: `usage: storwarden user role NAME ROLE [options]

ROLE is one of ${roleNames.join(', ')}. Ends the sessions of the user. ${NEEDS}
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME', 'ROLE'] })
    const [name = '', word = ''] = positionals
    const role = roleNames.find((one) => one === word)
    if (role === undefined) {
      throw new UsageError([`${word}: must be one of ${roleNames.join(', ')}`])
    }
    const changed = await connected(values.url, around).patch(pathOf(name), { role })
    if (values.json) around.terminal.json(changed)
    else {
      const [user, now] = [shown(changed.text('username')), shown(changed.text('role'))]
      around.terminal.line(`${user}: has the role ${now}`)
    }
    return EXIT_DONE
  },
}

/** Lets a user in no more. */
export const userDisable = switching({
  verb: 'disable',
  disabled: true,
  help: 'Ends his sessions; his API tokens open nothing until he is enabled again.',
})

/** Lets a user in again. */
export const userEnable = switching({
  verb: 'enable',
  disabled: false,
  help: 'His password and his API tokens are what they were.',
})

function switching(which: { verb: string; disabled: boolean; help: string }): Command {
  const { verb, disabled, help } = which
  return {
    name: `user ${verb}`,
    usage: `usage: storwarden user ${verb} NAME [options]

${help} ${NEEDS}
${REMOTE_USAGE}`,

    async run(argv, around) {
      const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME'] })
      const path = pathOf(positionals[0] ?? '')
      const changed = await connected(values.url, around).patch(path, { disabled })
      if (values.json) around.terminal.json(changed)
      else around.terminal.line(`${shown(changed.text('username'))}: ${verb}d`)
      return EXIT_DONE
    },
  }
}

/** Deletes a user. */
export const userDelete: Command = {
  name: 'user delete',
  usage: `usage: storwarden user delete NAME [options]

With his sessions and API tokens; what he did stays in the audit trail. ${NEEDS}
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME'] })
    const [name = ''] = positionals
    const answer = await connected(values.url, around).delete(pathOf(name))
    if (values.json) around.terminal.json(answer)
    else around.terminal.line(`${name}: deleted`)
    return EXIT_DONE
  },
}

/** Path of a user, by name. */
export function pathOf(name: string): string {
  return `${USERS}/${encodeURIComponent(name)}`
}
