/** Some of the items, chosen by the seed: the same for the same seed. In the order of the items. */
export function pickRandom<T>(items: readonly T[], count: number, seed: number): T[] {
  if (items.length <= count) return [...items]
  const random = randomFrom(seed)
  const chosen = new Set<number>()
  // Floyd's algorithm: as many draws as are chosen, however many items there are.
  for (let last = items.length - count; last < items.length; last++) {
    const drawn = Math.floor(random() * (last + 1))
    chosen.add(chosen.has(drawn) ? last : drawn)
  }
  return items.filter((_, index) => chosen.has(index))
}

/** Mulberry32: numbers from 0 up to 1 that look random and are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
