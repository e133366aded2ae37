/**
 * Whether the name of an initiator is one that an entry of a group means: `*` is anything and `?` a character
 * (scst/README, "Access and devices visibility management"). `!` at the beginning turns it round.
 */
export function initiatorMatches(entry: string, initiator: string): boolean {
  if (entry.startsWith('!')) return !initiatorMatches(entry.slice(1), initiator)
  const source = entry
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'su').test(initiator)
}
