import type { Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

const texts = words.rules.test

/** What a trial comes to. */
export type Trial = Answer<'POST /monitoring/rules/test'>

/** A place in a few words. */
export function placeName(labels: Readonly<Record<string, string>>): string {
  const values = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  return values.length === 0 ? texts.everywhere : values.join(' ')
}

/** Places in the few words that tell them apart; one alone by all of its labels. */
export function shortPlaces(all: readonly Readonly<Record<string, string>>[]): string[] {
  return all.map((labels) => {
    const telling = Object.entries(labels).filter(([name, value]) =>
      all.some((other) => other[name] !== value),
    )
    const short = telling.map(([, value]) => value).join(' · ')
    return short === '' ? placeName(labels) : short
  })
}
