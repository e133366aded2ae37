import { setTimeout as pause } from 'node:timers/promises'
import { UsageError } from '../arguments.ts'
import { atLeastOne, EXIT_DONE, type Command, type Surroundings } from './command.ts'

/** How often it is looked again when nobody says how often, in seconds. */
const EVERY_SECONDS = 5

/** Takes `--watch` and `--every SECONDS` from the words: how often to look; null for once. Throws UsageError. */
export function watchedEvery(words: readonly string[]): {
  rest: readonly string[]
  seconds: number | null
} {
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const rest: string[] = []
  let watches = false
  let every: number | undefined
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    if (at < end && word === '--watch') watches = true
    else if (at < end && word === '--every') every = atLeastOne('every', words[(at += 1)] ?? '')
    else if (at < end && word.startsWith('--every=')) every = atLeastOne('every', word.slice(8))
    else rest.push(word)
  }
  return { rest, seconds: every ?? (watches ? EVERY_SECONDS : null) }
}

/** Carries a command out again and again, each time in place of the last, until the user ends it. */
export async function watch(
  command: Command,
  argv: readonly string[],
  around: Surroundings,
  seconds: number,
): Promise<number> {
  const { terminal, interrupted, now } = around
  while (!interrupted.aborted) {
    const page = terminal.page()
    const at = now().toTimeString().slice(0, 8)
    page.note(`storwarden ${command.name}, every ${seconds} s, at ${at}`)
    try {
      await command.run(argv, { ...around, terminal: page })
    } catch (error) {
      if (error instanceof UsageError) throw error
      // It may be there again the next time.
      page.line({ text: (error as Error).message, style: 'bad' })
    }
    page.show()
    await pause(seconds * 1000, undefined, { signal: interrupted }).catch(() => undefined)
  }
  return EXIT_DONE
}
