import { parseArgs } from 'node:util'

/** What `storwardend` was asked for on its command line. */
export interface DaemonArguments {
  help: boolean
  version: boolean
  checkConfig: boolean
  /** A configuration file other than the default one. */
  config: string | null
  /** Settings that go before the configuration. */
  overrides: { state_dir?: string; listen?: { host: string; port: number } }
  /** A recording, or a folder of them, to run on instead of this machine. */
  replay: string | null
  /** How long each recording of a folder is shown. */
  replayStepSeconds: number
}

/** The command line is wrong; the message names every fault. */
export class UsageError extends Error {
  readonly code = 'ERR_USAGE'

  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(faults.join('; '), options)
    this.name = 'UsageError'
  }
}

/** What `--help` prints. */
export const DAEMON_USAGE = `usage: storwardend [options]

  --config FILE          configuration, instead of /etc/storwarden/config.yaml
  --listen HOST:PORT     where to answer, e.g. 127.0.0.1:8080 or [::]:8080
  --state-dir DIR        what the daemon remembers
  --replay DIR           run on a recording instead of this machine; a folder of
                         recordings is played in the order of their names
  --replay-step SECONDS  how long each of them is shown, 60 if not said
  --check-config         name every fault of the configuration and exit
  --version              print the version and exit
  --help                 print this and exit
`

/** Reads the words after the program's name. Throws UsageError. */
export function parseDaemonArguments(argv: readonly string[]): DaemonArguments {
  const values = parse(argv)
  const faults: string[] = []
  for (const [name, value] of Object.entries(values))
    if (value === '') faults.push(`--${name}: must not be empty`)

  const listen = values.listen === undefined ? undefined : parseListen(values.listen)
  if (listen === null && values.listen !== '')
    faults.push(`--listen ${values.listen ?? ''}: must be HOST:PORT, e.g. 127.0.0.1:8080`)

  const step = parseSeconds(values['replay-step'] ?? '60')
  if (step === null && values['replay-step'] !== '')
    faults.push(`--replay-step ${values['replay-step'] ?? ''}: must be seconds, more than 0`)
  if (values['replay-step'] !== undefined && values.replay === undefined)
    faults.push('--replay-step: there is no --replay')

  if (faults.length > 0) throw new UsageError(faults)
  return {
    help: values.help ?? false,
    version: values.version ?? false,
    checkConfig: values['check-config'] ?? false,
    config: values.config ?? null,
    overrides: {
      ...(values['state-dir'] === undefined ? {} : { state_dir: values['state-dir'] }),
      ...(listen == null ? {} : { listen }),
    },
    replay: values.replay ?? null,
    replayStepSeconds: step ?? 60,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        listen: { type: 'string' },
        'state-dir': { type: 'string' },
        replay: { type: 'string' },
        'replay-step': { type: 'string' },
        'check-config': { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: false,
    }).values
  } catch (cause) {
    throw new UsageError([firstSentence((cause as Error).message)], { cause })
  }
}

/** `HOST:PORT`, an IPv6 address in brackets; null when it is neither. */
export function parseListen(text: string): { host: string; port: number } | null {
  const { bracketed, plain, digits } =
    /^(?:\[(?<bracketed>[0-9a-f:.%\w]+)\]|(?<plain>[^:[\]\s]+)):(?<digits>\d{1,5})$/i.exec(text)
      ?.groups ?? {}
  const host = bracketed ?? plain
  const port = Number(digits)
  return host === undefined || port > 65_535 ? null : { host, port }
}

/** Seconds, fractions allowed; more than 0 and at most a day. */
function parseSeconds(text: string): number | null {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN
  return seconds > 0 && seconds <= 86_400 ? seconds : null
}

/** What is wrong, of a message of `parseArgs`, which explains at length. */
export function firstSentence(message: string): string {
  const sentence = message.split(/\.\s/)[0] ?? message
  return sentence.charAt(0).toLowerCase() + sentence.slice(1)
}
