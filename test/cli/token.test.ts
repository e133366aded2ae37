import { PassThrough } from 'node:stream'
import t from 'tap'
import { lockStateDirectory } from '../../src/db/state-lock.ts'
import { DaemonError } from '../../src/cli/client.ts'
import { askSecret } from '../../src/cli/secret-prompt.ts'
import { runCli } from '../support/cli.ts'

const token = {
  token: 'swt_made',
  id: '1',
  name: 'x',
  username: 'jo',
  role: 'viewer',
  created_at: '2026-11-20T21:00:00Z',
  expires_at: null,
}
const answers = {
  '/api/v1/auth/login': { token: 'sws_session' },
  '/api/v1/auth/tokens': token,
  '/api/v1/auth/logout': {},
}
const login = (username: string, password: string) =>
  `POST /api/v1/auth/login ${JSON.stringify({ username, password })} without a token`

t.test('the daemon of another machine is asked with a password, and left again', async (t) => {
  const argv = ['token', 'create', '--name', 'x', '--user', 'jo', '--url', 'http://appliance:8080']
  const said = await runCli(argv, { answers, secret: 'geheim' })
  t.strictSame(said, {
    status: 0,
    out: 'swt_made\n',
    error: 'token of jo with the role viewer, without an end:\n',
    asked: [
      login('jo', 'geheim'),
      'POST /api/v1/auth/tokens {"name":"x","role":"viewer","expires_at":null}',
      'POST /api/v1/auth/logout {}',
    ],
  })
  const json = await runCli([...argv, '--json'], { answers, secret: 'geheim' })
  t.strictSame(JSON.parse(json.out), token)
})

t.test('a session is ended also when no token is made', async (t) => {
  const argv = ['token', 'create', '--name', 'x', '--role', 'admin', '--url', 'http://appliance']
  const said = await runCli(argv, {
    answers: { ...answers, '/api/v1/auth/tokens': new DaemonError('the role is too high', 403) },
    secret: 'geheim',
  })
  t.strictSame(
    [said.status, said.out, said.error],
    [1, '', 'storwarden token create: the role is too high\n'],
  )
  t.equal(said.asked.at(-1), 'POST /api/v1/auth/logout {}')
})

t.test('the password of the first start is for the daemon of this machine alone', async (t) => {
  const stateDir = t.testdir({ postgresql: {}, 'initial-admin-password': 'first-password\n' })
  const lock = await lockStateDirectory(stateDir)
  t.teardown(() => lock.release())
  const create = (env: Record<string, string>) => {
    const config = ['--config', '/dev/null', '--state-dir', stateDir]
    return runCli(['token', 'create', '--name', 'x', ...config], { answers, env })
  }
  t.equal((await create({})).asked[0], login('admin', 'first-password'))
  for (const url of ['http://appliance:8080', 'http://127.0.0.1.example.org']) {
    t.strictSame(await create({ STORWARDEN_URL: url }), {
      status: 1,
      out: '',
      error: `storwarden token create: storwardend runs at ${url} and wants the password of admin: give --password-file FILE\n`,
      asked: [],
    })
  }
})

t.test('a secret is typed unseen', async (t) => {
  const modes: boolean[] = []
  const typed = async (...chunks: string[]) => {
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (raw: boolean) => modes.push(raw),
    })
    let shown = ''
    const secret = askSecret('password: ', input, { write: (text) => (shown += text) })
    for (const chunk of chunks) input.write(chunk)
    input.end()
    return [await secret, shown]
  }
  t.strictSame(await typed('gehx\u007f', 'eim\r', 'more'), ['geheim', 'password: \n'])
  t.strictSame(await typed('geh\u0003eim\r'), [null, 'password: \n'])
  t.strictSame(await typed('geheim'), [null, 'password: \n'])
  t.strictSame(modes, [true, false, true, false, true, false])
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const ask = () => askSecret('? ', input, { write: () => undefined })
  const first = ask()
  input.write('one\r')
  t.equal(await first, 'one')
  const second = ask()
  input.write('two\r')
  t.equal(await second, 'two', 'the same terminal is asked again')
  const pipe = Object.assign(new PassThrough(), { setRawMode: () => undefined })
  t.equal(await askSecret('password: ', pipe, { write: () => t.fail('asked') }), null)
})
