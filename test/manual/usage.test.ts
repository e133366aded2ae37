import t from 'tap'
import { DAEMON_USAGE } from '../../src/arguments.ts'
import { commands } from '../../src/cli/commands.ts'
import { optionsOf, readUsage } from '../../src/manual/usage.ts'

t.test('help is taken apart', (t) => {
  const text = `usage: storwarden tape move [SLOT...] [options]
       storwarden tape list

Moves what is there, and
says so:

  storwarden tape move 3

  near             within the library
  --to SLOT        where to; the first
                   that is free if not said
  --priority=N     the higher the sooner
  --tag NAME=VALUE only with it
  --yes, --no      at once
  --allow-disruptive
                   also when it is used
`
  t.strictSame(readUsage(text), {
    synopsis: ['storwarden tape move [SLOT...] [options]', 'storwarden tape list'],
    parts: [
      { kind: 'paragraph', text: 'Moves what is there, and says so:' },
      { kind: 'example', lines: ['storwarden tape move 3'] },
      {
        kind: 'entries',
        entries: [
          { names: ['near'], argument: null, text: 'within the library' },
          {
            names: ['--to'],
            argument: 'SLOT',
            text: 'where to; the first that is free if not said',
          },
          { names: ['--priority'], argument: 'N', text: 'the higher the sooner' },
          { names: ['--tag'], argument: 'NAME=VALUE', text: 'only with it' },
          { names: ['--yes', '--no'], argument: null, text: 'at once' },
          { names: ['--allow-disruptive'], argument: null, text: 'also when it is used' },
        ],
      },
    ],
  })
  t.throws(() => readUsage('a command\n'), { message: /"a command" says not how it is called/ })
  t.end()
})

t.test('of every command each option is found, and no line is left over', async (t) => {
  const helps = await Promise.all(commands.map(async ({ load }) => (await load()).usage))
  for (const help of [DAEMON_USAGE, ...helps]) {
    const usage = readUsage(help)
    const written = help
      .split('\n')
      .flatMap((line) => /^ +(--.*?)(?: {2,}|$)/.exec(line)?.[1]?.match(/--[-\w]+/g) ?? [])
    t.strictSame(
      optionsOf(usage).flatMap(({ names }) => names),
      written,
      usage.synopsis[0] ?? '',
    )
    const examples = usage.parts.flatMap((part) => (part.kind === 'example' ? part.lines : []))
    t.strictSame(
      examples.filter((line) => !line.startsWith('storwarden ')),
      [],
    )
  }
})
