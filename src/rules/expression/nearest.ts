/**
 * Which of the names are most like one that is not among them, the most alike first; none that is unlike, and of
 * those that mean the same one.
 */
export function nearest(
  wanted: string,
  names: ReadonlyMap<string, string>,
  most: number,
): string[] {
  const name = wanted.toLowerCase()
  const parts = name.split('_').filter((part) => part.length > 2)
  const best = new Map<string, { candidate: string; unlike: number }>()
  for (const [candidate, meaning] of names) {
    const unlike = unlikeness(name, parts, candidate.toLowerCase())
    if (unlike <= Math.min(FARTHEST, best.get(meaning)?.unlike ?? 1)) {
      best.set(meaning, { candidate, unlike })
    }
  }
  return [...best.values()]
    .sort((one, other) => one.unlike - other.unlike || (one.candidate < other.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ candidate }) => candidate)
}

/** Of 1: a third of the letters wrong, or half of the parts missing. */
const FARTHEST = 0.5
const LETTER = 1.5

/** By letters for what was mistyped, by parts for what is called otherwise. From 0 to 1. */
function unlikeness(name: string, parts: readonly string[], word: string): number {
  const longest = Math.max(name.length, word.length)
  const mayBeNear = Math.abs(name.length - word.length) <= longest * (FARTHEST / LETTER)
  const byLetters = mayBeNear ? (distance(name, word) / longest) * LETTER : 1
  const shared = parts.filter((part) => word.includes(part)).length
  const count = Math.max(parts.length, word.split('_').length)
  const byParts = parts.length === 0 ? 1 : 1 - shared / count
  return Math.min(1, byLetters, byParts)
}

/** How many letters have to be put in, taken away or replaced (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
