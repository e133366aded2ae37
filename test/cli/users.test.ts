import { join } from 'node:path'
import t from 'tap'
import { DaemonError } from '../../src/cli/client.ts'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'UTC'

const now = new Date('2026-11-20T21:00:00Z')
const user = (changes: object = {}) => ({
  id: '11111111-1111-4111-8111-111111111111',
  username: 'jo',
  role: 'viewer',
  disabled: false,
  disabled_at: null,
  must_change_password: false,
  created_at: '2026-11-20T20:00:00Z',
  password_changed_at: null,
  last_login_at: null,
  identity: null,
  ...changes,
})

t.test('users are listed with what they may and how they are', async (t) => {
  const users = [
    user({ username: 'admin', role: 'admin', last_login_at: '2026-11-20T20:57:00Z' }),
    user({ username: 'ann', identity: { issuer: 'https://id.example', subject: '7' } }),
    user({ must_change_password: true }),
    user({ username: 'zoe', disabled: true }),
  ]
  const said = await runCli(['user', 'list'], { now, answers: { '/api/v1/users': { users } } })
  t.equal(said.status, 0)
  t.strictSame(said.out.split('\n'), [
    'USER   ROLE    STATE                          LAST LOGIN         SINCE',
    'admin  admin   active                         20:57 (3 min ago)  20:00 (1 h ago)',
    'ann    viewer  active, by https://id.example  never              20:00 (1 h ago)',
    'jo     viewer  has to change the password     never              20:00 (1 h ago)',
    'zoe    viewer  disabled                       never              20:00 (1 h ago)',
    '',
  ])
})

t.test('the password of a new user is all there is on standard output', async (t) => {
  const answers = { '/api/v1/users': { ...user(), role: 'operator', password: 'one-time' } }
  const said = await runCli(['user', 'create', 'jo', '--role', 'moderator'], { answers })
  t.strictSame(said, {
    status: 0,
    out: 'one-time\n',
    error: 'user jo with the role operator is made; the password, which has to be changed:\n',
    asked: ['POST /api/v1/users {"username":"jo","role":"moderator"}'],
  })
  const file = join(t.testdir({ password: 'given by a file\nnot this\n' }), 'password')
  const given = await runCli(['user', 'create', 'jo', '--password-file', file], {
    answers: { '/api/v1/users': { ...user(), password: null } },
  })
  t.strictSame(given, {
    status: 0,
    out: '',
    error: 'user jo with the role viewer is made\n',
    asked: ['POST /api/v1/users {"username":"jo","role":"viewer","password":"given by a file"}'],
  })
})

t.test('roles and states are changed by name', async (t) => {
  const answers = { '/api/v1/users/jo': user({ role: 'operator' }) }
  const run = (...words: string[]) => runCli(['user', ...words], { answers })
  t.strictSame(
    [
      await run('role', 'jo', 'operator'),
      await run('disable', 'jo'),
      await run('enable', 'jo'),
      await run('delete', 'jo'),
    ].map(({ status, out, asked }) => [status, out, ...asked]),
    [
      [0, 'jo: has the role operator\n', 'PATCH /api/v1/users/jo {"role":"operator"}'],
      [0, 'jo: disabled\n', 'PATCH /api/v1/users/jo {"disabled":true}'],
      [0, 'jo: enabled\n', 'PATCH /api/v1/users/jo {"disabled":false}'],
      [0, 'jo: deleted\n', 'DELETE /api/v1/users/jo'],
    ],
  )
  const wrong = await run('role', 'jo', 'god')
  t.strictSame([wrong.status, wrong.asked], [2, []])
  t.match(wrong.error, 'god: must be one of viewer, operator, admin, user, moderator')
})

t.test('a password is reset, and told once', async (t) => {
  const path = '/api/v1/users/jo/force-password-reset'
  const said = await runCli(['user', 'reset-password', 'jo'], {
    answers: { [path]: { ...user(), password: 'one-time' } },
  })
  t.strictSame(said, {
    status: 0,
    out: 'one-time\n',
    error: 'user jo has a new password; the password, which has to be changed:\n',
    asked: [`POST ${path} {}`],
  })
})

t.test('the own password is changed with a session of its own', async (t) => {
  const dir = t.testdir({ old: 'old one\n', new: 'new one\n' })
  const answers = {
    '/api/v1/auth/login': { token: 'sws_session' },
    '/api/v1/auth/password': {},
    '/api/v1/auth/logout': {},
  }
  const argv = ['passwd', 'jo', '--url', 'http://appliance:8080']
  const files = ['--password-file', join(dir, 'old'), '--new-password-file', join(dir, 'new')]
  const login = (password: string) =>
    `POST /api/v1/auth/login ${JSON.stringify({ username: 'jo', password })} without a token`
  t.strictSame(await runCli([...argv, ...files], { answers }), {
    status: 0,
    out: 'jo: the password is changed\n',
    error: '',
    asked: [
      login('old one'),
      'POST /api/v1/auth/password {"current_password":"old one","new_password":"new one"}',
      'POST /api/v1/auth/logout {}',
    ],
  })

  const refused = new DaemonError('is one of the commonest passwords', 400)
  const weak = await runCli(argv, {
    answers: { ...answers, '/api/v1/auth/password': refused },
    secret: 'password',
  })
  t.strictSame(
    [weak.status, weak.error, weak.asked.at(-1)],
    [1, 'storwarden passwd: is one of the commonest passwords\n', 'POST /api/v1/auth/logout {}'],
    'the session is ended all the same',
  )
  const nobody = await runCli(argv, { answers })
  t.strictSame(
    [nobody.status, nobody.error],
    [1, 'storwarden passwd: there is no terminal to ask at: give --password-file FILE\n'],
  )
})
