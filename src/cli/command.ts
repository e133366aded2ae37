import { parseArgs } from 'node:util'
import { firstSentence, UsageError } from '../arguments.ts'
import type { Config } from '../config/schema.ts'
import type { Host } from '../host/host.ts'
import type { Client } from './client.ts'
import type { Terminal } from './terminal.ts'
import { parseTime } from './times.ts'

/** What a command has besides its arguments. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>
  terminal: Terminal
  now: () => Date
  /** A client of the daemon at the URL, that trusts the certificates of a file besides. */
  connect: (url: string, token: string | null, caFile: string | null) => Client
  /** This machine, for what works without the daemon; to be stopped by who asked for it. */
  openHost: (config: Config) => { host: Host; stop: () => Promise<void> }
  /** Asks the user for a secret; null when there is nobody to ask. */
  askSecret: (prompt: string) => Promise<string | null>
  /** Aborted when the user wants to end what takes long. */
  interrupted: AbortSignal
}

/** One word of the command line, or two. */
export interface Command {
  name: string
  usage: string
  /** It only looks, and can look again and again. */
  watches?: true
  /** Resolves with the exit status. Rejects with UsageError, or with what is told in one line. */
  run: (argv: readonly string[], around: Surroundings) => Promise<number>
}

/** Exit status: done. */
export const EXIT_DONE = 0
/** Exit status: it was tried and did not succeed. */
export const EXIT_FAILED = 1
/** Exit status: bad usage or configuration, nothing was tried. */
export const EXIT_USAGE = 2

/** Options of a command, as `parseArgs` of node:util takes them. */
export type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>

/** What they were given. */
export type Values<Of extends Options> = {
  readonly [Name in keyof Of]?: Of[Name]['type'] extends 'boolean' ? boolean : string
}

/** Options of every command that asks the daemon. */
export const remoteOptions = {
  url: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options

/** The help of `remoteOptions`. */
export const REMOTE_USAGE = `  --url URL        where storwardend answers, instead of STORWARDEN_URL
                   or http://127.0.0.1:8080
  --ca FILE        certificates (PEM) that are trusted besides the usual ones,
                   instead of STORWARDEN_CA
  --json           for programs
`

/** The help of `--watch`, of commands that look. */
export const WATCH_USAGE = `  --watch          show it again and again, in place of the last
  --every SECONDS  how often, instead of every 5 s
`

/** Options of every command that reads the configuration of the daemon. */
export const configOptions = {
  config: { type: 'string' },
  'state-dir': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options

/** The help of `configOptions`. */
export const CONFIG_USAGE = `  --config FILE    configuration, instead of /etc/storwarden/config.yaml
  --state-dir DIR  what the daemon remembers
  --json           for programs
`

/**
 * Reads the words after the command's name. Throws UsageError, also for more or fewer words than named; with
 * `several` there may be any number of them.
 */
export function parseWords<const Of extends Options>(
  argv: readonly string[],
  options: Of,
  {
    named,
    optional = false,
    several = false,
  }: { named: readonly string[]; optional?: boolean; several?: boolean } = { named: [] },
): { values: Values<Of>; positionals: readonly string[] } {
  const { values, positionals } = parsed(argv, options)
  const missing = named[positionals.length]
  if (missing !== undefined && !optional && !several)
    throw new UsageError([`${missing} is missing`])
  const extra = positionals[named.length]
  if (extra !== undefined && !several) throw new UsageError([`one word too many: ${extra}`])
  const empty = Object.entries(values).find(([, value]) => value === '')
  if (empty) throw new UsageError([`--${empty[0]}: must not be empty`])
  if (positionals.includes('')) throw new UsageError([`${named[0] ?? 'word'} must not be empty`])
  return { values: values as Values<Of>, positionals }
}

function parsed(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw new UsageError([firstSentence((cause as Error).message)], { cause })
  }
}

/** A word that has to be one of several. Throws UsageError. */
export function oneOf<Word extends string>(
  option: string,
  value: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (value === undefined) return undefined
  const found = words.find((word) => word === value)
  if (found !== undefined) return found
  throw new UsageError([`--${option} ${value}: must be one of ${words.join(', ')}`])
}

/** A whole number of at least 1. Throws UsageError. */
export function atLeastOne(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value)
  throw new UsageError([`--${option} ${value}: must be a number, 1 or more`])
}

/** A time that is still to come. Throws UsageError. */
export function futureTime(option: string, text: string, now: Date): Date {
  const at = parseTime(text, now)
  if (at === null) {
    throw new UsageError([
      `--${option} ${text}: must be a time such as 8h, 3d, 2026-11-20 or "2026-11-20 22:00"`,
    ])
  }
  if (at <= now) throw new UsageError([`--${option} ${text}: is over already`])
  return at
}
