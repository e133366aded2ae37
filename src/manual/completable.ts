import { commands } from '../cli/commands.ts'
import { optionsOf, readUsage } from './usage.ts'

/** What a shell completes. */
export type Kind = 'file' | 'directory' | 'nothing'

/** A command as a shell completes it. */
export interface Completable {
  /** `silence list` */
  name: string
  summary: string
  options: CompletableOption[]
  /** What its other words are, as far as a shell can tell. */
  words: Kind
}

/** An option, and what follows it. */
export interface CompletableOption {
  name: string
  text: string
  /** Null when it takes no value. */
  value: { name: string; kind: Kind } | null
}

const HELP: CompletableOption = { name: '--help', text: 'explain it', value: null }

/** Every command of the command line, of what its help says. */
export async function completables(): Promise<Completable[]> {
  return Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const usage = readUsage((await load()).usage)
      const options = optionsOf(usage).flatMap(({ names, argument, text }) =>
        names.map((option) => ({
          name: option,
          text,
          value: argument === null ? null : { name: argument, kind: kindOf(argument) },
        })),
      )
      const [first = ''] = usage.synopsis
      return { name, summary, options: [...options, HELP], words: kindOf(first) }
    }),
  )
}

/** The first words of commands, each once, with what they are about. */
export function firstWords(all: readonly Completable[]): { word: string; summary: string }[] {
  const words = new Map<string, string>()
  for (const { name, summary } of all) {
    const [word = ''] = name.split(' ')
    if (name === word || !words.has(word)) words.set(word, summary)
  }
  return [...words].map(([word, summary]) => ({ word, summary })).sort(byWord)
}

/** The second words of commands that begin with a word. */
export function secondWords(all: readonly Completable[], first: string) {
  return all
    .flatMap(({ name, summary }) => {
      const [before, word] = name.split(' ')
      return before === first && word !== undefined ? [{ word, summary }] : []
    })
    .sort(byWord)
}

function kindOf(text: string): Kind {
  if (/\bFILE\b/.test(text)) return 'file'
  return /\bDIR\b/.test(text) ? 'directory' : 'nothing'
}

function byWord({ word: one }: { word: string }, { word: other }: { word: string }): number {
  return one < other ? -1 : 1
}
