import t from 'tap'
import { version } from '../../src/package.ts'
import { runCli } from '../support/cli.ts'

const commands = [
  ...['status', 'alerts', 'ack', 'resolve'],
  ...['rules show', 'rules add', 'rules edit', 'rules delete', 'rules test', 'rules'],
  ...['incidents open', 'incidents note', 'incidents assign', 'incidents resolve'],
  ...['incidents close', 'incidents report', 'incidents'],
  ...['notifications show', 'notifications test', 'notifications', 'events'],
  ...['silence', 'silence list', 'silence end'],
  ...['consistency', 'check', 'ignore', 'heed', 'import', 'reconcile'].map((word, index) =>
    index === 0 ? word : `consistency ${word}`,
  ),
  ...['libraries', 'drives', 'targets', 'repository'],
  ...['load', 'unload', 'transfer', 'exchange', 'export', 'import', 'inventory', 'clean', 'eject'],
  'mtx-changer',
  ...['scst plan', 'scst apply', 'scst export'],
  ...['show', 'follow', 'kinds', 'run', 'cancel', 'schedules', 'schedule'].map((w) => `tasks ${w}`),
  ...['tasks reschedule', 'tasks unschedule', 'tasks', 'forecast'],
  ...['fleet forget', 'fleet'],
  ...['operations recent', 'operations log', 'operations', 'log level', 'log'],
  ...['record', 'doctor', 'backup', 'backup list', 'restore', 'report weekly'],
  ...['support-bundle', 'token create'],
  ...['user list', 'user create', 'user role', 'user disable', 'user enable', 'user delete'],
  ...['user reset-password', 'passwd', 'migrate', 'check-config'],
]
const remote = [
  ...['status', 'alerts', 'ack 1', 'resolve 1', 'libraries', 'drives', 'targets', 'tasks'],
  ...['notifications', 'operations', 'events', 'consistency', 'forecast', 'log', 'fleet'],
].map((line) => line.split(' '))

t.test('help lists every command that is there, and no other', async (t) => {
  const { status, out, error } = await runCli(['--help'])
  t.equal(status, 0)
  t.equal(error, '')
  const listed = out.split('\n').flatMap((line) => /^ {2}(\S+(?: \S+)?) {2}/.exec(line)?.[1] ?? [])
  t.strictSame(listed, commands)
  t.strictSame(await runCli(['help']), await runCli(['-h']))
})

t.test('every command explains itself', async (t) => {
  for (const command of commands) {
    const words = command.split(' ')
    const asked = await runCli([...words, '--help'])
    t.strictSame([asked.status, asked.error], [0, ''], command)
    t.ok(asked.out.startsWith(`usage: storwarden ${command} `), command)
    t.match(asked.out, '--json', command)
    t.strictSame(await runCli(['help', ...words]), asked)
  }
})

t.test('the version is that of the package', async (t) => {
  t.strictSame(await runCli(['--version']), {
    status: 0,
    out: `storwarden ${version}\n`,
    error: '',
    asked: [],
  })
})

t.test('bad usage is one line that names the fault, and status 2', async (t) => {
  const cases: [string[], string][] = [
    [[], 'storwarden: a command is missing; storwarden --help lists them'],
    [['silences'], 'storwarden: silences: unknown command; storwarden --help lists them'],
    [['token'], 'storwarden: token: unknown command; storwarden --help lists them'],
    [['--url'], 'storwarden: --url: unknown command; storwarden --help lists them'],
    [['\u001b[2J'], 'storwarden: \\u001b[2J: unknown command; storwarden --help lists them'],
    [
      ['alerts', '--foo'],
      "storwarden alerts: unknown option '--foo'; see storwarden alerts --help",
    ],
    [['alerts', 'x', 'y'], 'storwarden alerts: one word too many: y; see storwarden alerts --help'],
    [['ack'], 'storwarden ack: ID is missing; see storwarden ack --help'],
    [['ack', ''], 'storwarden ack: ID must not be empty; see storwarden ack --help'],
    [
      ['tasks', '--limit', '0'],
      'storwarden tasks: --limit 0: must be a number, 1 or more; see storwarden tasks --help',
    ],
    [
      ['status', '--url', 'ftp://x'],
      'storwarden status: --url ftp://x: must be a URL such as http://127.0.0.1:8080; see storwarden status --help',
    ],
    [
      ['alerts', '--severity', 'bad'],
      'storwarden alerts: --severity bad: must be one of critical, warning, info; see storwarden alerts --help',
    ],
    [
      ['token', 'create'],
      'storwarden token create: --name NAME is missing; see storwarden token create --help',
    ],
    [['record'], 'storwarden record: DIR is missing; see storwarden record --help'],
  ]
  for (const [argv, fault] of cases) {
    t.strictSame(await runCli(argv), { status: 2, out: '', error: `${fault}\n`, asked: [] })
  }
})

t.test('without a token a sentence says how to get one', async (t) => {
  for (const argv of remote) {
    t.strictSame(
      await runCli(argv, { env: { STORWARDEN_TOKEN: ' ' } }),
      {
        status: 1,
        out: '',
        error: `storwarden ${argv[0] ?? ''}: no token: put one into STORWARDEN_TOKEN; \`storwarden token create --name NAME\` on the appliance makes one\n`,
        asked: [],
      },
      argv.join(' '),
    )
  }
})

t.test('the daemon is looked for where the option says, else the environment', async (t) => {
  const failing = (argv: string[], url?: string) =>
    runCli(argv, { env: url === undefined ? {} : { STORWARDEN_URL: url } })
  const wrong = await failing(['tasks'], 'nonsense')
  t.equal(wrong.status, 2)
  t.match(wrong.error, 'STORWARDEN_URL nonsense: must be a URL')
  const option = await failing(['tasks', '--url', 'http://appliance:1'], 'nonsense')
  t.equal(option.status, 1)
  t.match(option.error, 'GET /api/v1/tasks?limit=100: is not in the test')
})
