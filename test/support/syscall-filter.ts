import { valuesOf } from './unit-files.ts'

/** The system calls that a unit permits, as systemd.exec(5) reads SystemCallFilter=; `show` prints a set of systemd. */
export function permittedCalls(unit: string, show: (set: string) => string): Set<string> {
  const permitted = new Set<string>()
  for (const value of valuesOf(unit, 'SystemCallFilter')) {
    const words = value.replace(/^~/, '').split(' ')
    for (const call of words.flatMap((word) => callsOf(word, show))) {
      if (value.startsWith('~')) permitted.delete(call)
      else permitted.add(call)
    }
  }
  return permitted
}

function callsOf(word: string, show: (set: string) => string): string[] {
  if (!word.startsWith('@')) return [word]
  const words = show(word)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== word && !line.startsWith('#'))
  return words.flatMap((inner) => callsOf(inner, show))
}

/** The system calls in the summary of `strace -c`. */
export function countedCalls(summary: string): string[] {
  return summary.split('\n').flatMap((line) => {
    const [, call] = /^ *[\d.]+ +[\d.]+ +\d+ +\d+ +(?:\d+ +)?([a-z_]\w*)$/.exec(line) ?? []
    return call === undefined || call === 'total' ? [] : [call]
  })
}
