import fc from 'fast-check'
import t from 'tap'
import { DAEMON_USAGE, parseDaemonArguments, UsageError } from '../src/arguments.ts'

const plain = {
  help: false,
  version: false,
  checkConfig: false,
  config: null,
  overrides: {},
  replay: null,
  replayStepSeconds: 60,
}

t.test('nothing asks for nothing', (t) => {
  t.strictSame(parseDaemonArguments([]), plain)
  t.end()
})

t.test('every option is understood', (t) => {
  t.strictSame(
    parseDaemonArguments(
      [
        ['--config', '/etc/other.yaml', '--listen', '127.0.0.1:9090', '--state-dir=/srv/state'],
        ['--replay', 'fixtures/demo', '--replay-step', '2.5', '--check-config', '--version'],
        ['--help'],
      ].flat(),
    ),
    {
      help: true,
      version: true,
      checkConfig: true,
      config: '/etc/other.yaml',
      overrides: { state_dir: '/srv/state', listen: { host: '127.0.0.1', port: 9090 } },
      replay: 'fixtures/demo',
      replayStepSeconds: 2.5,
    },
  )
  t.end()
})

t.test('an address is HOST:PORT', (t) => {
  const listen = (text: string) => parseDaemonArguments(['--listen', text]).overrides.listen
  t.strictSame(listen('localhost:0'), { host: 'localhost', port: 0 })
  t.strictSame(listen('[::1]:65535'), { host: '::1', port: 65_535 })
  t.strictSame(listen('[fe80::1%eth0]:80'), { host: 'fe80::1%eth0', port: 80 })
  for (const text of [
    '8080',
    ':8080',
    'localhost',
    'localhost:',
    '::1:80',
    'a:65536',
    'a:-1',
    'a b:1',
  ])
    t.throws(() => listen(text), {
      code: 'ERR_USAGE',
      message: `--listen ${text}: must be HOST:PORT`,
    })
  t.end()
})

t.test('every fault is named at once', (t) => {
  const says = (...argv: string[]): string => {
    try {
      return JSON.stringify(parseDaemonArguments(argv))
    } catch (error) {
      return error instanceof UsageError ? error.message : String(error)
    }
  }
  t.equal(
    says('--listen', 'nowhere', '--replay-step', 'soon', '--state-dir', ''),
    '--state-dir: must not be empty; ' +
      '--listen nowhere: must be HOST:PORT, e.g. 127.0.0.1:8080; ' +
      '--replay-step soon: must be seconds, more than 0; ' +
      '--replay-step: there is no --replay',
  )
  t.equal(says('--listen='), '--listen: must not be empty')
  t.equal(says('--replay', 'x', '--replay-step='), '--replay-step: must not be empty')
  t.match(says('--replay', 'x', '--replay-step', '0'), /must be seconds, more than 0/)
  t.equal(says('--verbose'), "unknown option '--verbose'")
  t.match(says('start'), /^unexpected argument 'start'/)
  t.match(says('--config'), /'--config <value>' argument missing/)
  t.match(says('--config', '--version'), /'--config' argument is ambiguous/)
  t.match(says('--version=yes'), /'--version' does not take an argument/)
  t.end()
})

t.test('the usage names every option', (t) => {
  const named = [...DAEMON_USAGE.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name = '']) => name)
  t.equal(named.length, 8)
  for (const name of named)
    t.throws(() => parseDaemonArguments([`--${name}`, '1', '--unknown']), {
      message: /unknown option '--unknown'|unexpected argument '1'/,
    })
  t.end()
})

t.test('any words are understood or refused', (t) => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '--',
      '--listen',
      '--listen=a:1',
      '--replay',
      '--replay-step=1',
      '--help',
      '-h',
    ),
  )
  const anyWords = fc.property(fc.array(word), (argv) => {
    try {
      return parseDaemonArguments(argv).replayStepSeconds > 0
    } catch (error) {
      return error instanceof UsageError && error.message !== ''
    }
  })
  t.doesNotThrow(() => {
    fc.assert(anyWords)
  })
  t.end()
})
