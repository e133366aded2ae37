import { UsageError } from '../arguments.ts'
import type { Client } from './client.ts'
import {
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Options,
  type Surroundings,
  type Values,
} from './command.ts'
import { connected } from './remote.ts'

/** What a command that asks the daemon is called with. */
export interface Asked<Of extends Options> {
  values: Values<Of & typeof remoteOptions>
  words: readonly string[]
  /** Connects when all of the words make sense. Throws UsageError or NoTokenError. */
  connect: () => Client
  /** Whether it prints for programs. */
  json: boolean
  around: Surroundings
}

/** How a command that asks the daemon is told apart from others. */
export interface AskingCommand<Of extends Options> {
  name: string
  /** Without what all of them have. */
  usage: string
  options: Of
  /** Words after its name; any number of them if not said. */
  named?: readonly string[]
  /** Resolves with the exit status. */
  run: (asked: Asked<Of>) => Promise<number>
}

/** A command that asks the daemon. */
export function askingCommand<const Of extends Options>(about: AskingCommand<Of>): Command {
  const { name, usage, options, named = [], run } = about
  return {
    name,
    usage: `${usage}${REMOTE_USAGE}`,
    async run(argv, around) {
      const { values, positionals: words } = parseWords(
        argv,
        { ...options, ...remoteOptions },
        { named, several: about.named === undefined },
      )
      const { url, json = false } = values as Values<typeof remoteOptions>
      return await run({ values, words, connect: () => connected(url, around), json, around })
    },
  }
}

/** What tells a plan from others. */
const PLAN = /^[0-9a-f]{16}$/

/** The plan among words, and the other words; with `isDone` there has to be one. Throws UsageError. */
export function planAmong(
  words: readonly string[],
  isDone: boolean,
): { plan: string | null; others: string[] } {
  const others = words.filter((word) => !isDone || !PLAN.test(word))
  const [plan, more] = isDone ? words.filter((word) => PLAN.test(word)) : []
  if (isDone === (plan === undefined) || more !== undefined) {
    throw noPlan()
  }
  return { plan: plan ?? null, others }
}

/** What is not the plan that is asked for, or too much. */
export function noPlan(): UsageError {
  return new UsageError(['--yes PLAN: must be the plan that is shown without --yes'])
}
