import { spawnSync } from 'node:child_process'
import t from 'tap'
import { commands } from '../../src/cli/commands.ts'
import { bashCompletion } from '../../src/manual/bash.ts'
import { completables, firstWords } from '../../src/manual/completable.ts'
import { fishCompletion } from '../../src/manual/fish.ts'
import { zshCompletion } from '../../src/manual/zsh.ts'
import { lacks } from '../support/peer.ts'

const all = await completables()
const directory = t.testdir({
  bash: bashCompletion(all),
  zsh: { _storwarden: zshCompletion(all) },
  fish: fishCompletion(all),
  'a file.yaml': '',
  folder: {},
})

/** What a shell on a terminal makes of lines that are typed, tab and all. */
function typed(shell: string, setUp: string, lines: readonly string[]): string[] {
  const input = [setUp, ...lines, 'exit', ''].join('\n')
  const { stdout } = spawnSync('script', ['-qec', shell, '/dev/null'], {
    ...{ input, cwd: directory, encoding: 'utf8', timeout: 60_000 },
    env: { ...process.env, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
  })
  return [...stdout.matchAll(/said<(.*)>/g)].flatMap(([, words = '']) =>
    words.includes('$*') ? [] : [words],
  )
}

const lines = [
  'storwarden sil\te\t',
  'storwarden token create --pass\t a\t',
  'storwarden check-config --state\t fo\t',
  'storwarden help tok\tc\t',
  'storwarden record fo\t',
]
const completed = [
  'silence end',
  'token create --password-file a file.yaml',
  'check-config --state-dir folder/',
  'help token create',
  'record folder/',
]

t.test('bash completes what is typed', { skip: lacks('script', '--version') }, (t) => {
  const setUp = '. ./bash; storwarden() { echo "said<$*>"; }'
  t.strictSame(typed('bash --norc --noprofile -i', setUp, lines), completed)
  t.end()
})

t.test('bash knows every command and option', (t) => {
  const script = `. ./bash
    go() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _storwarden 2> /dev/null; echo "\${COMPREPLY[*]}"; }
    go storwarden ''
    ${all.map(({ name }) => `go storwarden ${name} --`).join('\n')}
    go storwarden alerts --url ''`
  const { stdout } = spawnSync('bash', ['-c', script], { cwd: directory, encoding: 'utf8' })
  t.strictSame(stdout.trimEnd().split('\n'), [
    ['help', ...firstWords(all).map(({ word }) => word)].join(' '),
    ...all.map(({ options }) => options.map(({ name }) => name).join(' ')),
  ])
  t.strictSame(
    all.map(({ name }) => name),
    commands.map(({ name }) => name),
  )
  t.end()
})

t.test('zsh completes what is typed', { skip: lacks('zsh', '--version') }, (t) => {
  const setUp =
    'fpath=(./zsh $fpath); autoload -Uz compinit; compinit -u -D; storwarden() { print -r -- "said<$*>"; }'
  t.strictSame(
    typed('zsh -f -i', setUp, lines),
    completed.map((words) => words.replace(/\/$/, '')),
  )
  t.end()
})

t.test(
  'fish offers what there is, and says what it is',
  { skip: lacks('fish', '--version') },
  (t) => {
    const offers = (line: string) =>
      spawnSync('fish', ['--no-config', '-c', `source ./fish; complete -C "${line}"`], {
        ...{ cwd: directory, encoding: 'utf8' },
      }).stdout.trimEnd()
    t.equal(offers('storwarden sil'), 'silence\thave channels not told of some alerts for a time')
    t.equal(
      offers('storwarden silence '),
      'end\tend a silence\nlist\twhat is muted, and for how long',
    )
    t.equal(
      offers('storwarden token create --pass'),
      '--password-file\this password, - for standard input; asked for if not said',
    )
    t.match(offers('storwarden check-config --config a'), /^a file\.yaml/)
    t.match(offers('storwarden record f'), /^folder\//)
    t.equal(offers('storwarden alerts --url '), '')
    t.end()
  },
)
