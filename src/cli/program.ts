import { UsageError } from '../arguments.ts'
import { version } from '../package.ts'
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, type Surroundings } from './command.ts'
import { commands } from './commands.ts'
import type { Listed } from './listed.ts'
import { watch, watchedEvery } from './watching.ts'

const width = Math.max(...commands.map(({ name }) => name.length))

const USAGE = `usage: storwarden COMMAND [options]

${commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

\`storwarden COMMAND --help\` explains one of them. Exit status: 0 done, 1 failed, 2 bad usage.
Asked with a token: STORWARDEN_TOKEN; where: --url or STORWARDEN_URL; over TLS, certificates that are
trusted besides the usual ones: --ca FILE or STORWARDEN_CA.
`

/** Runs the command line and resolves with the exit status; what goes wrong is one line on standard error. */
export async function runProgram(argv: readonly string[], around: Surroundings): Promise<number> {
  const { terminal } = around
  const options = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
  const wantsHelp = options.some((word) => word === '--help' || word === '-h')
  const words = argv[0] === 'help' ? argv.slice(1) : argv
  const listed = commandOf(words)
  if (listed === null) {
    const [word] = words
    if (word === '--version') terminal.line(`storwarden ${version}`)
    else if (wantsHelp || (word === undefined && argv.length > 0)) print(around, USAGE)
    else {
      const fault = word === undefined ? 'a command is missing' : `${word}: unknown command`
      terminal.note(`storwarden: ${fault}; storwarden --help lists them`)
      return EXIT_USAGE
    }
    return EXIT_DONE
  }
  const command = await listed.load()
  if (wantsHelp || argv[0] === 'help') {
    print(around, command.usage)
    return EXIT_DONE
  }
  try {
    const { rest, trusting } = withTrusted(words, around)
    const argv = rest.slice(command.name.split(' ').length)
    if (command.watches !== true) return await command.run(argv, trusting)
    const { rest: once, seconds } = watchedEvery(argv)
    if (seconds === null) return await command.run(once, trusting)
    return await watch(command, once, trusting, seconds)
  } catch (error) {
    const said = `storwarden ${command.name}: ${oneLine((error as Error).message)}`
    if (!(error instanceof UsageError)) {
      terminal.note(said)
      return EXIT_FAILED
    }
    terminal.note(`${said}; see storwarden ${command.name} --help`)
    return EXIT_USAGE
  }
}

/** Takes `--ca FILE`, which every command has, from the words. Throws UsageError. */
function withTrusted(words: readonly string[], around: Surroundings) {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const at = words.findIndex((word, index) => index < end && /^--ca(?:=|$)/.test(word))
  const option = words[at]
  if (option === undefined) return { rest: words, trusting: around }
  const inOne = option.startsWith('--ca=')
  const file = inOne ? option.slice('--ca='.length) : (words[at + 1] ?? '')
  if (file === '') throw new UsageError(['--ca: a file is missing'])
  const rest = words.filter((_, index) => index !== at && (inOne || index !== at + 1))
  return { rest, trusting: { ...around, env: { ...around.env, STORWARDEN_CA: file } } }
}

/** `silence list` rather than `silence`. */
function commandOf(words: readonly string[]): Listed | null {
  const meant = commands.filter(({ name }) =>
    name.split(' ').every((word, index) => words[index] === word),
  )
  return meant.sort((one, other) => other.name.length - one.name.length)[0] ?? null
}

function print({ terminal }: Surroundings, text: string): void {
  for (const line of text.replace(/\n$/, '').split('\n')) terminal.line(line)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim()
}
